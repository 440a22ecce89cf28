// Heights of a curve with so many decimals as a trace has of them.

import { toldNumber } from "./sweep.mjs";

/** @import { Num } from "../trace.d.ts" */

/** The power of ten of its first digit. @type {(x: number) => number} */
export const exponentOf = (x) => Number(x.toExponential().split("e")[1]);

/**
 * A height with so many decimals, as a trace has it; halves go to the even digit.
 * @type {(y: number, places: number) => Num}
 */
export function toldHeight(y, places) {
  if (!Number.isFinite(y) || y === 0) return toldNumber(y);
  const digits = exponentOf(y) + places;
  if (digits > 20) return y;
  if (digits < 0) return roundedToUnit(y, places);
  // oxlint-disable-next-line oxc/number-arg-out-of-range -- 100 digits are allowed since ES2018
  const all = y.toExponential(100);
  const isHalf = new RegExp(`^-?\\d\\.\\d{${digits}}50*e`).test(all);
  const up = y.toExponential(digits);
  if (!isHalf) return Number(up);
  const down = all.replace(new RegExp(`(\\.\\d{${digits}})\\d*`), "$1").replace(".e", "e");
  return Number(down.split("e")[0].at(-1)) % 2 === 0 ? Number(down) : Number(up);
}

/**
 * A height below the last decimal: that, or a zero with the sign.
 * @type {(y: number, places: number) => number}
 */
function roundedToUnit(y, places) {
  const unit = Number(`1e-${places}`);
  return Math.sign(y) * (Math.abs(y) > unit / 2 ? unit : 0);
}
