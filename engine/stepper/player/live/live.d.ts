// A graph that can be computed anew: its operations as functions, and the numbers of a run.

import type { Texts } from "../formula/texts.mjs";
import type { Trace } from "../trace.d.ts";

export type Numbers = ArrayLike<number>;

/** A row of the table of operations as functions. */
export interface Row {
  /** The result, from the inputs. */
  forward: (inputs: Numbers) => number;
  /** The derivative by the input in one slot, from the inputs and the result. */
  partial: (slot: number, inputs: Numbers, result: number) => number;
}

/** An operation, or a leaf, which has no inputs. */
export interface Part {
  /** Its functions, or the reason why there are none; empty for a leaf. */
  row: Row | string;
  /** The places of its inputs; -1 for a plain number. */
  from: number[];
  /** Its inputs; those that are plain numbers stay. */
  given: Float64Array;
  /** For each edge, which of the inputs it leads to. */
  slots: number[];
  /** For each edge, the local derivative that the trace has. */
  recorded: number[];
}

export type Graph = Part[];

/** The numbers of a run: of each node, and of the edges of each node. */
export interface Swept {
  data: Float64Array;
  locals: number[][];
  grads: Float64Array;
}

/** A run whose leaves may have other numbers than the saved ones: what is known of it now. */
export interface Live extends Swept {
  /** The trace as it was saved. */
  document: Trace;
  graph: Graph;
  texts: Texts;
  /** For each node, why it keeps its number; empty for a leaf that may have another. */
  stays: string[];
  /** The saved numbers of all nodes. */
  saved: Float64Array;
  /** Whether a leaf has another number than the saved one. */
  isChanged: boolean;
}

/** What a run is compared with: its output, and the gradients of its leaves, by name. */
export interface Earlier {
  output: string;
  data: number;
  grads: Map<string, number>;
}
