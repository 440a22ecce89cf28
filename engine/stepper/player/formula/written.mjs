// Formulas in writing, with parentheses where they are needed: as engine/expression/writing.py.

import { short } from "../run/numbers.mjs";

/** @import { Words, Written } from "./words.d.ts" */

// The ranks of a number with a sign, of one with a power of ten, and of what is never divided.
const SIGNED = 1;
const WITH_POWER = 4;
const UNDIVIDED = 5;

/** @type {(text: string) => Written} */
export const writtenName = (text) => ({ text, rank: UNDIVIDED });

/** @type {(x: number, digits?: number) => Written} */
export function writtenNumber(x, digits = 4) {
  const text = short(x, digits);
  return { text, rank: text[0] === "-" ? SIGNED : text.includes("e") ? WITH_POWER : UNDIVIDED };
}

/**
 * An operation on operands: between them where it has a sign, else by its name.
 * @type {(words: Words, operands: Written[], inNumbers: boolean) => Written}
 */
export function writtenOperation({ name, sign }, operands, inNumbers) {
  const texts = operands.map(({ text }) => text);
  if (!sign) return writtenName(`${name}(${texts.join(", ")})`);
  const [first, other, result] = sign.ranks;
  const places = operands.map((each, i) => inside(each, i ? other : first));
  const rank = Math.min(result, Math.max(operands[0].rank, first));
  if (sign.raised && /^-?\d+$/.test(texts[1]))
    return { text: places[0] + exponent(texts[1], sign.raised), rank };
  return { text: sign.before + places.join(inNumbers ? sign.crossed : sign.between), rank };
}

/** @type {(whole: string, small: string) => string} */
const exponent = (whole, small) =>
  whole.replace(/./g, (character) => small["-0123456789".indexOf(character)]);

/**
 * The text, in parentheses unless it binds as tightly as what it stands in.
 * @type {(written: Written, least: number) => string}
 */
const inside = ({ text, rank }, least) => (rank >= least ? text : `(${text})`);
