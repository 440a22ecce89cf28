// What rows of the table are as data, as engine/compiler/javascript/rows.py writes them.

import type { Words } from "../player/formula/words.d.ts";
import type { Input, Node, Num, Trace } from "../player/trace.d.ts";

/** A place: of an input first, then of an operation; or a number, in a list. */
export type Operand = number | [number: Num];

/** The result of a formula. */
export type Result = Operand | { if: number; then: Result; else: Result };

export interface FormulaData {
  /** Each with its operands, in the order in which they are computed. */
  operations: [name: string, ...operands: Operand[]][];
  result: Result;
}

export interface FormulasData {
  /** How many inputs it has. */
  inputs: number;
  forward: FormulaData;
  /** One for each input, of the inputs and the result of the row. */
  partials: FormulaData[];
}

/** A row of any number of inputs, which are joined one after the other. */
export interface FoldData {
  fold: string;
  start: [number: Num];
  slope: [number: Num];
}

/** A row that cannot be followed, and why. */
export interface LockedData {
  locked: string;
}

export type RowData = FormulasData | FoldData | LockedData;

/** A trace that can be computed anew: with the rows of its operations. */
export interface LiveTrace extends Trace {
  nodes: LiveNode[];
  rows: Record<string, RowData & { words: Words }>;
}

export interface LiveNode extends Node {
  /** The name of its row; none for a leaf. */
  row: string | null;
  inputs: Input[];
}

/** A row as functions. */
export interface Row {
  /** The result, from the inputs. */
  forward: (inputs: Numbers) => number;
  /** The derivative by the input in one slot, from the inputs and the result. */
  partial: (slot: number, inputs: Numbers, result: number) => number;
}

export type Numbers = ArrayLike<number>;
