// Difference quotients to both sides of a point, as engine/checking/slopes.py and witness.py.

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
const [CLEAR, APART] = [100, 1e-5];

// The smallest step in units in the last place of x.
const SMALLEST = 2 ** 10;

/**
 * The largest, as Python's max finds it: nan is larger than nothing, and nothing than a nan.
 * @type {(first: number, ...others: number[]) => number}
 */
export const largest = (first, ...others) =>
  others.reduce((found, each) => (each > found ? each : found), first);

/**
 * The first of some things by which a number is smallest.
 * @type {<Thing>(things: Thing[], by: (thing: Thing) => number) => Thing}
 */
export const smallestBy = (things, by) =>
  things.reduce((found, each) => (by(each) < by(found) ? each : found));

/**
 * A unit in the last place of x.
 * @type {(x: number) => number}
 */
export function unitInLastPlace(x) {
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
const areBent = ({ bend, rounding, steepest }) =>
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

// The witness's step beside the first one of the table, the steps beside that one with which its
// noise is heard, and the part of it with which a kink is confirmed.
const WITNESS_STEP = 1e-4 * ((1 + Math.sqrt(5)) / 2);
const LISTENING = [1 + 1e-7, 1 + 2e-7, 1 + 3e-7];
const CLOSER = 0.07;

// How far off a witness may be: so many times its rounding, the spread of further witnesses, and
// the curvature that a table has found. A bend so many times what curvature leaves is suspect.
const [ROUNDING, SPREAD, CURVATURE, SUSPECT] = [32, 4, 2, 8];

/**
 * A second opinion on a derivative: the slopes at x with a small step of another family, by which
 * no part of the function goes unseen; silent where they are not finite.
 */
export class Witness {
  /** @type {(step: number) => Slopes | null} */
  #with;
  /** @type {Slopes | null} */
  #seen;
  #noise;

  /** @param {ScalarFunction} f @param {number} x @param {number} middle @param {number} start */
  constructor(f, x, middle, start) {
    this.#with = (step) => {
      const found = slopesAt(f, x, step, middle);
      return areFinite(found) ? found : null;
    };
    const step = WITNESS_STEP * start;
    this.#seen = smallestStep(x) <= step && step < Infinity ? this.#with(step) : null;
    this.#noise = this.#seen ? ROUNDING * this.#seen.rounding : 0;
  }

  /**
   * How much further an entry is from the witness than noise and curvature explain.
   * @param {number} entry @param {Slopes} coarse @param {Slopes} fine
   */
  excess(entry, coarse, fine) {
    const seen = this.#seen;
    if (!seen || fine.step <= seen.step) return 0;
    /** @type {(row: Slopes) => number} */
    const bent = ({ middle, step }) => Math.abs(middle - entry) * (seen.step / step) ** 2;
    const curved = largest(bent(coarse), bent(fine));
    return largest(Math.abs(seen.middle - entry) - this.#noise - CURVATURE * curved, 0);
  }

  /** Whether the noise, the spread of further slopes, turns out to be far above rounding. */
  listens() {
    const seen = this.#seen;
    if (!seen) return false;
    const others = LISTENING.map((each) => this.#with(each * seen.step)).filter((each) => !!each);
    const spreads = others.map(({ middle }) => Math.abs(middle - seen.middle));
    const spread = spreads.length ? largest(spreads[0], ...spreads.slice(1)) : 0;
    if (SPREAD * spread <= 2 * this.#noise) return false;
    this.#noise = SPREAD * spread;
    return true;
  }

  /**
   * The slopes beside a kink; null if there is none. `last` is the last row of the table.
   * @param {Slopes} last
   */
  kink(last) {
    const seen = this.#seen;
    if (!seen || last.step <= seen.step || !areBent(seen)) return null;
    if (Math.abs(seen.bend) <= (SUSPECT * Math.abs(last.bend) * seen.step) / last.step) return null;
    const closer = this.#with(CLOSER * seen.step);
    return closer && isKink(seen, closer) ? limits(seen, closer) : null;
  }
}
