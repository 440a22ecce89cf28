// Numbers and their text: as a trace holds them, with all digits, with four, and long ones cut.

/** @import { Num } from "./trace.d.ts" */

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
 * Four significant digits, as Python's format ".4g" writes them.
 * @type {(x: number) => string}
 */
export function short(x) {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
  if (x === 0) return "0";
  const [mantissa, exponent] = roundedHalfToEven(x).split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 4) return String(Number(`${mantissa}e${power}`));
  const digits = String(Math.abs(power)).padStart(2, "0");
  return `${String(Number(mantissa))}e${power < 0 ? "-" : "+"}${digits}`;
}

/**
 * The number in scientific notation; one that is halfway between two goes to the even digit.
 * @type {(x: number) => string}
 */
function roundedHalfToEven(x) {
  const up = x.toExponential(3);
  // oxlint-disable-next-line oxc/number-arg-out-of-range -- 100 digits are allowed since ES2018
  const exact = x.toExponential(100);
  if (!/^-?\d\.\d{3}50*e/.test(exact)) return up;
  const down = exact.replace(/(\.\d{3})\d*/, "$1");
  return Number(down.split("e")[0].at(-1)) % 2 === 0 ? down : up;
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
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, ",");
  return digits.length <= 15 ? grouped : `about 10^${logarithm(digits).toFixed(0)}`;
}

/** @type {(digits: string) => number} */
const logarithm = (digits) => Math.log10(Number(`0.${digits.slice(0, 15)}`)) + digits.length;
