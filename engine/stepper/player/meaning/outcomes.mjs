// What is said of steps against the gradient, when they have been made.

import { differing } from "../run/apart.mjs";
import { short } from "../run/numbers.mjs";
import { listed } from "../said/phrases.mjs";
import { say, sentences } from "../said/say.mjs";
import { isLower } from "./descent.mjs";

/** @import { Places } from "../said/say.mjs" */
/** @import { Descent } from "./meaning.d.ts" */

/**
 * What falls where there are examples.
 * @type {(loss: string) => string}
 */
export const meanCalled = (loss) => say("descent.mean", { loss });

/**
 * The same within a sentence.
 * @type {(loss: string) => string}
 */
export const meanWithin = (loss) => say("descent.mean.within", { loss });

/**
 * What came of steps; `dead` are the names of the ReLUs that died.
 * @type {(loss: string, rate: number, descent: Descent, dead?: string[]) => string}
 */
export function descentSays(loss, rate, descent, dead = []) {
  const places = { count: dead.length, names: listed(dead) };
  const said = stepsSay(loss, rate, descent);
  if (dead.length === 0) return said;
  if (descent.losses.length === 1) return sentences(said, say("descent.dead", places));
  return sentences(said, say("descent.died", places), descent.isLevel ? say("descent.stuck") : "");
}

/** @type {(loss: string, rate: number, descent: Descent) => string} */
function stepsSay(loss, rate, { losses, end, better }) {
  const [after, before = after] = losses.toReversed();
  const half = short(rate / 2);
  if (end === "no leaf") return say("descent.nobody");
  if (end === "no gradient") return say("descent.endless");
  if (end === "level" && losses.length === 1)
    return say("descent.level");
  if (end === "too far")
    return say("descent.far", { loss, half });
  const why = better === 0 ? "least" : better === rate / 2 ? "half" : "large";
  const ofRates = { half, better: short(better) };
  if (isLower(before, after))
    return say(`descent.grew.${why}`, { ...fromTo(loss, before, after), ...ofRates });
  const grew = losses.filter((each, i) => i > 0 && isLower(losses[i - 1], each)).length;
  const all = { ...fromTo(loss, losses[0], after), grew, all: losses.length - 1 };
  if (grew > 0) return say("descent.fell.grew", all);
  if (isLower(after, losses[0])) return say("descent.fell", all);
  return say(`descent.stayed.${why}`, { ...all, ...ofRates });
}

/** @type {(loss: string, before: number, after: number) => Places} */
function fromTo(loss, before, after) {
  const [from, to] = differing(before, after);
  return { loss, from, to };
}
