// What is said of steps against the gradient, when they have been made.

import { short } from "../run/numbers.mjs";
import { listed } from "../said/phrases.mjs";
import { say } from "../said/say.mjs";

/** @import { Descent } from "./meaning.d.ts" */

/**
 * What falls where there are examples.
 * @type {(loss: string) => string}
 */
export const meanCalled = (loss) => say("descent.mean", { loss });

/**
 * What came of steps; `dead` are the names of the ReLUs that died.
 * @type {(loss: string, rate: number, descent: Descent, dead?: string[]) => string}
 */
export function descentSays(loss, rate, descent, dead = []) {
  const places = { count: dead.length, names: listed(dead) };
  const said = stepsSay(loss, rate, descent);
  if (dead.length === 0) return said;
  if (descent.losses.length === 1) return `${said} ${say("descent.dead", places)}`;
  const died = `${said} ${say("descent.died", places)}`;
  return descent.isLevel ? `${died} ${say("descent.stuck")}` : died;
}

/** @type {(loss: string, rate: number, descent: Descent) => string} */
function stepsSay(loss, rate, { losses, end, better }) {
  const [after, before = after] = losses.toReversed();
  const [from, to, half] = [before, after, rate / 2].map((x) => short(x));
  if (end === "no leaf") return say("descent.nobody");
  if (end === "no gradient") return say("descent.endless");
  if (end === "level" && losses.length === 1)
    return say("descent.level");
  if (end === "too far")
    return say("descent.far", { loss, half });
  const grew = losses.filter((each, i) => i > 0 && each > losses[i - 1]).length;
  if (after < before && grew > 0)
    return say("descent.fell.grew", { loss, to, grew, all: losses.length - 1 });
  if (after < before) return say("descent.fell", { loss, to });
  const why = better === 0 ? "least" : better === rate / 2 ? "half" : "large";
  const places = { loss, from, to, half, better: short(better) };
  return say(`descent.${after === before ? "stayed" : "grew"}.${why}`, places);
}
