// What is said of steps against the gradient, when they have been made.

import { short } from "../run/numbers.mjs";
import { listed } from "../said/phrases.mjs";

/** @import { Descent } from "./meaning.d.ts" */

/**
 * What falls where there are examples.
 * @type {(loss: string) => string}
 */
export const meanCalled = (loss) => `Mean ${loss}`;

/**
 * What is said of ReLUs that are dead.
 * @type {Record<"one" | "several", (names: string) => string>}
 */
const DEAD = {
  one: (name) => `${name} is a dead ReLU: it gives 0, and no gradient gets through it.`,
  several: (names) => `${names} are dead ReLUs: they give 0, and no gradient gets through them.`,
};

/** @type {Record<"one" | "several", (names: string) => string>} */
const DIED = {
  one: (name) => `${name} is a dead ReLU now: it gives 0, and no gradient gets through it.`,
  several: (names) =>
    `${names} are dead ReLUs now: they give 0, and no gradient gets through them.`,
};

const NOTHING_MORE = "The gradients of all ticked leaves are 0 now, so further steps do nothing. " +
  "Reset, and try a smaller rate.";

/**
 * What came of steps; `dead` are the names of the ReLUs that died.
 * @type {(loss: string, rate: number, descent: Descent, dead?: string[]) => string}
 */
export function descentSays(loss, rate, descent, dead = []) {
  const count = dead.length === 1 ? "one" : "several";
  const said = stepsSay(loss, rate, descent);
  if (dead.length === 0) return said;
  if (descent.losses.length === 1) return `${said} ${DEAD[count](listed(dead))}`;
  const died = `${said} ${DIED[count](listed(dead))}`;
  return descent.isLevel ? `${died} ${NOTHING_MORE}` : died;
}

/** @type {(loss: string, rate: number, descent: Descent) => string} */
function stepsSay(loss, rate, { losses, end, better }) {
  const [after, before = after] = losses.toReversed();
  const [from, to, half] = [before, after, rate / 2].map((x) => short(x));
  if (end === "no leaf") return "No leaf learns: tick one.";
  if (end === "no gradient") return "A number here is nan or infinite, so no step can be made.";
  if (end === "level" && losses.length === 1)
    return "The gradients of all ticked leaves are 0: a step changes nothing.";
  if (end === "too far")
    return `The next step would make ${loss} nan or infinite. Reset, and try half of it: ${half}.`;
  const grew = losses.filter((each, i) => i > 0 && each > losses[i - 1]).length;
  if (after < before && grew > 0)
    return `${loss} fell to ${to}; but in ${grew} of ${losses.length - 1} steps it grew.`;
  if (after < before) return `${loss} fell to ${to}.`;
  const kept = after === before ? `${loss} stayed at ${to}` : `${loss} grew from ${from} to ${to}`;
  if (better === 0) return `${kept}, and no smaller step lowers it.`;
  if (better === rate / 2)
    return `${kept}: the step was too large. Reset, and try half of it: ${half}.`;
  return `${kept}: the step was far too large. Reset, and try ${short(better)}.`;
}
