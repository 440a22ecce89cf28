// Decimal numbers, exactly: the arithmetic of a reader who checks printed numbers by hand.

/** @import { Decimal } from "../said/lines.d.ts" */

/**
 * The number that a text as of `short` is: 1.927 is 1927 · 10^-3; 0 for what is not finite.
 * @type {(text: string) => Decimal}
 */
export function decimal(text) {
  if (!/\d/.test(text)) return { digits: 0n, power: 0 };
  const [mantissa, exponent = "0"] = text.split("e");
  const [whole, fraction = ""] = mantissa.split(/[.,]/);
  return { digits: BigInt(whole + fraction), power: Number(exponent) - fraction.length };
}

/** @type {(number: Decimal) => Decimal} */
export const negative = ({ digits, power }) => ({ digits: -digits, power });

/**
 * The product of decimal numbers.
 * @type {(factors: Decimal[]) => Decimal}
 */
export const timesAll = (factors) => ({
  digits: factors.reduce((product, { digits }) => product * digits, 1n),
  power: factors.reduce((sum, { power }) => sum + power, 0),
});

/**
 * The sum of decimal numbers.
 * @type {(terms: Decimal[]) => Decimal}
 */
export function plusAll(terms) {
  const power = Math.min(0, ...terms.map((each) => each.power));
  const scaled = terms.map((each) => each.digits * 10n ** BigInt(each.power - power));
  return { digits: scaled.reduce((sum, each) => sum + each, 0n), power };
}

/**
 * Whether a number, printed in so many significant digits, may be the second one: they differ by
 * half a unit of the last digit at the most.
 * @type {(exact: Decimal, printed: Decimal, significant: number) => boolean}
 */
export function agree(exact, printed, significant) {
  if (exact.digits === 0n || printed.digits === 0n) return exact.digits === printed.digits;
  const difference = plusAll([exact, negative(printed)]);
  const last = Math.min(leading(exact), leading(printed)) - significant + 1;
  const excess = plusAll([size(difference), size(difference), { digits: -1n, power: last }]);
  return excess.digits <= 0n;
}

/** @type {(number: Decimal) => Decimal} */
const size = ({ digits, power }) => ({ digits: digits < 0n ? -digits : digits, power });

/**
 * The power of ten of the first digit.
 * @type {(number: Decimal) => number}
 */
const leading = (number) => size(number).digits.toString().length - 1 + number.power;
