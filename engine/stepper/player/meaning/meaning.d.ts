// What a gradient means: a nudge of one number, and steps of many numbers against their gradients.

import type { Graph } from "../live/live.d.ts";
import type { Examples } from "../trace.d.ts";

/** Where a function is looked at: a number, the function of it, and the gradient by it. */
export interface At {
  x: number;
  y: number;
  slope: number;
}

/** What a nudge does to the output. */
export interface Nudge extends At {
  /** By how much the number grows. */
  h: number;
  /** Gradient × nudge: about how much the output grows. */
  about: number;
  /** What the output becomes, how much it has then grown, and that for each unit of the nudge. */
  after: number;
  change: number;
  quotient: number;
  /** Whether so small a change is lost in rounding. */
  isDrowned: boolean;
  /** Whether both are far apart, and nearer to each other for a smaller nudge. */
  bends: boolean;
}

/** A loss, the mean over examples, with that of each of them, and its gradients. */
export interface Mean {
  loss: number;
  losses: number[];
  grads: Float64Array;
}

/** What is to be lowered: the output of a graph, from these numbers of its nodes on. */
export interface Task {
  graph: Graph;
  data: Float64Array;
  examples: Examples | null;
  /** The leaves that go against their gradients, and how far beside these. */
  moves: number[];
  rate: number;
  /** The ReLUs, which may die. */
  relus: number[];
}

/** Why steps ended before all were made. */
export type End =
  /** All were made. */
  | ""
  /** No leaf is to move. */
  | "no leaf"
  /** The loss or a gradient is nan or infinite. */
  | "no gradient"
  /** All gradients are 0. */
  | "level"
  /** The loss would be nan or infinite. */
  | "too far";

/** What steps led to. */
export interface Descent {
  /** The numbers of the leaves that move. */
  numbers: Map<number, number>;
  /** The loss before the first step, and after each. */
  losses: number[];
  end: End;
  /** The first of the halves of the rate that would have lowered a loss that grew last; else 0. */
  better: number;
  /** The ReLUs that have died on the way; where no step was made, those that are dead. */
  dead: number[];
  /** Whether all gradients are 0 at the end. */
  isLevel: boolean;
}
