// The arrows of a layout as curves, and their labels beside them.

import { heightOfPort, widthOfColumn } from "./heights.mjs";
import { widthOfText } from "./letters.mjs";
import { LABEL_SIZE } from "./scene.mjs";

/** @import { Layers, PlacedArrow, Slot, Way, XY } from "./layout.d.ts" */
/** @import { Rectangle } from "../parts.d.ts" */

// Between an arrow and a box with a double border there is so much room.
const DOUBLE_BORDER = 4;

// How far apart two arrows between the same boxes begin.
const TWINS = 8;

// Where along a curve a label may stand, the first places being the best; and its room.
const PLACES_OF_LABEL = [0.5, 0.38, 0.62, 0.27, 0.73, 0.18, 0.82];
const ABOVE_CURVE = 3;
const BELOW_CURVE = 10;

// What it costs a label to stand on another one, on an arrow, and not in the middle above it.
const ON_A_LABEL = 100;
const ON_AN_ARROW = 4;
const BELOW = 0.6;
const SAMPLES = [0, 0.25, 0.5, 0.75, 1];

/** @typedef {{ points: XY[], labels: Rectangle[] }} Between points of curves, and labels */

/**
 * All arrows, with their labels.
 * @type {(layers: Layers) => PlacedArrow[]}
 */
export function placedArrows({ columns, ways }) {
  const columnOf = new Map(columns.flatMap((each, k) => each.map((slot) => [slot, k])));
  const widths = columns.map(widthOfColumn);
  const twins = twinsOf(ways);
  const lines = ways.map((way) =>
    pointsOfWay(way, Number(twins.get(way)), (slot) => widths[Number(columnOf.get(slot))]),
  );
  /** @type {Between[]} What is to the left of each column. */
  const between = columns.map(() => ({ points: [], labels: [] }));
  /** @type {(way: Way, k: number) => Between} */
  const leftOf = ({ slots }, k) => between[Number(columnOf.get(slots[k + 1]))];
  ways.forEach((way, at) => {
    const line = lines[at];
    way.slots.slice(1).forEach((_, k) => {
      const [start, end] = line.slice(2 * k);
      leftOf(way, k).points.push(...SAMPLES.map((t) => pointAt(start, end, t)));
    });
  });
  return ways.map((way, at) => {
    const middle = Math.floor((way.slots.length - 2) / 2);
    const foot = footOfLabel(way.arrow.label, lines[at].slice(2 * middle), leftOf(way, middle));
    return { ...way.arrow, points: lines[at], foot };
  });
}

/**
 * How far from the middle of its tail each arrow begins: apart from others to the same head.
 * @type {(ways: Way[]) => Map<Way, number>}
 */
function twinsOf(ways) {
  /** @type {Map<string, Way[]>} */
  const alike = new Map();
  for (const way of ways) {
    const key = `${way.arrow.tail.id} ${way.arrow.head.id}`;
    alike.set(key, [...(alike.get(key) ?? []), way]);
  }
  return new Map(
    [...alike.values()].flatMap((twins) =>
      twins.map((way, k) => [way, TWINS * (k - (twins.length - 1) / 2)]),
    ),
  );
}

/**
 * The points through which an arrow goes: out of its tail, past the columns, into its head.
 * @type {(way: Way, apart: number, widthOf: (slot: Slot) => number) => XY[]}
 */
function pointsOfWay({ arrow, slots }, apart, widthOf) {
  const [first, last] = [slots[0], slots[slots.length - 1]];
  const { tail, head, place } = arrow;
  const into = last.left.length;
  const passed = slots.slice(1, -1).flatMap((slot) => {
    const half = widthOf(slot) / 2;
    return /** @type {XY[]} */ ([[slot.x - half, slot.y], [slot.x + half, slot.y]]);
  });
  const border = head.kind === "output" ? DOUBLE_BORDER : 0;
  const port = heightOfPort((place + 0.5) / into - 0.5, head, into);
  return [
    [first.x + tail.width / 2, first.y + apart],
    ...passed,
    [last.x - head.width / 2 - border, last.y + port],
  ];
}

/**
 * A point of the curve between two points, level at both.
 * @type {(start: XY, end: XY, t: number) => XY}
 */
function pointAt([x0, y0], [x1, y1], t) {
  const x = x0 + (x1 - x0) * (1.5 * t - 1.5 * t * t + t ** 3);
  return [x, y0 + (y1 - y0) * t * t * (3 - 2 * t)];
}

/**
 * Rectangles for a label beside a curve, the best places first; none of them touches it.
 * @type {(start: XY, end: XY, width: number) => Rectangle[]}
 */
function placesOfLabel(start, end, width) {
  const fits = Math.max(0, (end[0] - start[0] - width) / 2 - 1);
  const middle = (start[0] + end[0]) / 2;
  return PLACES_OF_LABEL.flatMap((t) => {
    const x = Math.min(middle + fits, Math.max(middle - fits, pointAt(start, end, t)[0]));
    const heights = [x - width / 2, x + width / 2].map((each) => heightAt(start, end, each));
    const [above, below] = [Math.min(...heights), Math.max(...heights)];
    return [above - ABOVE_CURVE, below + BELOW_CURVE].map((foot) => ({
      left: x - width / 2, top: foot - LABEL_SIZE + 1, width, height: LABEL_SIZE,
    }));
  });
}

/**
 * How high a curve is at a place.
 * @type {(start: XY, end: XY, x: number) => number}
 */
function heightAt(start, end, x) {
  let [low, high] = [0, 1];
  for (let k = 0; k < 20; k++) {
    const t = (low + high) / 2;
    if (pointAt(start, end, t)[0] < x) low = t;
    else high = t;
  }
  return pointAt(start, end, low)[1];
}

/**
 * Where a label stands beside a curve, clear of other labels and arrows; and note it there.
 * @type {(label: string, curve: XY[], between: Between) => XY}
 */
function footOfLabel(label, [start, end], { points, labels }) {
  const width = widthOfText(label, LABEL_SIZE);
  const places = placesOfLabel(start, end, width);
  const costs = places.map((place, k) => {
    const onLabels = labels.filter((each) => doOverlap(place, each)).length;
    const onArrows = points.filter((point) => isInside(point, place)).length;
    return ON_A_LABEL * onLabels + ON_AN_ARROW * onArrows + (k >> 1) + (k % 2 ? BELOW : 0);
  });
  const best = places[costs.indexOf(Math.min(...costs))];
  labels.push(best);
  return [best.left + width / 2, best.top + LABEL_SIZE - 1];
}

/** @type {(a: Rectangle, b: Rectangle) => boolean} */
export const doOverlap = (a, b) =>
  a.left < b.left + b.width && b.left < a.left + a.width &&
  a.top < b.top + b.height && b.top < a.top + a.height;

/** @type {(point: XY, place: Rectangle) => boolean} */
const isInside = ([x, y], { left, top, width, height }) =>
  left < x && x < left + width && top < y && y < top + height;
