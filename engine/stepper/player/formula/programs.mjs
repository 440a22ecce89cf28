// Formulas of rules, computed and made simpler by plain numbers: as engine/expression/rules.py.

import { rowOf } from "../live/rows.mjs";
import { short, shownNumber } from "../run/numbers.mjs";

/** @import { RowData } from "../trace.d.ts" */
/** @import { Book, BookRow, Case, CaseData, Condition, StackProgram } from "./words.d.ts" */
/** @import { StackStep, StepData } from "./words.d.ts" */

/** @typedef {Record<string, number>} Numbers */

/** @type {Record<Condition["sign"], (a: number, b: number) => boolean>} */
const COMPARED = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

/**
 * The rows of a page, ready to be told, but for locked ones.
 * @type {(rows: Record<string, RowData>) => Book}
 */
export function bookOf(rows) {
  /** @type {Book} */
  const book = new Map();
  for (const [name, data] of Object.entries(rows)) {
    const row = rowOf(data);
    if (typeof row === "string") continue;
    book.set(name, { words: data.words, forward: row.forward, rules: [] });
  }
  for (const row of book.values())
    row.rules = row.words.rules.map((rule) => rule.map((each) => caseRead(book, each)));
  return book;
}

/** @type {(book: Book, data: CaseData) => Case} */
function caseRead(book, [formula, condition]) {
  /** @type {(steps: StepData[]) => StackProgram} */
  const read = (steps) => steps.map((each) => stepRead(book, each));
  if (!condition) return { formula: read(formula), condition: null };
  const [left, sign, right] = condition;
  return { formula: read(formula), condition: { left: read(left), sign, right: read(right) } };
}

/** @type {(book: Book, step: StepData) => StackStep} */
function stepRead(book, step) {
  if (typeof step !== "object") return /^[a-z]/.test(String(step)) ? step : Number(step);
  const [name, count] = step;
  const row = /** @type {BookRow} */ (book.get(name) ?? book.get(`${name}/${count}`));
  return { row, count };
}

/**
 * The result of a program, given what its three instructions mean.
 * @template T
 * @param {StackProgram} program @param {(x: number) => T} number @param {(name: string) => T} name
 * @param {(row: BookRow, operands: T[]) => T} apply
 */
export function folded(program, number, name, apply) {
  /** @type {T[]} */
  const operands = [];
  for (const step of program)
    if (typeof step === "number") operands.push(number(step));
    else if (typeof step === "string") operands.push(name(step));
    else operands.push(apply(step.row, operands.splice(-step.count)));
  return operands[0];
}

/**
 * The number that a program gives; `pi` is known.
 * @type {(program: StackProgram, numbers: Numbers) => number}
 */
export const valueOf = (program, numbers) =>
  folded(
    program,
    (x) => x,
    (name) => (name === "pi" ? Math.PI : numbers[name]),
    ({ forward }, operands) => forward(operands),
  );

/**
 * The place of the case that counts for these numbers.
 * @type {(rule: Case[], numbers: Numbers) => number}
 */
export const caseFor = (rule, numbers) =>
  rule.findIndex(({ condition }) => !condition || holdsFor(condition, numbers));

/** @type {(condition: Condition, numbers: Numbers) => boolean} */
const holdsFor = ({ left, sign, right }, numbers) =>
  COMPARED[sign](valueOf(left, numbers), valueOf(right, numbers));

/**
 * A number as it is printed in so many digits.
 * @type {(x: number, digits?: number) => number}
 */
export const asPrinted = (x, digits = 4) =>
  Number.isFinite(x) ? shownNumber(short(x, digits)) : x;

/**
 * A rule with a change of each of its formulas, those of conditions among them.
 * @type {(rule: Case[], change: (program: StackProgram) => StackProgram) => Case[]}
 */
export const changedRule = (rule, change) =>
  rule.map(({ formula, condition }) => ({
    formula: change(formula),
    condition: condition && {
      ...condition,
      left: change(condition.left),
      right: change(condition.right),
    },
  }));

/**
 * A program with plain numbers in place of some names, and without what they make needless.
 * @type {(program: StackProgram, numbers: Numbers) => StackProgram}
 */
export const substituted = (program, numbers) =>
  folded(program, justOne, (name) => [numbers[name] ?? name], simplified);

/** @type {(step: StackStep) => StackProgram} */
const justOne = (step) => [step];

/**
 * An operation on operands, in fewer instructions where plain numbers allow that.
 * @type {(row: BookRow, operands: StackProgram[]) => StackProgram}
 */
function simplified(row, operands) {
  const { words: { name }, forward } = row;
  const plain = operands.map(([first, ...rest]) => (rest.length ? null : first));
  if (plain.every((each) => typeof each === "number")) {
    const result = forward(plain);
    if (name === "neg" || asPrinted(result) === result) return [result];
  }
  const one = plain.indexOf(1);
  if (name === "mul" && one >= 0) return operands[1 - one];
  if (name === "pow" && plain[1] === 1) return operands[0];
  if (name === "pow" && plain[1] === 0) return [1];
  return [...operands.flat(), { row, count: operands.length }];
}
