// Numbers and their text: as a trace holds them, with all digits, with four, and long ones cut.

import { say, withPoint, withoutPoint } from "../said/say.mjs";
import { digitsOf, digitsSeen, printIn } from "./alike.mjs";
import { agree, decimal, negative, plusAll, timesAll } from "./decimals.mjs";

/** @import { Num } from "../trace.d.ts" */
/** @import { Claim, Decimal, How, Printed } from "../said/lines.d.ts" */

/**
 * A number of the trace, in which NaN and the infinities are text.
 * @type {(given: Num) => number}
 */
export const number = (given) => (typeof given === "string" ? Number(given) : given);

/**
 * All digits: the shortest text that is read as the same number.
 * @type {(x: number) => string}
 */
export const exact = (x) => (Object.is(x, -0) ? "-0" : String(x));

/**
 * All digits, as a reader writes them.
 * @type {(x: number) => string}
 */
export const inFull = (x) => withPoint(exact(x));

/**
 * The number that a text as of `short` is.
 * @type {(text: string) => number}
 */
export const shownNumber = (text) => Number(withoutPoint(text));

// Below it a whole number has no digits but its own. And what makes a whole number of one that is
// halfway between two of 17 digits or fewer: K/10^q with K < 10^18 is in binary only where 5^q
// divides K, for a q of 25 at the most.
const MOST_WHOLE = 1e15;
const HALFWAY = 2 ** 25;

/**
 * Four significant digits, or as many as asked for, as Python's format ".4g" writes them, with the
 * point of the language.
 * @type {(x: number, digits?: number) => string}
 */
export const short = (x, digits = digitsOf(x)) => withPoint(inDigits(x, digits));

/** @type {(x: number, digits: number) => string} */
function inDigits(x, digits) {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
  const size = Math.abs(x);
  if (size < MOST_WHOLE && size < 10 ** digits && Number.isInteger(x)) return String(x);
  const [mantissa, exponent] = roundedHalfToEven(x, digits).split("e");
  const power = Number(exponent);
  if (power >= -4 && power < digits) return withoutZeros(inDecimals(mantissa, power));
  const places = exponent.slice(1).padStart(2, "0");
  return `${withoutZeros(mantissa)}e${exponent[0]}${places}`;
}

/** @type {(text: string) => string} */
const withoutZeros = (text) => (text.includes(".") ? text.replace(/\.?0*$/, "") : text);

/**
 * A number in scientific notation without the power of ten.
 * @type {(mantissa: string, power: number) => string}
 */
function inDecimals(mantissa, power) {
  const sign = mantissa[0] === "-" ? "-" : "";
  const all = "0".repeat(Math.max(0, -power)) + mantissa.slice(sign.length).replace(".", "");
  const point = 1 + Math.max(0, power);
  return `${sign}${all.slice(0, point)}.${all.slice(point)}`;
}

/**
 * The number in scientific notation; one that is halfway between two goes to the even digit.
 * @type {(x: number, digits: number) => string}
 */
function roundedHalfToEven(x, digits) {
  const up = x.toExponential(digits - 1);
  if (!Number.isInteger(x * HALFWAY)) return up;
  // oxlint-disable-next-line oxc/number-arg-out-of-range -- 100 digits are allowed since ES2018
  const [mantissa, exponent] = x.toExponential(100).split("e");
  const cut = mantissa.indexOf(".") + digits;
  if (!/^50*$/.test(mantissa.slice(cut))) return up;
  const down = mantissa.slice(0, cut);
  return Number(down.at(-1)) % 2 === 0 ? `${down}e${exponent}` : up;
}

// In how many digits numbers are printed: more only where fewer do not give the printed result.
const TRIES = [4, 5, 6];

/**
 * Factors and their product as printed: in as many digits as it takes for =, else with ≈.
 * @type {(factors: number[], product: number) => Printed}
 */
export const multiplied = (factors, product) => printed([{ parts: factors, result: product }])[0];

/**
 * Terms and their sum as printed.
 * @type {(terms: number[], sum: number) => Printed}
 */
export const added = (terms, sum) => printed([{ parts: terms, result: sum, by: "+" }])[0];

/**
 * What is claimed in one line or in one table, all in the same digits.
 * @type {(claims: Claim[]) => Printed[]}
 */
export function printed(claims) {
  const seen = claims.flatMap(numbersIn).map(digitsSeen).find((digits) => digits !== null);
  const digits = seen ?? digitsFor(claims);
  return claims.map((claim) => ({
    parts: claim.parts.map((each) => short(each, digits)),
    result: short(claim.result, digits),
    sign: holds(claim, digits) ? "=" : "≈",
  }));
}

/**
 * Let all that is claimed on a screen be printed in the same digits, and in these elsewhere too.
 * @type {(claims: Claim[]) => void}
 */
export function printAlike(claims) {
  const long = claims.flatMap(numbersIn).filter((x) => short(x, TRIES[0]) !== short(x, TRIES[2]));
  printIn(long, digitsFor(claims));
}

/** @type {(claim: Claim) => number[]} */
const numbersIn = ({ parts, result }) => [...parts, result];

/**
 * The fewest digits in which most of the claims hold.
 * @type {(claims: Claim[]) => number}
 */
function digitsFor(claims) {
  const held = TRIES.map((digits) => claims.filter((claim) => holds(claim, digits)).length);
  return TRIES[held.indexOf(Math.max(...held))];
}

/**
 * What the texts give; a quotient or a power is no decimal number, and rounded.
 * @type {Record<Exclude<How, "f">, (texts: string[], digits: number) => Decimal>}
 */
const GIVEN = {
  "×": (texts) => timesAll(texts.map(decimal)),
  "+": (texts) => plusAll(texts.map(decimal)),
  "−": ([first, ...others]) => plusAll([decimal(first), ...others.map(decimal).map(negative)]),
  "÷": ([a, b], digits) => decimal(short(shownNumber(a) / shownNumber(b), digits)),
  "^": ([a, b], digits) => decimal(short(shownNumber(a) ** shownNumber(b), digits)),
};

/**
 * Whether the printed parts give the printed result; nothing is claimed of what is not finite.
 * @type {(claim: Claim, digits: number) => boolean}
 */
function holds({ parts, result, by = "×" }, digits) {
  if (![...parts, result].every(Number.isFinite)) return true;
  const texts = parts.map((each) => short(each, digits));
  return by === "f" || agree(GIVEN[by](texts, digits), decimal(short(result, digits)), digits);
}

/**
 * A list of more than twelve parts without its middle, as in Python's notation.abridged.
 * @type {<Part>(parts: Part[]) => (Part | string)[]}
 */
export const abridged = (parts) =>
  parts.length <= 12 ? parts : [...parts.slice(0, 6), "…", ...parts.slice(-5)];

/**
 * A whole number in decimal text with thousands apart; a very long one as a power of ten.
 * @type {(digits: string) => string}
 */
export function counted(digits) {
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, say("number.thousands"));
  if (digits.length <= 15) return grouped;
  return say("number.power", { power: logarithm(digits).toFixed(0) });
}

/** @type {(digits: string) => number} */
const logarithm = (digits) => Math.log10(Number(`0.${digits.slice(0, 15)}`)) + digits.length;
