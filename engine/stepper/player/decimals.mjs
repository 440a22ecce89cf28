// Decimal numbers, exactly: the arithmetic of a reader who checks printed numbers by hand.

/** @import { Decimal } from "./lines.d.ts" */

/**
 * The number that a text as of `short` is: 1.927 is 1927 · 10^-3; 0 for what is not finite.
 * @type {(text: string) => Decimal}
 */
export function decimal(text) {
  if (!/\d/.test(text)) return { digits: 0n, power: 0 };
  const [mantissa, exponent = "0"] = text.split("e");
  const [whole, fraction = ""] = mantissa.split(".");
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
 * Whether two numbers are the same in so many significant digits, halves going to the even digit.
 * @type {(a: Decimal, b: Decimal, significant: number) => boolean}
 */
export function agree(a, b, significant) {
  const difference = plusAll([rounded(a, significant), negative(rounded(b, significant))]);
  return difference.digits === 0n;
}

/** @type {(number: Decimal, significant: number) => Decimal} */
function rounded({ digits, power }, significant) {
  const size = digits < 0n ? -digits : digits;
  const extra = size.toString().length - significant;
  if (extra <= 0) return { digits, power };
  const unit = 10n ** BigInt(extra);
  const [quotient, twice] = [size / unit, 2n * (size % unit)];
  const up = twice > unit || (twice === unit && quotient % 2n === 1n);
  const result = quotient + (up ? 1n : 0n);
  return { digits: digits < 0n ? -result : result, power: power + extra };
}
