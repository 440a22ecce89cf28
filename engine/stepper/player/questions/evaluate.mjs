// What a reader writes as a number: 3, -0.5, 1/3, 2 * 0.9637, 1e-3, 0,5. No text is run as code.

/** @type {Record<string, string>} */
const AS_TYPED = {
  "×": "*", "·": "*", "⋅": "*", "÷": "/", ":": "/", "−": "-", "–": "-", "^": "**",
};

const PIECE = /\s*(?:((?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?)|(\*\*|[-+*/()]))\s*/giy;

// A longer text is no answer.
const MOST_LETTERS = 200;

/**
 * The value of a text: numbers with + - * / ^ and parentheses; null for anything else, and for a
 * value that is not finite.
 * @type {(text: string) => number | null}
 */
export function evaluated(text) {
  const typed = text.replace(/[×·⋅÷:−–^]/g, (each) => AS_TYPED[each]);
  const tokens = piecesOf(typed.replace(/^\s*[=≈]/, ""));
  if (tokens === null) return null;
  const reader = { tokens, at: 0 };
  const value = sumIn(reader);
  return reader.at === tokens.length && Number.isFinite(value) ? value : null;
}

/** @typedef {{ tokens: string[], at: number }} Reader */

/**
 * The numbers and signs of a text; null if there is anything else.
 * @type {(text: string) => string[] | null}
 */
function piecesOf(text) {
  if (text.length > MOST_LETTERS) return null;
  const found = [...text.matchAll(PIECE)];
  const whole = found.reduce((length, [token]) => length + token.length, 0) === text.length;
  return whole ? found.map(([, number, sign]) => number?.replace(",", ".") ?? sign) : null;
}

/**
 * Whether the next token is one of these signs, which is then passed.
 * @type {(reader: Reader, signs: string[]) => string}
 */
function passed(reader, signs) {
  const token = reader.tokens[reader.at] ?? "";
  if (!signs.includes(token)) return "";
  reader.at += 1;
  return token;
}

/** @type {(reader: Reader) => number} */
function sumIn(reader) {
  let value = productIn(reader);
  for (let next = passed(reader, ["+", "-"]); next; next = passed(reader, ["+", "-"])) {
    const term = productIn(reader);
    value = next === "+" ? value + term : value - term;
  }
  return value;
}

/** @type {(reader: Reader) => number} */
function productIn(reader) {
  let value = signedIn(reader);
  for (let next = passed(reader, ["*", "/"]); next; next = passed(reader, ["*", "/"])) {
    const factor = signedIn(reader);
    value = next === "*" ? value * factor : value / factor;
  }
  return value;
}

/** @type {(reader: Reader) => number} */
function signedIn(reader) {
  const before = passed(reader, ["+", "-"]);
  if (before) return before === "-" ? -signedIn(reader) : signedIn(reader);
  const base = atomIn(reader);
  return passed(reader, ["**"]) ? base ** signedIn(reader) : base;
}

/**
 * A number, or what stands in parentheses; NaN where there is neither.
 * @type {(reader: Reader) => number}
 */
function atomIn(reader) {
  if (passed(reader, ["("])) {
    const value = sumIn(reader);
    return passed(reader, [")"]) ? value : NaN;
  }
  const token = reader.tokens[reader.at] ?? "";
  if (!/\d/.test(token)) return NaN;
  reader.at += 1;
  return Number(token);
}
