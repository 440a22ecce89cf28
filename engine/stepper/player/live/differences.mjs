// Derivatives by finite differences: the method of engine/checking/finite_differences.py.

import { areFinite, isKink, largest, limits, slopesAt, smallestStep } from "./slopes.mjs";
import { Witness } from "./witness.mjs";

/** @import { ScalarFunction, Slopes } from "./slopes.mjs" */

/**
 * A derivative with a bound of its error, and what the slopes around it are.
 * @typedef {object} Estimate
 * @property {number} value
 * @property {number} error
 * @property {boolean} kink whether the slopes on both sides stay apart
 * @property {number} left
 * @property {number} right
 * @property {number} typical the larger slope with the step that led to the value
 * @property {boolean} steady whether the slopes hardly change as the step is halved
 */

/** @typedef {(value: number, error: number) => boolean} Enough */

// The most halvings of a step, and the columns of the table.
const HALVINGS = 40;
const COLUMNS = 8;

// Errors are relative to the derivative or, if that is larger, to this part of the slopes.
export const SMALL = 1e-4;

/** @type {Estimate} */
const NOWHERE = {
  value: NaN, error: Infinity, kink: false, left: NaN, right: NaN, typical: NaN, steady: true,
};

/**
 * The first of some things by which a number is smallest.
 * @type {<Thing>(things: Thing[], by: (thing: Thing) => number) => Thing}
 */
const smallestBy = (things, by) =>
  things.reduce((found, each) => (by(each) < by(found) ? each : found));

/**
 * The derivative at x by extrapolation; `step` is the first one, relative to x where |x| > 1.
 * @type {(f: ScalarFunction, x: number, step: number, enough: Enough) => Estimate}
 */
export function ridders(f, x, step, enough) {
  const starts = [step * largest(1, Math.abs(x))];
  const size = Math.abs(x);
  if (size > 0 && size < 1) starts.push((0.25 < step ? 0.25 : step) * size);
  const estimates = [];
  for (const start of starts) {
    const estimate = twice(f, x, start, enough);
    if (enough(estimate.value, estimate.error)) return estimate;
    estimates.push(estimate);
  }
  return smallestBy(estimates, ({ error }) => error);
}

/**
 * The slopes with the steps h, h/2, h/4, ..., while x + h has digits enough.
 * @type {(f: ScalarFunction, x: number, middle: number, h: number) => Generator<Slopes>}
 */
function* halving(f, x, middle, h) {
  const smallest = largest(smallestStep(x), h * 2 ** -HALVINGS);
  for (let step = h; smallest <= step && step < Infinity; step *= 0.5) {
    const found = slopesAt(f, x, step, middle);
    if (areFinite(found)) yield found;
  }
}

/**
 * The better of two tables with different steps; their distance counts as an error.
 * @type {(f: ScalarFunction, x: number, start: number, enough: Enough) => Estimate}
 */
function twice(f, x, start, enough) {
  const middle = f(x);
  const witness = new Witness(f, x, middle, start);
  /** @type {(start: number) => Estimate} */
  const tried = (start) => tabled(halving(f, x, middle, start), enough, witness);
  /** @type {(estimate: Estimate) => boolean} */
  const settled = ({ value, error }) => enough(value, error);
  let first = tried(start);
  if (!settled(first) && witness.listens()) first = tried(start);
  if (settled(first)) return first;
  const second = tried(0.7 * start);
  if (settled(second)) return second;
  const better = smallestBy([first, second], ({ error }) => error);
  return { ...better, error: largest(better.error, Math.abs(first.value - second.value)) };
}

/**
 * The entry of the table with the smallest relative error, with the kink found in its rows.
 * @type {(rows: Iterable<Slopes>, enough: Enough, witness: Witness) => Estimate}
 */
function tabled(rows, enough, witness) {
  let [value, error, least, place, steepest] = [NaN, Infinity, Infinity, 0, 0];
  /** @type {Slopes[]} */
  const seen = [];
  /** @type {number[]} */
  let column = [];
  for (const slopes of rows) {
    seen.push(slopes);
    steepest = largest(steepest, slopes.steepest);
    const before = column.slice(0, COLUMNS - 1);
    let entry = slopes.middle;
    column = [entry];
    for (const [i, above] of before.entries()) {
      entry += (entry - above) / (4 ** (i + 1) - 1);
      column.push(entry);
      let distance = Math.abs(entry - above) + slopes.rounding;
      distance += witness.excess(entry, /** @type {Slopes} */ (seen.at(-2)), slopes);
      const doubt = distance / largest(Math.abs(entry), SMALL * steepest, 5e-324);
      if (doubt < least || seen.length === 2)
        [value, error, least, place] = [entry, distance, doubt, seen.length - 1];
    }
    if (enough(value, error))
      return witnessed(witness, withKink(value, error, seen, place), slopes);
  }
  return seen.length ? withKink(value, error, seen, place) : NOWHERE;
}

/**
 * A good estimate, at a kink only if the witness sees one; `last` is its smallest step.
 * @type {(witness: Witness, found: Estimate, last: Slopes) => Estimate}
 */
function witnessed(witness, found, last) {
  const beside = witness.kink(last);
  if (!beside) return { ...found, kink: false };
  return { ...found, kink: true, left: beside.left, right: beside.right, steady: true };
}

/**
 * The estimate; there is a kink if the slopes stay apart with the smallest steps.
 * @type {(value: number, error: number, seen: Slopes[], place: number) => Estimate}
 */
function withKink(value, error, seen, place) {
  let typical = seen[place].steepest;
  /** @type {(row: number) => number} */
  const vague = (row) => seen[row].rounding + seen[row].step * typical;
  const near = smallestBy([...seen.keys()], vague);
  let kink = false;
  for (let i = error > 1e-9 * typical ? 0 : Math.max(near - 4, 0); i + 2 <= near; i++)
    kink ||= isKink(seen[i], seen[i + 2]);
  let sides = limits(seen[near], seen[near]);
  for (let i = Math.max(near - 7, 0); i < near; i++) {
    const pair = limits(seen[i], seen[i + 1]);
    if (pair.steady) sides = pair;
  }
  const [first, ...others] = seen.map(({ steepest }) => steepest);
  typical = largest(typical, SMALL * largest(first, ...others));
  return { value, error, kink, ...sides, typical };
}
