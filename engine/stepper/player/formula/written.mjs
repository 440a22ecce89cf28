// Formulas in writing, with parentheses where they are needed: as engine/expression/writing.py.

import { short } from "../run/numbers.mjs";

/** @import { Words, Written } from "./words.d.ts" */

// The ranks of a number with a sign, of one with a power of ten, and of what is never divided.
const SIGNED = 1;
const WITH_POWER = 4;
const WHOLE = 5;

/** @type {(text: string) => Written} */
export const writtenName = (text) => ({ text, rank: WHOLE });

/** @type {(x: number, digits?: number) => Written} */
export function writtenNumber(x, digits = 4) {
  const text = short(x, digits);
  return { text, rank: text[0] === "-" ? SIGNED : text.includes("e") ? WITH_POWER : WHOLE };
}

/**
 * An operation on operands: between them where it has a sign, else by its name.
 * @type {(words: Words, operands: Written[], inNumbers: boolean) => Written}
 */
export function writtenOperation(words, operands, inNumbers) {
  const texts = operands.map(({ text }) => text);
  if (!words.ranks) return writtenName(`${words.name}(${texts.join(", ")})`);
  const [first, other, result] = words.ranks;
  const places = operands.map((each, i) => inside(each, i ? other : first));
  const rank = Math.min(result, Math.max(operands[0].rank, first));
  return { text: signed(words, places, texts, inNumbers), rank };
}

/**
 * Operands with the sign of their operation; an exponent that is a whole number is raised.
 * @type {(words: Words, places: string[], texts: string[], inNumbers: boolean) => string}
 */
function signed({ prefix, infix, crossed, raised }, places, texts, inNumbers) {
  if (prefix) return prefix + places[0];
  if (!raised || !/^-?\d+$/.test(texts[1])) return places.join((inNumbers && crossed) || infix);
  const [plain, small] = raised;
  return places[0] + texts[1].replace(/./g, (character) => small[plain.indexOf(character)]);
}

/**
 * The text, in parentheses unless it binds as tightly as what it stands in.
 * @type {(written: Written, rank: number) => string}
 */
const inside = ({ text, rank }, least) => (rank >= least ? text : `(${text})`);
