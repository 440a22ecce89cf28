// Errors that point at a place in a text, which is shown: as in engine/expression/lexer.py.

// The most characters of a line that are shown.
const SHOWN = 72;

/** An error in the text of an expression; the message shows the place with carets under it. */
export class ExpressionError extends Error {
  /** @param {string} message @param {number} start @param {number} end */
  constructor(message, start, end) {
    super(message);
    this.start = start;
    this.end = end;
  }
}

/**
 * The error for a reason, with the line (a part of a long one) and carets from start to end.
 * @type {(reason: string, text: string, start: number, end: number) => ExpressionError}
 */
export function pointingAt(reason, text, start, end) {
  const begin = start && text.lastIndexOf("\n", start - 1) + 1;
  let line = Array.from(text.slice(begin).split("\n")[0]);
  let column = Array.from(text.slice(begin, start)).length;
  if (line.length > SHOWN) {
    const left = Math.max(column - SHOWN / 2, 0);
    line = [...(left ? "…" : ""), ...line.slice(left, left + SHOWN)];
    column -= left - Number(left > 0);
  }
  const width = Array.from(text.slice(start, end)).length + Number(end > text.length);
  const carets = "^".repeat(Math.max(Math.min(width, line.length - column), 1));
  const shown = `  ${visible(line.join(""))}\n  ${" ".repeat(column)}${carets}`;
  return new ExpressionError(`${reason}\n${shown}`, start, end);
}

/**
 * The text with a picture of each control character, as Python's notation.visible.
 * @type {(text: string) => string}
 */
export const visible = (text) => Array.from(text, visibleLetter).join("");

/** @type {(letter: string) => string} */
function visibleLetter(letter) {
  const code = Number(letter.codePointAt(0));
  if (code < 32 && letter !== "\n") return String.fromCodePoint(0x2400 + code);
  const isNone = (code >= 0xd800 && code < 0xe000) || code === 0xfffe || code === 0xffff;
  return isNone ? "\ufffd" : letter;
}

/**
 * The word in quotation marks, or its beginning if it is long; as Python's repr writes it.
 * @type {(word: string) => string}
 */
export function quotedWord(word) {
  const letters = [...word];
  const text = letters.length <= 30 ? word : `${letters.slice(0, 29).join("")}…`;
  return `'${text.replace(/[\p{C}\p{Z}]/gu, escapedLetter)}'`;
}

/** @type {(letter: string) => string} */
function escapedLetter(letter) {
  const code = Number(letter.codePointAt(0));
  const [sign, digits] = code < 256 ? ["x", 2] : code < 65536 ? ["u", 4] : ["U", 8];
  return `\\${sign}${code.toString(16).padStart(digits, "0")}`;
}
