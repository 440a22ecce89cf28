// The order of a column, from top to bottom, so that few arrows cross.

/** @import { Column, End, Slot } from "./layout.d.ts" */

// How often the columns are gone through, and how often neighbours in one are exchanged.
const ROUNDS = 8;
const EXCHANGES = 4;

// An arrow into the first port of a box ends so far above one into the last: less than a place.
const PORTS = 0.9;

// What was seen before is kept, unless so small a share of its crossings is left, and fewer by so
// many.
const MUCH_BETTER = 0.7;
const FEWER = 3;

/** @type {(columns: Column[]) => void} */
const numberSlots = (columns) =>
  columns.forEach((column) => column.forEach((slot, at) => (slot.at = at)));

/**
 * Put the columns in order: each slot where its neighbours are, going to the left and to the right.
 * `old` has the heights in a picture seen before; what stood there keeps its order.
 * @type {(columns: Column[], old: Map<string, number>) => void}
 */
export function putInRows(columns, old) {
  if (old.size) orderAsBefore(columns, old);
  numberSlots(columns);
  const copied = () => columns.map((column) => [...column]);
  const first = { crossings: crossingsOf(columns), columns: copied() };
  let best = first;
  for (let round = 0; round < ROUNDS && best.crossings; round++) {
    const side = round % 2 ? "left" : "right";
    for (const column of round % 2 ? columns.toReversed() : columns) byNeighbours(column, side);
    exchangeNeighbours(columns);
    const crossings = crossingsOf(columns);
    if (crossings < best.crossings) best = { crossings, columns: copied() };
  }
  if (old.size && best.crossings > MUCH_BETTER * first.crossings - FEWER) best = first;
  best.columns.forEach((column, k) => (columns[k] = column));
  numberSlots(columns);
}

/**
 * Slots where they were before, and each new one beside what it leads to.
 * @type {(columns: Column[], old: Map<string, number>) => void}
 */
function orderAsBefore(columns, old) {
  for (const column of columns) {
    for (const slot of column) {
      const beside = slot.right.map(({ slot: other, port }) => other.y + port);
      slot.y = old.get(slot.id) ?? meanLevel(beside) ?? 0;
    }
    column.sort((a, b) => a.y - b.y);
  }
}

/** @type {(numbers: number[]) => number | undefined} */
const meanLevel = (numbers) =>
  numbers.length ? numbers.reduce((sum, each) => sum + each, 0) / numbers.length : undefined;

/**
 * Sort a column by the middle of its neighbours on one side.
 * @type {(column: Column, side: "left" | "right") => void}
 */
function byNeighbours(column, side) {
  const keys = new Map(column.map((slot) => [slot, meanLevel(slot[side].map(levelOf)) ?? slot.at]));
  column.sort((a, b) => Number(keys.get(a)) - Number(keys.get(b)) || a.at - b.at);
  column.forEach((slot, at) => (slot.at = at));
}

/**
 * Where an arrow ends, in places of the column.
 * @type {(end: End) => number}
 */
const levelOf = ({ slot, port }) => slot.at + PORTS * port;

/**
 * How often arrows cross, all columns together.
 * @type {(columns: Column[]) => number}
 */
function crossingsOf(columns) {
  let count = 0;
  for (const column of columns) {
    const ends = column.flatMap((slot) => slot.right.map(levelOf).toSorted((a, b) => a - b));
    for (let i = 1; i < ends.length; i++)
      for (let j = 0; j < i; j++) count += Number(ends[j] > ends[i]);
  }
  return count;
}

/**
 * Exchange neighbours in a column while fewer arrows cross then.
 * @type {(columns: Column[]) => void}
 */
function exchangeNeighbours(columns) {
  for (const column of columns) {
    for (let again = 0, changed = true; changed && again < EXCHANGES; again++) {
      changed = false;
      for (let k = 0; k + 1 < column.length; k++) {
        const [a, b] = [column[k], column[k + 1]];
        if (crossingsMore(a, b) <= 0) continue;
        [column[k], column[k + 1], a.at, b.at] = [b, a, k + 1, k];
        changed = true;
      }
    }
  }
}

/**
 * By how many more arrows of two slots cross while the first is above the second.
 * @type {(above: Slot, below: Slot) => number}
 */
function crossingsMore(above, below) {
  let count = 0;
  for (const side of /** @type {("left" | "right")[]} */ (["left", "right"])) {
    const levels = below[side].map(levelOf);
    for (const level of above[side].map(levelOf))
      for (const other of levels) count += Math.sign(level - other);
  }
  return count;
}
