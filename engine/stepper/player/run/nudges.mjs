// Numbers that a reader changes: read as they are typed, and moved by steps that suit their size.

import { withPoint } from "../said/say.mjs";
import { exact } from "./numbers.mjs";

// A usual step, and how many digits are kept of a number that is moved.
const USUAL = 0.1;
const DIGITS = 15;

/** How many steps Shift makes of one. */
export const MANY = 10;

// Decimal numbers; a comma may stand for the point, and a long minus for the short one.
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * The number that a text is, a decimal number or a fraction of two; null for any other text, and
 * where it is not finite. A zero has no sign, since none is printed.
 * @type {(text: string) => number | null}
 */
export function typedNumber(text) {
  const plain = text.replaceAll("−", "-").replaceAll(",", ".");
  const parts = plain.split("/").map((each) => each.trim());
  if (parts.length > 2 || !parts.every((each) => DECIMAL.test(each))) return null;
  const [above, below = 1] = parts.map(Number);
  const found = above / below + 0;
  return Number.isFinite(found) ? found : null;
}

/**
 * A step that suits a number: 0.1 from 0.1 up to 10, and else a tenth or more of it.
 * @type {(x: number) => number}
 */
export function stepFor(x) {
  const size = Math.abs(x);
  if (!(size > 0 && size < Infinity)) return USUAL;
  const power = Math.floor(Math.log10(size));
  return power < 0 ? Math.min(USUAL, 10 ** power) : Math.max(USUAL, 10 ** (power - 1));
}

/**
 * The number some steps further on, without what rounding adds in its last digits; a number that
 * is not finite begins at 0.
 * @type {(x: number, steps: number, step: number) => number}
 */
export function nudged(x, steps, step) {
  if (steps === 0) return x;
  const [from, way] = [Number.isFinite(x) ? x : 0, steps * step];
  const places = DIGITS - Math.ceil(Math.log10(Math.max(Math.abs(from), Math.abs(way))));
  return Number((from + way).toFixed(Math.min(100, Math.max(0, places)))) + 0;
}

/**
 * All digits of a number as an address has them.
 * @type {(x: number) => string}
 */
export const typed = (x) => (Number.isFinite(x) ? exact(x) : "");

/**
 * All digits of a number as a reader types them.
 * @type {(x: number) => string}
 */
export const inField = (x) => withPoint(typed(x));
