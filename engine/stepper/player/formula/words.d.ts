// What is said of rows, as engine/compiler/javascript/words.py writes it, and as pages use it.

import type { Num } from "../trace.d.ts";

/** What is said of a row. */
export interface Words {
  name: string;
  symbol: string;
  title: string;
  /** What an equation has before, between and after the inputs. */
  pieces: [before: string, between: string, after: string];
  /** For each partial derivative its cases. */
  rules: CaseData[][];
  /** What stands between operands in a rule. */
  infix?: string;
  /** What stands in front of the only one. */
  prefix?: string;
  /** What stands between numbers, if it is another sign. */
  crossed?: string;
  /** Of a power, the characters of whole numbers, and the same raised. */
  raised?: [plain: string, raised: string];
  /** How tightly the first operand binds, each other one, and the result. */
  ranks?: [first: number, other: number, result: number];
  /** Whether a plain number may come first. */
  reflected?: boolean;
}

/** A number, a name, or a row and its number of operands. */
export type StepData = Num | string | [row: string, count: number];

/** A formula, and the comparison under which it counts; the last of a rule has none. */
export type CaseData = [
  formula: StepData[],
  condition?: [left: StepData[], sign: Compared, right: StepData[]],
];

export type Compared = "<" | "<=" | ">" | ">=";

/** A row as formulas need it: what is said of it, its result, and its rules. */
export interface BookRow {
  words: Words;
  forward: (inputs: ArrayLike<number>) => number;
  rules: Case[][];
}

/** The rows of a page by their names. */
export type Book = Map<string, BookRow>;

/** The instructions of a stack: a number, a name, or an operation on so many operands. */
export type StackStep = number | string | { row: BookRow; count: number };
export type StackProgram = StackStep[];

export interface Case {
  formula: StackProgram;
  condition: Condition | null;
}

export interface Condition {
  left: StackProgram;
  sign: Compared;
  right: StackProgram;
}

/** A formula in writing; the rank says how tightly it binds. */
export interface Written {
  text: string;
  rank: number;
}

/** Which case of a rule counts, and the digits and the sign with which it gives the number. */
export interface Told {
  place: number;
  digits: number;
  sign: "=" | "≈" | "";
}
