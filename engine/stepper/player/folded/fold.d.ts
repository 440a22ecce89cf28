// What a folded run holds: from folded.schema.json by `python -m tests.engine.stepper.typedefs`.

/** The run of a folded graph, as folded.py writes it: version 1. */
export interface Fold {
  format: "glassgrad fold";
  version: 1;
  /** The name of the output. */
  title: string;
  /** What the page is called, if that is something else. */
  heading: string | null;
  /** The number of nodes. */
  size: number;
  /** The boxes of the picture, inputs before what consumes them. */
  classes: Class[];
  arrows: Arrow[];
  steps: Step[];
  picture: Picture;
}

/** A float64; as text where JSON has no number for it. */
export type Num = number | "NaN" | "Infinity" | "-Infinity";

/** A place in a list, from 0 on. */
export type Place = number;

/** Values that share a box: operations made alike, or leaves alike of these. */
export interface Class {
  /** No other class has this name. */
  name: string;
  /** The operation, as a path shows it. */
  op: string;
  /** The operation, as a picture shows it. */
  symbol: string;
  /** Where they belong, outermost first. */
  scope: string[];
  /** How many there are. */
  count: number;
  /** The range of their numbers. */
  data: string;
  /** The range of their gradients at the end. */
  grad: string;
  /** How many have the gradient 0 at the end. */
  zeros: number;
  /** The line of the program that made the first. */
  line: string | null;
  /** Some of them, the largest |gradient| first. */
  members: Member[];
}

/** A Value of a class. */
export interface Member {
  name: string;
  data: Num;
  /** The gradient at the end. */
  grad: Num;
  /** How many edges pass to it. */
  uses: number;
  best: Best | null;
}

/** The largest contribution to a gradient. */
export interface Best {
  /** The place of the arrow that holds its edge. */
  arrow: Place;
  upstream: Num;
  local: Num;
  contribution: Num;
  /** The rule of the local derivative in these numbers. */
  why: string;
}

/** All edges between two classes. */
export interface Arrow {
  /** The class of the inputs. */
  tail: Place;
  /** The class that consumes them. */
  head: Place;
  /** How many edges. */
  count: number;
  /** The range of the gradients of the consumers. */
  upstream: string;
  /** The range of the local derivatives. */
  local: string;
  /** The range of their products. */
  contribution: string;
  /** Sum of |contribution| / sum of |upstream|; 0 if nothing arrives. */
  share: Num;
  /** The share in percent. */
  passes: string;
  /** How many edges pass nothing: their contribution is 0. */
  nothing: number;
  /** How many of them do so because the local derivative is 0. */
  closed: number;
  /** The derivatives in letters: d(a·b)/da = b. */
  rules: string[];
}

/** Classes are computed, one passes its gradient on, or the output is seeded. */
export interface Step {
  kind: "forward" | "seed" | "push";
  /** The classes that are computed, in order, or the one that passes. */
  groups: Place[];
  /** The arrows through which it passes. */
  arrows: Place[];
  /** The classes whose gradients change. */
  grads: Change[];
}

/** The gradients of a class after a step. */
export interface Change {
  /** The class. */
  group: Place;
  /** The range of the sums so far. */
  grad: string;
  /** Whether all that consumes its members has passed. */
  complete: boolean;
}

/** The folded graph as SVG, or why there is none. */
export interface Picture {
  svg: string;
  note: string;
}
