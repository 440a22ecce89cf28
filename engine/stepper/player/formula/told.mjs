// Rules on numbers, in the fewest digits in which they give the result: as engine/analysis/why.py.

import { short } from "../run/numbers.mjs";
import { say } from "../said/say.mjs";
import { asPrinted, caseFor, changedRule, folded, valueOf } from "./programs.mjs";
import { writtenName, writtenNumber, writtenOperation } from "./written.mjs";

/** @import { Case, Compared, Condition, StackProgram, Told, Written } from "./words.d.ts" */
/** @import { Numbers } from "./programs.mjs" */

/** @typedef {Record<string, Written>} Symbols */

// In how many digits numbers are tried, and the sign before the result.
/** @type {[digits: number, sign: "=" | "≈"][]} */
const RULE_TRIES = [[4, "="], [5, "="], [6, "="], [4, "≈"], [9, "≈"], [17, "≈"]];

/** @type {Record<Compared, string>} */
const SIGNS_SHOWN = { "<": "<", "<=": "≤", ">": ">", ">=": "≥" };

// What holds where a comparison does not.
/** @type {Record<Compared, Compared>} */
const OPPOSITE = { "<": ">=", "<=": ">", ">": "<=", ">=": "<" };

/** @type {Symbols} */
const CONSTANTS = { pi: writtenName("π") };

/**
 * How the rule is told that gives a local derivative, in these digits if it can be told so; no sign
 * if it does not give it.
 * @type {(rule: Case[], numbers: Numbers, local: number, wanted: number | null) => Told}
 */
function toldRule(rule, numbers, local, wanted) {
  const [first, ...more] = rule[0].formula;
  const isSame = first === local || (Number.isNaN(first) && Number.isNaN(local));
  if (rule.length === 1 && isSame && !more.length)
    return { place: 0, digits: wanted ?? 4, sign: "=" }; // as of all sums: nothing to compute
  const place = caseFor(rule, numbers);
  const given = valueOf(rule[place].formula, numbers);
  if (!areClose(given, local)) return { place, digits: 4, sign: "" };
  /** @type {typeof RULE_TRIES} */
  const tries = wanted === null ? RULE_TRIES : [[wanted, "="], [wanted, "≈"], ...RULE_TRIES];
  const found = tries.find((each) => holdsAsPrinted(rule, numbers, local, place, ...each));
  const [digits, sign] = found ?? RULE_TRIES[RULE_TRIES.length - 1];
  return { place, digits, sign };
}

/** @type {(a: number, b: number) => boolean} */
const areClose = (a, b) =>
  a === b ||
  (Math.abs(a - b) < Infinity &&
    Math.abs(a - b) <= Math.max(1e-6 * Math.max(Math.abs(a), Math.abs(b)), 1e-9));

/**
 * Whether the numbers as they are printed are in the same case and, for =, give the result.
 * @type {(rule: Case[], numbers: Numbers, local: number, place: number, digits: number,
 *   sign: string) => boolean}
 */
function holdsAsPrinted(rule, numbers, local, place, digits, sign) {
  const pairs = Object.entries(numbers).map(([name, x]) => [name, asPrinted(x, digits)]);
  const printed = Object.fromEntries(pairs);
  const rounded = changedRule(rule, (program) =>
    program.map((step) => (typeof step === "number" ? asPrinted(step, digits) : step)),
  );
  if (caseFor(rounded, printed) !== place) return false;
  if (sign !== "=") return true;
  return short(valueOf(rounded[place].formula, printed), digits) === short(local, digits);
}

/**
 * A rule in symbols, with its conditions: (1 if x > 0, else 0).
 * @type {(rule: Case[], symbols: Symbols) => string}
 */
export function ruleInSymbols(rule, symbols) {
  const texts = rule.map(({ formula, condition }) => {
    const { text } = programWritten(formula, symbols);
    if (!condition) return rule.length > 1 ? say("rule.else", { text }) : text;
    return say("rule.if", { text, condition: comparison(condition, condition.sign, symbols) });
  });
  return rule.length > 1 ? `(${texts.join(", ")})` : texts[0];
}

/**
 * What follows a rule in symbols: the same in numbers, the result, and the reason.
 * @type {(rule: Case[], numbers: Numbers, local: number, inSymbols: string,
 *   wanted?: number | null) => string}
 */
export function ruleInNumbers(rule, numbers, local, inSymbols, wanted = null) {
  const { place, digits, sign } = toldRule(rule, numbers, local, wanted);
  if (!sign) return say("rule.but", { local: short(local) });
  const pairs = Object.entries(numbers).map(([name, x]) => [name, writtenNumber(x, digits)]);
  const symbols = Object.fromEntries(pairs);
  const side = programWritten(rule[place].formula, symbols, digits, true).text;
  const result = short(local, digits);
  const given = side === inSymbols ? "" : ` = ${side}`;
  const gives = result === side ? "" : ` ${sign} ${result}`;
  return given + gives + conditionHeld(rule, place, symbols, digits);
}

/**
 * The condition of the case that counts, in numbers; for the last, the opposites.
 * @type {(rule: Case[], place: number, symbols: Symbols, digits: number) => string}
 */
function conditionHeld(rule, place, symbols, digits) {
  const own = rule[place].condition;
  const held = rule.flatMap(({ condition }) =>
    condition ? [comparison(condition, OPPOSITE[condition.sign], symbols, digits, true)] : [],
  );
  const told = own ? [comparison(own, own.sign, symbols, digits, true)] : held;
  return told.length ? say("rule.since", { conditions: told.join(say("rule.and")) }) : "";
}

/**
 * A program in writing, with symbols in place of its names.
 * @type {(program: StackProgram, symbols: Symbols, digits?: number,
 *   inNumbers?: boolean) => Written}
 */
const programWritten = (program, symbols, digits = 4, inNumbers = false) =>
  folded(
    program,
    (x) => writtenNumber(x, digits),
    (name) => CONSTANTS[name] ?? symbols[name],
    ({ words }, operands) => writtenOperation(words, operands, inNumbers),
  );

/**
 * A comparison in writing, with its own sign or the opposite.
 * @type {(condition: Condition, sign: Compared, symbols: Symbols, digits?: number,
 *   inNumbers?: boolean) => string}
 */
function comparison({ left, right }, sign, symbols, digits = 4, inNumbers = false) {
  const sides = [left, right].map((side) => programWritten(side, symbols, digits, inNumbers).text);
  return sides.join(` ${SIGNS_SHOWN[sign]} `);
}
