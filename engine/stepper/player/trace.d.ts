// What a trace holds: made from trace.schema.json by `python -m tests.engine.stepper.typedefs`.

/** A run, forward and backward, as trace.py writes it: version 1. */
export interface Trace {
  format: "glassgrad trace";
  version: 1;
  /** The name of the output. */
  title: string;
  /** The place of the output. */
  output: Place;
  about: About | null;
  /** The part of the run that a page shows; null for all of it. */
  shown: Shown | null;
  /** Every Value, inputs before what consumes them. */
  nodes: Node[];
  /** The rows of all operations, by name. */
  rows: Record<string, RowData>;
  /** Why there are no finite differences; empty if there are. */
  numeric_note: string;
  picture: Picture;
  events: Event[];
  examples: Examples | null;
}

/** A float64; as text where JSON has no number for it. */
export type Num = number | "NaN" | "Infinity" | "-Infinity";

/** A place in a list, from 0 on; that of a node is its place among the nodes. */
export type Place = number;

/** What is said about the run. */
export interface About {
  /** What a page is called. */
  title: string | null;
  sentences: Sentence[];
}

/** Where a page starts and stops, and what it leaves out. */
export interface Shown {
  /** How many events have happened where it opens. */
  start: number;
  /** How many events have happened at the last step. */
  stop: number;
  hide: Hideable[];
}

/** What a page can leave out. */
export type Hideable = "checks"
  | "descent"
  | "gradients"
  | "ledger"
  | "marks"
  | "meaning"
  | "paths"
  | "plot"
  | "rules"
  | "values";

/** A sentence, and where it leads: nowhere if nothing is given. */
export interface Sentence {
  text: string;
  /** How many events have happened there. */
  at: number | null;
  /** The node that is looked at. */
  select: Place | null;
  /** The place, among the best paths of that node, of the one shown. */
  path: Place | null;
}

/** A Value: a leaf, or the result of an operation. */
export interface Node {
  /** No other node has this name. */
  name: string;
  /** The operation, as a path shows it. */
  op: string;
  /** The operation, as a picture shows it. */
  symbol: string;
  /** The name of its row among the rows; null for a leaf. */
  row: string | null;
  /** Where it belongs, outermost first. */
  scope: string[];
  data: Num;
  /** The gradient at the end. */
  grad: Num;
  inputs: Input[];
  /** Its equation in parts, to be joined by " = "; empty for a leaf. */
  formula: string[];
  /** The texts around the inputs, one more than these; empty for a leaf. */
  pieces: string[];
  /** The operation as a function, if it has one input that is a node. */
  curve: Curve | null;
  numeric: Numeric | null;
  /** The line of the program that made it. */
  line: string | null;
  paths: Paths;
}

export type Input = Edge | Constant;

/** An input that is a node, with the derivative of the result by it. */
export interface Edge {
  node: Place;
  /** Its place among all inputs, numbers too. */
  slot: Place;
  local: Num;
  rule: Rule;
}

/** Why a local derivative has its number. */
export interface Rule {
  /** The derivative, and its rule if the operation has one: d(a²)/da = 2·a. */
  symbols: string;
  /** What follows, = 2 × 0.9637 = 1.927; empty if symbols has the number. */
  numbers: string;
  /** All of it in LaTeX. */
  latex: string;
}

/** An input that is a plain number, to which no gradient flows. */
export interface Constant {
  number: Num;
}

/** Heights at points that stand evenly from left to right. */
export interface Curve {
  left: number;
  right: number;
  /** From where on heights are shown. */
  low: number;
  /** Up to where heights are shown. */
  high: number;
  heights: Num[];
  /** The points from which the curve does not lead on to the next. */
  jumps: Place[];
}

/** The gradient by finite differences, and whether the two agree. */
export interface Numeric {
  value: Num;
  /** How far off it may be. */
  error: Num;
  verdict: "ok" | "kink" | "WRONG" | "cannot tell";
  /** The reason for the verdict. */
  why: string;
}

