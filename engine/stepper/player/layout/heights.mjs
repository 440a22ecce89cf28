// Where the slots of a column stand, and the columns beside each other: near what they belong to.

import { roomOfLabel } from "./scene.mjs";

/** @import { Column, Layers, Slot } from "./layout.d.ts" */

// The room between two boxes, and beside where an arrow passes.
const BOXES_APART = 14;
const APART_FROM_ARROW = 10;

// The room between columns beside that of the labels; where arrows are steep there is more.
const BETWEEN_COLUMNS = 28;
const SLOPE_PER_ROOM = 12;
const MOST_FOR_STEEP = 40;

// How often all columns are gone through: by what uses them, by their inputs, by both.
const SETTLING = 24;
const WAYS_TO_SETTLE = 3;

// How strongly an arrow pulls between two boxes, at one, and where it passes columns.
const PULL = 1;
const PULL_AT_ONE = 2;
const PULL_OF_PASSING = 8;
const INERTIA = 0.01;

// The part of the height of a box where arrows end, and the room for each of them.
const PORTS_SHARE = 0.7;
const PORT = 14;

/**
 * How high a port is, from the middle of a box.
 * @type {(port: number, box: { height: number }, count: number) => number}
 */
export const heightOfPort = (port, { height }, count) =>
  port * Math.min(PORTS_SHARE * height, PORT * count);

/**
 * Give each slot its height: as near to its neighbours as the ones above and below let it.
 * @type {(columns: Column[]) => void}
 */
export function putAtHeights(columns) {
  for (const column of columns) {
    let top = 0;
    for (const slot of column) {
      slot.y = top + slot.height / 2;
      top += slot.height + BOXES_APART;
    }
  }
  for (let round = 0; round < SETTLING; round++) {
    const way = round % WAYS_TO_SETTLE;
    for (const column of way === 1 ? columns.toReversed() : columns) {
      const wishes = column.map((slot) => wishOf(slot, way));
      nearestTo(column, wishes).forEach((y, k) => (column[k].y = y));
    }
  }
}

/**
 * The height that a slot would have by itself, and how strongly.
 * @type {(slot: Slot, way: number) => { y: number, weight: number }}
 */
function wishOf(slot, way) {
  let [sum, weight] = [INERTIA * slot.y, INERTIA];
  /** @type {(other: Slot, y: number) => void} */
  const pulled = (other, y) => {
    const pull = pullBetween(slot, other);
    sum += pull * y;
    weight += pull;
  };
  if (way !== 0) for (const { slot: other } of slot.left) pulled(other, other.y);
  if (way !== 1)
    for (const { slot: other, port } of slot.right)
      pulled(other, other.y + heightOfPort(port, other, other.left.length));
  return { y: sum / weight, weight };
}

/** @type {(slot: Slot, other: Slot) => number} */
function pullBetween(slot, other) {
  if (slot.box && other.box) return PULL;
  return slot.box || other.box ? PULL_AT_ONE : PULL_OF_PASSING;
}

/**
 * The heights nearest to the ones wished for at which the slots of a column stand apart: where they
 * would not, neighbours are pooled, and stand where they wish on average.
 * @type {(column: Column, wishes: { y: number, weight: number }[]) => number[]}
 */
function nearestTo(column, wishes) {
  let top = 0;
  const tops = column.map((slot, k) => (top += k ? distanceOf(column[k - 1], slot) : 0));
  /** @type {{ sum: number, weight: number, count: number }[]} */
  const pools = [];
  wishes.forEach(({ y, weight }, k) => {
    let pool = { sum: (y - tops[k]) * weight, weight, count: 1 };
    for (let last = pools.at(-1); last && last.sum / last.weight > pool.sum / pool.weight; ) {
      pools.pop();
      pool = {
        sum: last.sum + pool.sum,
        weight: last.weight + pool.weight,
        count: last.count + pool.count,
      };
      last = pools.at(-1);
    }
    pools.push(pool);
  });
  const offsets = pools.flatMap(({ sum, weight, count }) => Array(count).fill(sum / weight));
  return offsets.map((y, k) => y + tops[k]);
}

/** @type {(above: Slot, below: Slot) => number} */
function distanceOf(above, below) {
  const apart = above.box && below.box ? BOXES_APART : APART_FROM_ARROW;
  return (above.height + below.height) / 2 + apart;
}

/**
 * Put the columns beside each other, the one of the output at the right.
 * @type {(layers: Layers) => void}
 */
export function putBeside({ columns, ways }) {
  const labels = columns.map(() => 0);
  const rankOf = new Map(columns.flatMap((column, k) => column.map((slot) => [slot, k])));
  for (const { arrow, slots } of ways)
    for (const slot of slots.slice(1)) {
      const rank = Number(rankOf.get(slot));
      labels[rank] = Math.max(labels[rank], roomOfLabel(arrow.label));
    }
  let left = 0;
  for (let rank = columns.length - 1; rank >= 0; rank--) {
    const width = widthOfColumn(columns[rank]);
    const slopes = columns[rank].flatMap((slot) =>
      slot.left.map((end) => Math.abs(end.slot.y - slot.y)),
    );
    const steep = Math.min(MOST_FOR_STEEP, Math.max(0, ...slopes) / SLOPE_PER_ROOM);
    if (rank < columns.length - 1) left += BETWEEN_COLUMNS + labels[rank] + steep;
    for (const slot of columns[rank]) slot.x = left + width / 2;
    left += width;
  }
}

/** @type {(column: Column) => number} */
export const widthOfColumn = (column) =>
  Math.max(0, ...column.map(({ box }) => box?.width ?? 0));
