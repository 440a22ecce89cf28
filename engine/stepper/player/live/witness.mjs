// A second opinion on a derivative by finite differences: as engine/checking/witness.py.

import { areBent, areFinite, isKink, largest, limits, slopesAt, smallestStep } from "./slopes.mjs";

/** @import { ScalarFunction, Slopes } from "./slopes.mjs" */

// The witness's step beside the first one of the table, the steps beside that one with which its
// noise is heard, and the part of it with which a kink is confirmed.
const WITNESS_STEP = 1e-4 * ((1 + Math.sqrt(5)) / 2);
const LISTENING = [1 + 1e-7, 1 + 2e-7, 1 + 3e-7];
const CLOSER = 0.07;

// How far off a witness may be: so many times its rounding, the spread of further witnesses, and
// the curvature that a table has found. A bend so many times what curvature leaves is suspect.
const ROUNDING = 32;
const SPREAD = 4;
const CURVATURE = 2;
const SUSPECT = 8;

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
