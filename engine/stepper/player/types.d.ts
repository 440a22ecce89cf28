// What is known of a run, and what a reader has chosen. What a trace holds is in trace.d.ts.

import type { Live } from "./live/live.d.ts";
import type { Asks, Question, Reply, Result, Score } from "./questions/questions.d.ts";
import type * as trace from "./trace.d.ts";

export type { Claim, Printed } from "./said/lines.d.ts";
export type { Trace } from "./trace.d.ts";

/** A run: a trace with its numbers read, and with where to look for what. */
export interface Run {
  title: string;
  /** The place of the output. */
  output: number;
  about: trace.About | null;
  numericNote: string;
  pictureNote: string;
  /** The position at which the page opens, and the last one that it has. */
  start: number;
  last: number;
  /** What the page leaves out. */
  without: Set<trace.Hideable>;
  nodes: RunNode[];
  events: RunEvent[];
  /** The position at which the backward sweep begins. */
  seed: number;
  /** The steps of each unit, ascending; the first is the start. */
  steps: Record<Unit, Step[]>;
  /** The nodes in the order of the table, leaves first; and where in it each node is. */
  rows: number[];
  rank: number[];
  /** How it is computed anew for other numbers; null if it is not. */
  live: Live | null;
}

type ReadAnew = "data" | "grad" | "inputs" | "numeric" | "paths";

/** A node, with what happens to it in the course of the run. */
export interface RunNode extends Omit<trace.Node, ReadAnew> {
  data: number;
  grad: number;
  /** All inputs, plain numbers too; the place of one is its slot. */
  inputs: (RunEdge | { number: number })[];
  numeric: (Omit<trace.Numeric, "value" | "error"> & { value: number; error: number }) | null;
  paths: { count: string; best: Path[]; rest: number };
  /** The position at which its data is there; 0 for a leaf. */
  computedAt: number;
  /** What adds to its gradient, and at which positions; the last one completes it. */
  uses: Use[];
  pushedAt: number[];
}

export interface RunEdge extends Omit<trace.Edge, "local"> {
  local: number;
}

export interface Path extends Omit<trace.Path, "factors" | "product"> {
  factors: number[];
  product: number;
}

export type RunEvent = Forward | Seed | Push | Done;
export type Forward = { kind: "forward"; node: number };
export type Seed = { kind: "seed"; node: number; grad: number };
export type Done = { kind: "done"; node: number };
export type Push = {
  kind: "push";
  node: number;
  place: number;
  input: number;
  upstream: number;
  local: number;
  contribution: number;
  before: number;
  after: number;
};

/** What adds to a gradient. */
export type Use = Seed | Push;

/** How long a step is shown while playing. */
export type Speed = "slow" | "normal" | "fast";

export type Unit = "contribution" | "node" | "layer";

/**
 * What a step is: a push, all pushes of an operation that passes its gradient on as it is (spread)
 * or not (node), or events of several nodes (layer), going forward or back.
 */
export type StepKind = "start" | RunEvent["kind"] | "spread" | "node" | "layer";

/** A step: what happens after position `start`, up to position `end`. */
export interface Step {
  start: number;
  end: number;
  kind: StepKind;
  /** The ones that say something new: without "complete" for a node with one use. */
  events: RunEvent[];
}

/** What a reader has chosen. */
export interface State {
  /** How many events have happened. */
  position: number;
  unit: Unit;
  /** The node that the tables keep to; null for the one that the step is about. */
  selected: number | null;
  /** The place, among the best paths, of the one that is shown. */
  path: number | null;
  playing: boolean;
  speed: Speed;
  /** Whether questions are asked (by node or layer they are not), and which kinds; [] is a mix. */
  quiz: boolean;
  kinds: Asks[];
  /** How often the question has been answered, and what was said to the last answer. */
  tries: number;
  reply: Reply | null;
  /** What became of questions, by the place of their step. */
  results: Record<number, Result>;
}

/** What is asked in a step, and how the reader has done so far. */
export interface Asked extends Pick<State, "kinds" | "tries" | "reply" | "results"> {
  /** The question about the step, settled or not; null for none. */
  question: Question | null;
  isOpen: boolean;
  /** No other question has it. */
  key: string;
  score: Score;
  /** The place of the next step with an open question; null for none. */
  next: number | null;
  /** Whether no question is left, or this is the end. */
  isOver: boolean;
}

/** What is seen in a state. */
export interface Seen {
  position: number;
  /** How many events are over: a step that a question hides is not. */
  shown: number;
  /** The step up to this position, its place among the steps of the unit, and that of the last. */
  step: Step;
  /** The one that follows, or what is left of this one; null at the end. */
  next: Step | null;
  at: number;
  of: number;
  /** The contributions of the step, and its last event. */
  pushes: Push[];
  event: RunEvent | null;
  hidden: boolean;
  /** The node that is looked at, and whether the reader has selected it. */
  focus: number;
  pinned: boolean;
  path: number | null;
  asked: Asked | null;
}

export type Move = "first" | "previous" | "next" | "last";
type Press = "follow" | "escape" | "speed" | "quiz" | "again" | "stop" | "play" | "tick" | "told";

/** What a reader can do, and what is given with it. */
export interface Actions extends Record<Move | Press, object> {
  /** The place of a step among those of the unit. */
  seek: { at: number };
  go: { position: number; node: number | null; path: number | null };
  unit: { unit: Unit };
  select: { node: number | null };
  path: { path: number };
  answer: { text: string };
  kinds: { kinds: Asks[] };
  /** Other numbers for some leaves, by place; and the saved ones for all. */
  set: { numbers: Map<number, number> };
  reset: object;
}

export type Action<Type extends keyof Actions = keyof Actions> = {
  [Each in Type]: { type: Each } & Actions[Each];
}[Type];

export type Dispatch = (action: Action) => void;
