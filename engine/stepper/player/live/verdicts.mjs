// Whether a derivative agrees with finite differences, and why not: as engine/checking/verdicts.py.

import { short } from "../run/numbers.mjs";
import { say } from "../said/say.mjs";
import { SMALL } from "./differences.mjs";

/** @import { Numeric } from "../trace.d.ts" */
/** @import { Estimate } from "./differences.mjs" */

/** @typedef {[verdict: Numeric["verdict"], why: string]} Verdict */

// How far outside the two slopes of a kink a derivative may be, relative to distance and size.
const BEYOND_DISTANCE = 1e-4;
const BEYOND_SIZE = 1e-6;

/**
 * The comparison of a derivative, found analytically, with numeric estimates. `most` is the largest
 * derivative of the same function, and `tolerance` the largest relative error of ones that agree.
 */
export class Agreement {
  /** @param {number} analytic @param {number} most @param {number} tolerance */
  constructor(analytic, most, tolerance) {
    this.analytic = analytic;
    this.most = most;
    this.tolerance = tolerance;
    /** What the error of two derivatives that are 0 is relative to. */
    this.ofZero = SMALL * most > 1 ? SMALL * most : 1;
  }

  /** The distance of the two derivatives. @param {number} numeric */
  #distance(numeric) {
    return this.analytic === numeric ? 0 : Math.abs(this.analytic - numeric);
  }

  /** The size of the larger derivative. @param {number} numeric */
  #size(numeric) {
    const [own, other] = [Math.abs(this.analytic), Math.abs(numeric)];
    return other > own ? other : own;
  }

  /** The largest distance of derivatives that agree. @param {number} numeric */
  #allowed(numeric) {
    const [size, floor] = [this.#size(numeric), SMALL * this.most];
    return this.tolerance * (floor > size ? floor : size);
  }

  /**
   * Whether the derivatives agree, with a tenth of the tolerance as error.
   * @param {number} numeric @param {number} error
   */
  isSettled(numeric, error) {
    const sure = error <= 0.1 * this.tolerance * (this.#size(numeric) || this.ofZero);
    return sure && this.#distance(numeric) <= this.#allowed(numeric);
  }

  /**
   * The verdict, and the reason for it.
   * @param {Estimate} found
   * @returns {Verdict}
   */
  verdict(found) {
    const { value, error, kink, steady, typical } = found;
    if (Number.isNaN(this.analytic)) return ["WRONG", "nan"];
    if (!Number.isFinite(value)) return ["cannot tell", say("check.finite")];
    const [distance, allowed] = [this.#distance(value), this.#allowed(value)];
    const sizes = [this.#size(value) || this.ofZero, SMALL * this.most, typical];
    const sure = error <= this.tolerance * Math.max(...sizes);
    if (!Number.isFinite(this.analytic))
      return [error <= 1e-3 * Math.abs(value) ? "WRONG" : "cannot tell", say("check.infinite")];
    const [margin, slack] = [this.#margin(found), slackOf(found)];
    const agrees = sure && distance <= allowed + 2 * error;
    if (agrees && !(kink && steady && margin > slack)) return ["ok", ""];
    if (kink && steady && margin >= -slack)
      return ["kink", say("check.slopes", { left: short(found.left), right: short(found.right) })];
    if (kink && !steady) return ["cannot tell", say("check.beside")];
    if (isClear(found) && distance > allowed + 10 * error) return ["WRONG", this.#fault(found)];
    return ["cannot tell", say("check.steep")];
  }

  /**
   * How far it is from the nearer slope of a kink; negative beyond both.
   * @param {Estimate} found
   */
  #margin({ left, right }) {
    return Math.min(this.analytic - Math.min(left, right), Math.max(left, right) - this.analytic);
  }

  /** The fault of a wrong derivative, in words. @param {Estimate} found */
  #fault({ value, error }) {
    const doubt = this.#allowed(value) + 10 * error;
    if (Math.abs(value) <= doubt) return say("check.zero");
    if (this.analytic === 0) return "0";
    if (Math.abs(this.analytic + value) <= doubt) return say("check.sign");
    return say("check.factor", { factor: short(this.analytic / value, 9) });
  }
}

/** Whether the error is small beside the value. @type {(found: Estimate) => boolean} */
function isClear({ value, error, typical }) {
  return error <= 1e-3 * Math.max(Math.abs(value), SMALL * typical) || typical === 0;
}

/** How far from a slope of a kink a derivative counts as it. @type {(found: Estimate) => number} */
function slackOf({ left, right }) {
  const size = Math.max(Math.abs(left), Math.abs(right));
  return BEYOND_DISTANCE * Math.abs(right - left) + BEYOND_SIZE * size;
}
