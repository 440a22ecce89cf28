// The tokens of an expression: as engine/expression/lexer.py.

import { pointingAt, quotedWord, visible } from "./pointing.mjs";

/**
 * A word of the language: `kind` is number, name, end, or the mark itself; a line break is one.
 * `start` and `end` are its place in the text. The text of a name is in its composed form.
 * @typedef {{ kind: string, text: string, start: number, end: number }} Token
 */

/**
 * Characters of mathematics, and how an expression writes them.
 * @type {Map<string, string>}
 */
const MEANT = new Map([
  ["²", "**2"],
  ["³", "**3"],
  ["×", "*"],
  ["·", "*"],
  ["÷", "/"],
  ["−", "-"],
  ["√", "sqrt( )"],
  ["|", "abs( )"],
]);

// A word is a name, or a mistyped one: 2x, a.b.
const LETTER = "(?:[0-9A-Za-z_.]|[^\\0-\\x7f²³×·÷−√])";
const NUMERAL = "(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?";
const TOKEN = new RegExp(
  `(?<number>${NUMERAL}(?!${LETTER}))|(?<name>${LETTER}+)|(?<space> +)|` +
    "(?<mark>\\*\\*|[-+*/^(),;=\\n])|(?<other>.)",
  "gsu",
);

const KEYWORDS = new Set(
  (
    "False None True and as assert async await break class continue def del elif else except " +
    "finally for from global if import in is lambda nonlocal not or pass raise return try while " +
    "with yield"
  ).split(" "),
);

export const ALLOWED =
  "an expression is made of numbers, names, + - * / **, functions, ( and )";

/**
 * The tokens of a text, and one for its end; none for spaces and line breaks inside ( ).
 * @type {(text: string) => Token[]}
 */
export function tokensOf(text) {
  /** @type {Token[]} */
  const tokens = [];
  /** @type {Token[]} */
  const opened = [];
  for (const match of text.matchAll(TOKEN)) {
    const { kind, wrong } = readToken(match);
    const [start, end] = [match.index, match.index + match[0].length];
    const token = { kind, text: match[0].normalize("NFKC"), start, end };
    const closes = kind === ")" && !opened.length;
    if (wrong || closes) throw pointingAt(wrong || "this ) closes nothing", text, start, end);
    if (kind === "(") opened.push(token);
    if (kind === ")") opened.pop();
    if (kind !== " " && !(kind === "\n" && opened.length)) tokens.push(token);
  }
  const last = opened.at(-1);
  if (last) throw pointingAt("this ( is never closed", text, last.start, last.end);
  return [...tokens, { kind: "end", text: "", start: text.length, end: text.length + 1 }];
}

/**
 * The line with spaces in place of tabs, up to the next column that is a multiple of eight.
 * @type {(line: string) => string}
 */
export function withoutTabs(line) {
  let [column, found] = [0, ""];
  for (const letter of line) {
    const width = letter === "\t" ? 8 - (column % 8) : 1;
    found += letter === "\t" ? " ".repeat(width) : letter;
    column = letter === "\r" ? 0 : column + width;
  }
  return found;
}

/**
 * The kind of a token, and the reason for refusing it; "" for none.
 * @type {(match: RegExpMatchArray) => { kind: string, wrong: string }}
 */
function readToken({ 0: text, groups }) {
  if (groups?.number) return { kind: "number", wrong: wrongNumber(text) };
  if (groups?.name) return { kind: "name", wrong: wrongWord(text) };
  if (groups?.space) return { kind: " ", wrong: "" };
  return { kind: text === "^" ? "**" : text, wrong: groups?.other ? wrongCharacter(text) : "" };
}

/** @type {(text: string) => string} */
function wrongNumber(text) {
  if (Number(text) === Infinity) return "the number is too large for a float64 (1.8e308)";
  const isPadded = /^0\d*$/.test(text) && /[^0]/.test(text);
  return isPadded
    ? `a whole number has no 0 in front: write ${text.replace(/^0+/, "")}`
    : "";
}

/** @type {(word: string) => string} */
function wrongWord(word) {
  if (KEYWORDS.has(word)) return `${quotedWord(word)} is a word of Python, which cannot be a name`;
  if (isIdentifier(word)) return "";
  const product = /^([0-9.]+)([\p{L}\p{Nl}\p{No}][\p{L}\p{N}_]*)$/u.exec(word);
  const isShort = [...word].length < 30;
  const hint = product && isShort ? `: write a product as ${product[1]}*${product[2]}` : "";
  return `${quotedWord(word)} is neither a number nor a name${hint}`;
}

// Joiners, which cannot be seen, and middle dots: in names since Unicode 15.1, but not in these.
const NEW_IN_NAMES = /\u200c|\u200d|\u30fb|\uff65/;

/**
 * Whether a word is a name of Python: each letter may be in one, and so may its composed form.
 * @type {(word: string) => boolean}
 */
const isIdentifier = (word) =>
  !NEW_IN_NAMES.test(word) &&
  Array.from(word).every((letter, i) => {
    const pattern = i ? /^\p{ID_Continue}+$/u : /^[\p{ID_Start}_]\p{ID_Continue}*$/u;
    return pattern.test(letter) && pattern.test(letter.normalize("NFKC"));
  });

/** @type {(character: string) => string} */
function wrongCharacter(character) {
  const meant = MEANT.get(character);
  return `${visible(character)} has no meaning here: ${meant ? `write ${meant}` : ALLOWED}`;
}
