// What is said of a nudge, and of the direction of a gradient. A sentence stands here as a whole.

import { printed, short } from "../run/numbers.mjs";

/** @import { RunNode } from "../types.d.ts" */
/** @import { Nudge } from "./meaning.d.ts" */

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

/** @typedef {{ loss: string, much: string, from: string, to: string }} Happened */

/** @type {Record<Way, (happened: Happened) => string>} */
const REALLY = {
  up: ({ loss, much, from, to }) => `Really ${loss} grows by ${much}, from ${from} to ${to}.`,
  down: ({ loss, much, from, to }) => `Really ${loss} falls by ${much}, from ${from} to ${to}.`,
  none: ({ loss, to }) => `Really ${loss} does not change: it stays at ${to}.`,
};

const NO_QUOTIENT =
  "No change by no nudge, 0/0, is no number. For ever smaller nudges change / nudge comes to the " +
  "gradient.";

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
  const says = SAYS[wayOf(h)][wayOf(about)]({ w, loss, by, much });
  const [sign, result] = [product.sign, product.result];
  const first = `${says}: gradient × nudge = ${factors} ${sign} ${result}.`;
  if (!Number.isFinite(change)) return [first, `Really ${loss} becomes ${short(after)}.`];
  const grown = ratio.parts[0].replace(/^-/, "");
  const [from, to] = toldApart(y, after);
  const really = REALLY[wayOf(change)]({ loss, much: grown, from, to });
  if (h === 0) return [first, NO_QUOTIENT];
  const [above, below] = ratio.parts.map(inBrackets);
  const quotients = `Change / nudge = ${above} / ${below} ${ratio.sign} ${ratio.result}`;
  return [first, really, `${quotients}; the gradient is ${product.parts[0]}.`];
}

// In at most so many digits two numbers are told apart, and so near comes their printed difference.
const MOST_DIGITS = 12;
const AS_FAR = 1e-3;

/**
 * Two numbers in the fewest digits in which they differ by about what they really do.
 * @type {(from: number, to: number) => string[]}
 */
function toldApart(from, to) {
  for (let digits = 4; ; digits++) {
    const texts = [from, to].map((x) => short(x, digits));
    const gap = Number(texts[1]) - Number(texts[0]) - (to - from);
    if (digits === MOST_DIGITS || Math.abs(gap) <= AS_FAR * Math.abs(to - from)) return texts;
  }
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
