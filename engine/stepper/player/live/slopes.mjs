// Difference quotients to both sides of a point: as engine/checking/slopes.py.

/** @typedef {(x: number) => number} ScalarFunction */

/**
 * The quotients to the left and to the right with one step, and their rounding; the central one,
 * the larger size, and how far they are apart.
 * @typedef {object} Slopes
 * @property {number} step
 * @property {number} left
 * @property {number} right
 * @property {number} rounding
 * @property {number} middle
 * @property {number} steepest
 * @property {number} bend
 */

// Two slopes differ if their distance is more than CLEAR times their rounding error, and relative
// to their size more than APART.
const CLEAR = 100;
const APART = 1e-5;

// The smallest step in units in the last place of x.
const SMALLEST = 2 ** 10;

/**
 * The largest, as Python's max finds it: nan is larger than nothing, and nothing than a nan.
 * @type {(first: number, ...others: number[]) => number}
 */
export const largest = (first, ...others) =>
  others.reduce((found, each) => (each > found ? each : found), first);

/**
 * A unit in the last place of x.
 * @type {(x: number) => number}
 */
function unitInLastPlace(x) {
  if (!Number.isFinite(x)) return Math.abs(x);
  const exponent = (new Uint32Array(new Float64Array([x]).buffer)[1] >>> 20) & 0x7ff;
  return exponent > 52 ? 2 ** (exponent - 1075) : Number.MIN_VALUE * 2 ** Math.max(exponent - 1, 0);
}

/**
 * The smallest step h with which x + h has digits enough.
 * @type {(x: number) => number}
 */
export const smallestStep = (x) => SMALLEST * unitInLastPlace(x);

/**
 * The slopes with the step h; `middle` is the function of x.
 * @type {(f: ScalarFunction, x: number, h: number, middle: number) => Slopes}
 */
export function slopesAt(f, x, h, middle) {
  const [above, below] = [x + h, x - h];
  const [high, low] = [f(above), f(below)];
  const size = largest(Math.abs(high), Math.abs(middle), Math.abs(low));
  const [left, right] = [(middle - low) / (x - below), (high - middle) / (above - x)];
  return {
    step: h,
    left,
    right,
    rounding: (2 ** -51 * size + 5e-324) / (above - below),
    middle: 0.5 * left + 0.5 * right,
    steepest: largest(Math.abs(left), Math.abs(right)),
    bend: right - left,
  };
}

/** @type {(slopes: Slopes) => boolean} */
export const areFinite = ({ bend }) => Number.isFinite(bend);

/** @type {(slopes: Slopes) => boolean} */
export const areBent = ({ bend, rounding, steepest }) =>
  Math.abs(bend) > largest(CLEAR * rounding, APART * steepest);

/**
 * Whether the slopes stay apart as h shrinks: a smooth bend shrinks with it.
 * @type {(coarse: Slopes, fine: Slopes) => boolean}
 */
export function isKink(coarse, fine) {
  const least = 0.5 * (1 + fine.step / coarse.step);
  const kept = fine.bend / (coarse.bend || Infinity);
  return areBent(fine) && least < kept && kept < 1 / least;
}

/**
 * The limits of the slopes to the left and to the right, and whether they are steady.
 * @type {(coarse: Slopes, fine: Slopes) => { left: number, right: number, steady: boolean }}
 */
export function limits(coarse, fine) {
  const [left, right] = [fine.left - coarse.left, fine.right - coarse.right];
  const change = largest(Math.abs(left), Math.abs(right));
  const further = 1 / largest(coarse.step / fine.step - 1, 1); // from one step on to 0
  return {
    left: fine.left + left * further,
    right: fine.right + right * further,
    steady: change <= 0.25 * Math.abs(fine.bend),
  };
}
