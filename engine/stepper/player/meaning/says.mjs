// What is said of a nudge and of steps against the gradient. A sentence stands here as a whole.

import { printed, short } from "../run/numbers.mjs";

/** @import { RunNode } from "../types.d.ts" */
/** @import { Descent, Nudge } from "./meaning.d.ts" */

/** @typedef {"up" | "down" | "none"} Way */

/** @type {(x: number) => Way} */
const wayOf = (x) => (x > 0 ? "up" : x < 0 ? "down" : "none");

/** @typedef {{ w: string, loss: string, by: string, much: string }} Named */

/**
 * By the way of the nudge, and then by that of gradient × nudge.
 * @type {Record<Way, Record<Way, (named: Named) => string>>}
 */
const SAYS = {
  up: {
    up: ({ w, loss, by, much }) => `If ${w} grows by ${by}, ${loss} grows by about ${much}`,
    down: ({ w, loss, by, much }) => `If ${w} grows by ${by}, ${loss} falls by about ${much}`,
    none: ({ w, loss, by }) => `If ${w} grows by ${by}, ${loss} stays about the same`,
  },
  down: {
    up: ({ w, loss, by, much }) => `If ${w} falls by ${by}, ${loss} grows by about ${much}`,
    down: ({ w, loss, by, much }) => `If ${w} falls by ${by}, ${loss} falls by about ${much}`,
    none: ({ w, loss, by }) => `If ${w} falls by ${by}, ${loss} stays about the same`,
  },
  none: {
    up: ({ w, loss }) => `If ${w} stays, so does ${loss}`,
    down: ({ w, loss }) => `If ${w} stays, so does ${loss}`,
    none: ({ w, loss }) => `If ${w} stays, so does ${loss}`,
  },
};

/** @type {Record<Way, (loss: string, much: string) => string>} */
const REALLY = {
  up: (loss, much) => `Really ${loss} grows by ${much}.`,
  down: (loss, much) => `Really ${loss} falls by ${much}.`,
  none: (loss) => `Really ${loss} does not change.`,
};

const NO_QUOTIENT =
  "No change by no nudge, 0/0, is no number. For ever smaller nudges change / nudge comes to the " +
  "gradient.";

/**
 * What the gradient says of a nudge, what really happens, and the quotient of both differences.
 * @type {(w: string, loss: string, nudge: Nudge) => string[]}
 */
export function nudgeSays(w, loss, { slope, h, about, change, quotient }) {
  const [product, ratio] = printed([
    { parts: [slope, h], result: about },
    { parts: [change, h], result: quotient, by: "÷" },
  ]);
  const [by, much] = [short(Math.abs(h)), product.result.replace(/^-/, "")];
  const factors = product.parts.map(inBrackets).join(" × ");
  const says = SAYS[wayOf(h)][wayOf(about)]({ w, loss, by, much });
  const [sign, result] = [product.sign, product.result];
  const first = `${says}: gradient × nudge = ${factors} ${sign} ${result}.`;
  if (!Number.isFinite(change)) return [first, `Really ${loss} is then no number that is finite.`];
  const really = REALLY[wayOf(change)](loss, ratio.parts[0].replace(/^-/, ""));
  if (h === 0) return [first, NO_QUOTIENT];
  const [above, below] = ratio.parts.map(inBrackets);
  const quotients = `Change / nudge = ${above} / ${below} ${ratio.sign} ${ratio.result}`;
  return [first, really, `${quotients}; the gradient is ${product.parts[0]}.`];
}

/** A negative number in brackets. @type {(text: string, place: number) => string} */
const inBrackets = (text, place) => (place > 0 && text.startsWith("-") ? `(${text})` : text);

/**
 * What is to be known of the numbers of a nudge: nothing, if they are near each other.
 * @type {(loss: string, nudge: Nudge, numeric: RunNode["numeric"]) => string}
 */
export function cautionOf(loss, { isDrowned, bends }, numeric) {
  if (isDrowned) return "So small a nudge is lost in rounding: numbers have 16 digits here.";
  if (numeric?.verdict === "kink")
    return `${loss} has a kink here: ${numeric.why}; its gradient here is a convention.`;
  if (numeric?.verdict === "WRONG")
    return "Finite differences do not agree with this gradient: see the table of Values.";
  return bends ? `${loss} bends on the way: a smaller nudge comes nearer to the gradient.` : "";
}

/**
 * Why nothing can be said of a nudge; empty if something can.
 * @type {(w: string, loss: string, at: { x: number, y: number, slope: number }) => string}
 */
export function noNudge(w, loss, { x, y, slope }) {
  if (!Number.isFinite(x)) return `${w} is ${short(x)}: nothing can be said of a nudge.`;
  if (!Number.isFinite(y)) return `${loss} is ${short(y)}: nothing can be said of a nudge.`;
  if (Number.isFinite(slope)) return "";
  return `The gradient of ${w} is ${short(slope)}: it does not say how much ${loss} changes.`;
}

/**
 * The direction of a gradient.
 * @type {(w: string, loss: string, slope: number) => string}
 */
export function directionOf(w, loss, slope) {
  if (slope > 0) return `To lower ${loss}, ${w} goes down.`;
  if (slope < 0) return `To lower ${loss}, ${w} goes up.`;
  return slope === 0 ? `The gradient does not say where ${w} is to go.` : "";
}

/**
 * What falls where there are examples.
 * @type {(loss: string) => string}
 */
export const meanCalled = (loss) => `Mean ${loss}`;

/**
 * What came of steps.
 * @type {(loss: string, rate: number, descent: Descent) => string}
 */
export function descentSays(loss, rate, { losses, end, better }) {
  const [after, before = after] = losses.toReversed();
  const [from, to, half] = [before, after, rate / 2].map((x) => short(x));
  if (end === "no leaf") return "No leaf learns: tick one.";
  if (end === "no gradient") return "A number here is nan or infinite, so no step can be made.";
  if (end === "level") return "The gradients of all ticked leaves are 0: a step changes nothing.";
  if (end === "too far")
    return `The next step would make ${loss} nan or infinite. Reset, and try half of it: ${half}.`;
  const grew = losses.filter((each, i) => i > 0 && each > losses[i - 1]).length;
  if (after < before && grew > 0)
    return `${loss} fell to ${to}; but in ${grew} of ${losses.length - 1} steps it grew.`;
  if (after < before) return `${loss} fell to ${to}.`;
  const kept = after === before ? `${loss} stayed at ${to}` : `${loss} grew from ${from} to ${to}`;
  if (better === 0) return `${kept}, and no smaller step lowers it.`;
  if (better === rate / 2) return `${kept}: the step was too large. Try half of it: ${half}.`;
  return `${kept}: the step was far too large. Try ${short(better)}.`;
}
