// The curve of an operation with one input that varies: as engine/stepper/curves.py.

import { exponentOf, toldHeight } from "./heights.mjs";
import { exactSum } from "./paths.mjs";

/** @import { Curve } from "../trace.d.ts" */
/** @import { Part, Swept } from "./live.d.ts" */

/** @typedef {(x: number) => number} CurveFunction */

/** @typedef {{ x: number, y: number, slope: number }} Point */

/** @typedef {{ xs: number[], heights: number[], low: number, high: number }} Window */

const POINTS = 41;

// Half the width of a window: as such, and as a multiple of the input.
const HALVES = [0.5, 1, 2, 4, 8];
const MULTIPLES = [1 / 64, 1 / 16, 1 / 4, ...HALVES];

// How high a window must be beside the result or 1; how far from the tangent the curve must be on
// the average, as a part of that height; and one of how many points may be left out at either end.
const HIGH = 0.25;
const FAR_OFF = 0.1;
const OUTLIERS = 10;

// Which part of the height is a jump, if it stays when the way there is halved so often.
const STEEP = 0.1;
const HALVED = 30;

/**
 * The curve of the operation at a place as a function of its only input that is a node; null for a
 * leaf, for several such inputs, for an operation without functions, and where it is not finite.
 * @type {(part: Part, run: Swept, place: number) => Curve | null}
 */
export function curveOf({ row, from, given, slots }, { data, locals }, place) {
  if (slots.length !== 1 || typeof row === "string") return null;
  const [slot] = slots;
  const point = { x: data[from[slot]], y: data[place], slope: locals[place][0] };
  if (!Number.isFinite(point.x) || !Number.isFinite(point.y)) return null;
  const inputs = Float64Array.from(given);
  return curveAround((x) => row.forward(inputs.fill(x, slot, slot + 1)), point);
}

/**
 * The curve in the window that is chosen; null if it is level, or too high, in each of them.
 * @type {(f: CurveFunction, point: Point) => Curve | null}
 */
function curveAround(f, point) {
  const windows = windowsAround(f, point).filter((each) => {
    const height = each.high - each.low;
    return height > 0 && height < Infinity;
  });
  if (!windows.length) return null;
  const { xs, heights, low, high } = chosenWindow(windows, point);
  const places = Math.max(0, 3 - exponentOf(high - low));
  return {
    left: xs[0],
    right: xs[POINTS - 1],
    low,
    high,
    heights: heights.map((y) => toldHeight(y, places)),
    jumps: [...xs.keys()].filter((i) => i < POINTS - 1 && jumpsAt(f, xs, heights, high - low, i)),
  };
}

/**
 * The windows around a point, the narrowest first.
 * @type {(f: CurveFunction, point: Point) => Window[]}
 */
function windowsAround(f, point) {
  const halves = new Set([...HALVES, ...MULTIPLES.map((each) => Math.abs(point.x) * each)]);
  return [...halves].toSorted((a, b) => a - b).flatMap((half) => {
    const [left, right] = [point.x - half, point.x + half];
    if (!(left < point.x && point.x < right && right - left < Infinity)) return [];
    const ends = [left, right].map((end) => edgeOfDomain(f, point.x, end));
    return [windowBetween(f, point, ends[0], ends[1])];
  });
}

/**
 * The last point of the domain on the way from the point to the end of a window.
 * @type {(f: CurveFunction, inside: number, outside: number) => number}
 */
function edgeOfDomain(f, inside, outside) {
  const far = evenly(outside, inside);
  const first = far.findIndex((x) => Number.isFinite(f(x)));
  if (first === 0) return outside;
  let [edge, beyond] = [far[first], far[first - 1]];
  for (let i = 0; i < HALVED; i++) {
    const middle = (edge + beyond) / 2;
    if (Number.isFinite(f(middle))) edge = middle;
    else beyond = middle;
  }
  return edge;
}

/**
 * Evenly spaced points.
 * @type {(start: number, end: number) => number[]}
 */
const evenly = (start, end) =>
  Array.from({ length: POINTS }, (_, i) =>
    i < POINTS - 1 ? start + (end - start) * (i / (POINTS - 1)) : end,
  );

/**
 * The curve between two ends, and how much of its height is worth showing: of a pole, as much again
 * as nine tenths of the points have.
 * @type {(f: CurveFunction, point: Point, left: number, right: number) => Window}
 */
function windowBetween(f, { y }, left, right) {
  const xs = evenly(left, right);
  const heights = xs.map(f);
  const ranked = heights.filter(Number.isFinite).toSorted((a, b) => a - b);
  const out = Math.floor(ranked.length / OUTLIERS);
  const [least, most] = [ranked[out], ranked[ranked.length - 1 - out]];
  const room = most - least;
  const low = Math.min(y, Math.max(ranked[0], least - room));
  const high = Math.max(y, Math.min(ranked[ranked.length - 1], most + room));
  return { xs, heights, low, high };
}

/**
 * The narrowest window in which the curve is seen to bend; the widest if there is none. It must be
 * high beside 1; or, if none is both, beside the result.
 * @type {(windows: Window[], point: Point) => Window}
 */
function chosenWindow(windows, point) {
  const own = Math.abs(point.y);
  for (const size of [Math.max(1, own), own])
    for (const window of windows) {
      const isHigh = window.high - window.low >= HIGH * size;
      if (isHigh && bendIn(window, point) >= FAR_OFF) return window;
    }
  return windows[windows.length - 1];
}

/**
 * How far the curve is from the tangent on the average, as a part of the height.
 * @type {(window: Window, point: Point) => number}
 */
function bendIn({ xs, heights, low, high }, { x, y, slope }) {
  const steep = Number.isFinite(slope);
  const gaps = heights.flatMap((height, i) => {
    const tangent = steep ? y + slope * (xs[i] - x) : y;
    return Number.isFinite(height) ? [Math.min(Math.abs(height - tangent) / (high - low), 1)] : [];
  });
  return exactSum(gaps) / gaps.length;
}

/**
 * Whether the curve jumps on the way from one point to the next, however near one looks.
 * @type {(f: CurveFunction, xs: number[], ys: number[], height: number, i: number) => boolean}
 */
function jumpsAt(f, xs, heights, height, i) {
  let [left, right, below, above] = [xs[i], xs[i + 1], heights[i], heights[i + 1]];
  const gap = Math.abs(above - below) / 2;
  const least = gap > STEEP * height ? gap : STEEP * height;
  for (let halving = 0; halving < HALVED; halving++) {
    if (!(Math.abs(above - below) >= least)) return false; // nan is none
    const middle = (left + right) / 2;
    const between = f(middle);
    if (Math.abs(between - below) > Math.abs(above - between)) [right, above] = [middle, between];
    else [left, below] = [middle, between];
  }
  return true;
}
