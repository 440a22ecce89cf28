// What is said of a nudge, and of the direction of a gradient. A sentence stands here as a whole.

import { toldApart } from "../run/apart.mjs";
import { printed, short } from "../run/numbers.mjs";
import { say } from "../said/say.mjs";
import { isGiven } from "./leaves.mjs";

/** @import { Run, RunNode } from "../types.d.ts" */
/** @import { Nudge } from "./meaning.d.ts" */

/** @typedef {"up" | "down" | "none"} Way */

/** @type {(x: number) => Way} */
const wayOf = (x) => (x > 0 ? "up" : x < 0 ? "down" : "none");

/**
 * What the gradient says of a nudge, what really happens, and the quotient of both differences.
 * @type {(w: string, loss: string, nudge: Nudge) => string[]}
 */
export function nudgeSays(w, loss, { y, slope, h, about, after, change, quotient }) {
  const [product, ratio] = printed([
    { parts: [slope, h], result: about },
    { parts: [change, h], result: quotient, by: "÷" },
  ]);
  const [by, much] = [short(Math.abs(h)), product.result.replace(/^-/, "")];
  const factors = product.parts.map(inBrackets).join(" × ");
  const told = say(h === 0 ? "nudge.none" : `nudge.${wayOf(h)}.${wayOf(about)}`,
    { w, loss, by, much });
  const [sign, result] = [product.sign, product.result];
  const first = say("nudge.product", { told, factors, sign, result });
  if (!Number.isFinite(change)) return [first, say("really.becomes", { loss, to: short(after) })];
  const grown = ratio.parts[0].replace(/^-/, "");
  const [from, to] = toldApart(y, after);
  const really = say(`really.${wayOf(change)}`, { loss, much: grown, from, to });
  if (h === 0) return [first, say("nudge.quotient.none")];
  const [above, below] = ratio.parts.map(inBrackets);
  const [slopeShown] = product.parts;
  const parts = { above, below, sign: ratio.sign, ratio: ratio.result, slope: slopeShown };
  return [first, really, say("nudge.quotient", parts)];
}

/** A negative number in brackets. @type {(text: string, place: number) => string} */
const inBrackets = (text, place) => (place > 0 && text.startsWith("-") ? `(${text})` : text);

/**
 * What is to be known of the numbers of a nudge: nothing, if they are near each other.
 * @type {(loss: string, nudge: Nudge, numeric: RunNode["numeric"]) => string}
 */
export function cautionOf(loss, { isDrowned, bends }, numeric) {
  if (isDrowned) return say("caution.rounding");
  if (numeric?.verdict === "kink")
    return say("caution.kink", { loss, why: numeric.why });
  if (numeric?.verdict === "WRONG")
    return say("caution.wrong");
  return bends ? say("caution.bends", { loss }) : "";
}

/**
 * Why nothing can be said of a nudge; empty if something can.
 * @type {(w: string, loss: string, at: { x: number, y: number, slope: number }) => string}
 */
export function noNudge(w, loss, { x, y, slope }) {
  if (!Number.isFinite(x)) return say("nudge.nothing", { name: w, number: short(x) });
  if (!Number.isFinite(y)) return say("nudge.nothing", { name: loss, number: short(y) });
  if (Number.isFinite(slope)) return "";
  return say("nudge.endless", { w, loss, slope: short(slope) });
}

/**
 * Which way a node goes to lower a loss, by its slope; of data, that it stays.
 * @type {(run: Run, place: number, loss: string, slope: number) => string}
 */
export function wayDown(run, place, loss, slope) {
  const { name } = run.nodes[place];
  return isGiven(run, place) ? say("direction.given", { w: name }) : directionOf(name, loss, slope);
}

/**
 * The direction of a gradient.
 * @type {(w: string, loss: string, slope: number) => string}
 */
export function directionOf(w, loss, slope) {
  return Number.isNaN(slope) ? "" : say(`direction.${wayOf(slope)}`, { w, loss });
}
