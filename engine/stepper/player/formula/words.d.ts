// Rows as formulas are written by them, and what is made on the way to a text.

import type { Words } from "../trace.d.ts";

export type { CaseData, Node, ProgramData, StepData, Words } from "../trace.d.ts";

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
