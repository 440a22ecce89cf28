// A nudge: what the gradient says that it does to the output, and what it really does.

/** @import { At, Nudge } from "./meaning.d.ts" */

// How much of a number rounding may change, and which part of a change that may be.
const ROUNDING_OF_OUTPUT = 2 ** -49;
const PART_LOST = 1e-3;

// From which part of a change on a gap is far; and how much smaller the nudge is that comes nearer.
const FAR_APART = 0.1;
const MUCH_SMALLER = 1e-3;

/**
 * What happens to a function if its number grows by h.
 * @type {(f: (x: number) => number, at: At, h: number) => Nudge}
 */
export function nudgeBy(f, { x, slope }, h) {
  const y = f(x);
  const after = f(x + h);
  const [about, change] = [slope * h, after - y];
  const size = Math.max(Math.abs(about), Math.abs(change));
  const lost = ROUNDING_OF_OUTPUT * Math.max(Math.abs(y), Math.abs(after));
  const isDrowned = h !== 0 && (x + h === x || (size > 0 && lost > PART_LOST * size));
  const small = MUCH_SMALLER * h;
  const gap = gapOf(about, change);
  const bends = !isDrowned && gap > FAR_APART && gapOf(slope * small, f(x + small) - y) < gap / 2;
  return { x, y, slope, h, about, after, change, quotient: change / h, isDrowned, bends };
}

/**
 * How far apart two changes are, as a part of the larger one.
 * @type {(a: number, b: number) => number}
 */
function gapOf(a, b) {
  const size = Math.max(Math.abs(a), Math.abs(b));
  return size ? Math.abs(a - b) / size : 0;
}
