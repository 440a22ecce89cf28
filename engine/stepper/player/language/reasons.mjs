// Why a text is not an expression, in the words of engine/expression/parser.py.

import { closeMatch } from "./close_matches.mjs";
import { quotedWord } from "./pointing.mjs";
import { ALLOWED } from "./tokens.mjs";

// What other languages call otherwise: the rows of engine/expression/elsewhere.py.
const ELSEWHERE = new Map([
  ["ln", "log(x)"],
  ["lg", "log(x) / log(10)"],
  ["log10", "log(x) / log(10)"],
  ["log2", "log(x) / log(2)"],
  ["exp2", "2**x"],
  ["sqr", "x**2"],
  ["square", "x**2"],
  ["asin", "arcsin(x)"],
  ["acos", "arccos(x)"],
  ["atan", "arctan(x)"],
  ["arctg", "arctan(x)"],
  ["atan2", "arctan2(y, x)"],
  ["tg", "tan(x)"],
  ["cot", "1 / tan(x)"],
  ["sec", "1 / cos(x)"],
  ["sh", "sinh(x)"],
  ["ch", "cosh(x)"],
  ["th", "tanh(x)"],
  ["max", "maximum(a, b)"],
  ["min", "minimum(a, b)"],
  ["sign", "x / abs(x)"],
  ["logistic", "sigmoid(x)"],
  ["σ", "sigmoid(x)"],
  ["silu", "x * sigmoid(x)"],
  ["gelu", "x / 2 * (1 + erf(x / sqrt(2)))"],
  ["ceil", "-floor(-x)"],
  ["round", "floor(x + 0.5)"],
  ["Σ", "sum(a, b)"], // whose small letter is σ
  ["∑", "sum(a, b)"],
]);

const COMMA = /(?<![0-9A-Za-z_.,])([0-9]+),([0-9]+)(?![0-9A-Za-z_.,])/g;

export const REASONS = {
  empty: "the expression is empty: write one such as relu(w*x + b)**2",
  missing: `something is missing here: ${ALLOWED}`,
  noFunction: "this is no function: write a product with *",
  noStatement: "a statement is an expression, or name = expression",
  tooDeep: "nested too deeply: name a part of it, as in h = w*x + b; relu(h)",
  unnamed: "this has no name, and is not the last: write h = … or put a line break inside ( )",

  /** @type {(text: string, start: number, end: number) => string} */
  misplaced: (text, start, end) =>
    `this does not belong here${decimalComma(text, start, end) || `: ${ALLOWED}`}`,

  /** @type {(name: string) => string} */
  isFunction: (name) => `'${name}' is a function: write ${name}(…), or choose another name`,

  /** @type {(name: string) => string} */
  taken: (name) => `${quotedWord(name)} stands for something else already: choose another name`,

  /** @type {(length: number, most: number) => string} */
  tooLong: (length, most) =>
    `the expression has ${withCommas(length)} characters, more than ${withCommas(most)}: ` +
    "build it from Values in Python",

  /** @type {(name: string, functions: string[]) => string} */
  unknown(name, functions) {
    return `unknown function ${quotedWord(name)}${advice(name, functions)}`;
  },

  /**
   * "" if a function of so many inputs, 0 for any number, takes so many arguments.
   * @type {(name: string, count: number, inputs: number) => string}
   */
  count(name, count, inputs) {
    const wanted = inputs || Math.max(count, 1);
    const least = inputs ? "" : "at least ";
    const numbers = `${least}${wanted} argument${wanted === 1 ? "" : "s"}`;
    return count === wanted ? "" : `${name} takes ${numbers}, got ${count}`;
  },
};

/**
 * What to write in place of a name that is none of the functions.
 * @type {(name: string, functions: string[]) => string}
 */
function advice(name, functions) {
  const small = name.toLowerCase();
  const known = ELSEWHERE.get(name) ?? ELSEWHERE.get(small);
  const instead = functions.includes(small) ? small : known;
  if (instead) return `: write ${instead}`;
  const close = closeMatch(name, functions);
  return close ? ` (did you mean '${close}'?)` : `: use ${functions.join(", ")}`;
}

/**
 * What to write in place of a number with a comma that is, in part, from `start` to `end`.
 * @type {(text: string, start: number, end: number) => string}
 */
export function decimalComma(text, start, end) {
  for (const match of text.matchAll(COMMA)) {
    const isThere = match.index < end && start < match.index + match[0].length;
    if (isThere && match[0].length <= 30) return `: write ${match[1]}.${match[2]}, with a point`;
  }
  return "";
}

/** @type {(count: number) => string} */
const withCommas = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ",");