/** The paths from the output to a node. */
export interface Paths {
  /** How many there are, in decimal; empty where that is very long. */
  count: string;
  /** The ones with the largest products. */
  best: Path[];
  /** What all others add up to. */
  rest: Num;
}

/** A path: the nodes from the output on, the edges between them, their product. */
export interface Path {
  nodes: Place[];
  places: Place[];
  factors: Num[];
  product: Num;
}

/** A row of the table of operations as data: see compiler/javascript/rows.py. */
export type RowData = FormulasData | FoldData | LockedData;

/** The formulas of a row. */
export interface FormulasData {
  /** How many inputs it has. */
  inputs: Place;
  forward: FormulaData;
  /** One for each input, of the inputs and the result of the row. */
  partials: FormulaData[];
  words: Words;
}

/** A row of any number of inputs, which are joined one after the other. */
export interface FoldData {
  /** The operation that joins. */
  fold: string;
  start: Given;
  slope: Given;
  words: Words;
}

/** A row that cannot be followed. */
export interface LockedData {
  /** Why not. */
  locked: string;
  words: Words;
}

/** What is said of a row: see compiler/javascript/words.py. */
export interface Words {
  name: string;
  symbol: string;
  title: string;
  /** What an equation has before, between and after the inputs. */
  pieces: string[];
  /** For each partial derivative its cases; empty for a row without rules. */
  rules: CaseData[][];
  /** How rules write it; null for name(a, b). */
  sign: Sign | null;
}

/** The sign of an operation in rules. */
export interface Sign {
  /** What stands in front of an only operand. */
  before: string;
  /** What stands between operands. */
  between: string;
  /** What stands between numbers. */
  crossed: string;
  /** For a power, -0123456789 as an exponent; else empty. */
  raised: string;
  /** How tightly the first operand binds, each other one, and the result. */
  ranks: number[];
  /** Whether a number may come first. */
  reflected: boolean;
}

/** A formula of a rule, and when it counts; the last has no condition. */
export type CaseData = [
  formula: ProgramData,
  condition: ConditionData | null,
];

/** That the left side is less than the right one, or the like. */
export type ConditionData = [
  left: ProgramData,
  sign: "<" | "<=" | ">" | ">=",
  right: ProgramData,
];

/** A program for a stack: numbers, names, and operations on the last operands. */
export type ProgramData = StepData[];

export type StepData = Num | string | AppliedData;

/** A row and its number of operands. */
export type AppliedData = [
  row: string,
  count: number,
];

/** A formula: operations in the order in which they are computed. */
export interface FormulaData {
  operations: Operation[];
  result: Result;
}

/** An operation and its operands. */
export type Operation = [
  name: string,
  ...operands: Operand[],
];

/** A place, of an input first, then of an operation; or a number. */
export type Operand = Place | Given;

/** A number that is no place. */
export type Given = [
  number: Num,
];

export type Result = Operand | Choice;

/** One of two results, by a truth value. */
export interface Choice {
  if: Place;
  then: Result;
  else: Result;
}

/** Numbers for some leaves, on which a page trains the others. */
export interface Examples {
  /** The leaves that differ. */
  leaves: Place[];
  /** For each example a number for each of these leaves. */
  rows: number[][];
}

/** The graph as SVG, or why there is none. */
export interface Picture {
  svg: string;
  note: string;
}

export type Event = Forward | Seed | Done | Push;

/** A node is computed. */
export type Forward = [
  kind: "forward",
  node: Place,
];

/** The gradient of the output by itself is 1. */
export type Seed = [
  kind: "seed",
  node: Place,
  grad: 1,
];

/** The gradient of a node is complete. */
export type Done = [
  kind: "done",
  node: Place,
];

/** A node contributes to the gradient of one of its inputs. */
export type Push = [
  kind: "push",
  node: Place,
  place: Place,
  input: Place,
  upstream: Num,
  local: Num,
  contribution: Num,
  before: Num,
  after: Num,
];
