// What is printed of a run: claims about numbers, formulas, and the lines that are made of them.

import type { Sentence } from "../trace.d.ts";
import type { Push } from "../types.d.ts";

/** digits · 10^power. */
export interface Decimal {
  digits: bigint;
  power: number;
}

/** How numbers are combined: × unless told; f is a function that nobody computes by hand. */
export type How = "×" | "+" | "−" | "÷" | "^" | "f";

/** That the parts, combined, are the result. */
export interface Claim {
  parts: number[];
  result: number;
  by?: How;
}

/** A claim as it is printed; the sign says whether the printed numbers give the result. */
export interface Printed {
  parts: string[];
  result: string;
  sign: "=" | "≈";
}

/** What a Value is called in a step. */
export type Called = (node: number) => string;

/** A part of a formula; the slot that counts is marked, and a name may have a longer title. */
export interface Part {
  text: string;
  title?: string;
  marked?: boolean;
}

/** How a node is computed: sides to be joined by =, and the sign before the result. */
export interface Equation {
  node: number;
  sides: Part[][];
  sign: Printed["sign"];
  result: string;
}

/** A local derivative, d(of)/d(by); where: letters, and the Value that each of them is. */
export interface Derivative {
  of: Part[];
  by: Part;
  where: string[];
}

/** What a push adds: upstream and local are the parts of its product. */
export interface PushLine {
  push: Push;
  local: Derivative;
  product: Printed;
  /** The gradient before and after, and whether it is the sum; null for the only use of a node. */
  change: { before: string; after: string; sign: Printed["sign"] } | null;
}

/** What adds up to the gradient of a node. */
export interface SumLine {
  node: number;
  parts: number[];
  sum: Printed;
}

export type Line = Equation | PushLine | SumLine;

/** A sentence about a run; it may wait, until its step, for gradients with these names. */
export interface RunSentence extends Sentence {
  waits?: string;
}
