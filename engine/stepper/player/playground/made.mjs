// The trace of a formula on numbers, made in the page: as Python's trace(parse(text)(**numbers)).

import { Texts, tellNodes } from "../formula/texts.mjs";
import { completed } from "../live/retrace.mjs";
import { rowOf } from "../live/rows.mjs";
import { graphOf, swept, toldNumber } from "../live/sweep.mjs";
import { namesOfNodes } from "./naming.mjs";

/** @import { Expression } from "../language/parser.mjs" */
/** @import { About, Input, Node, RowData, Trace } from "../trace.d.ts" */
/** @import { Entry, GivenRows, Made, Operand, Values } from "./playground.d.ts" */

const LEAF = "leaf";

/**
 * The functions that a formula may have, with the numbers of their inputs, 0 for any number.
 * @type {(rows: GivenRows) => Map<string, number>}
 */
export const functionsOf = (rows) =>
  new Map(Object.entries(rows).map(([name, row]) => [name, "inputs" in row ? row.inputs : 0]));

/**
 * What a page says about a formula of the gallery.
 * @type {(entry: Entry | null) => About | null}
 */
export const aboutOf = (entry) =>
  entry && {
    title: entry.title,
    sentences: entry.sentences.map((text) => ({ text, at: null, select: null, path: null })),
  };

/**
 * The trace of a formula.
 * @type {(expression: Expression, numbers: Values, rows: GivenRows) => Trace}
 */
export function documentOf(expression, numbers, rows) {
  const made = reached(nodesComputed(expression, numbers, rows));
  const labelled = made.map(({ label, row }) => ({
    label, title: row ? rows[row].words.title : LEAF, isLeaf: row === null,
  }));
  const names = namesOfNodes(labelled);
  const nodes = made.map((each, i) => nodeMade(each, names[i], rows));
  /** @type {Trace} */
  const bare = {
    format: "glassgrad trace",
    version: 1,
    title: names[names.length - 1],
    output: nodes.length - 1,
    about: null,
    nodes,
    numeric_note: "",
    picture: { svg: "", note: "" },
    events: [],
    rows: /** @type {Record<string, RowData>} */ (rows),
  };
  const graph = graphOf(bare);
  const run = swept(graph, Float64Array.from(made, ({ number }) => number));
  const document = completed(bare, graph, run);
  tellNodes(document.nodes, new Texts(document), run);
  return document;
}

/**
 * The nodes that the instructions of a formula make, the output last. An operation on plain numbers
 * gives a plain number.
 * @type {(expression: Expression, numbers: Values, rows: GivenRows) => Made[]}
 */
function nodesComputed({ names, program }, numbers, rows) {
  /** @type {Made[]} */
  const made = [];
  /** @type {(row: string | null, label: string, number: number, inputs: Operand[]) => Operand} */
  const add = (row, label, number, inputs) => {
    made.push({ row, label, number, inputs });
    return { made: made[made.length - 1] };
  };
  /** @type {Map<string, Operand>} */
  const known = new Map(names.map((name) => [name, add(null, name, numbers.get(name) ?? 0, [])]));
  /** @type {Operand[]} */
  const operands = [];
  for (const step of program) {
    if ("number" in step) operands.push(step);
    else if ("name" in step) operands.push(/** @type {Operand} */ (known.get(step.name)));
    else if ("assign" in step) {
      const value = /** @type {Operand} */ (operands.pop());
      known.set(step.assign, value);
      if (step.isMade && "made" in value) value.made.label = step.assign;
    } else {
      const inputs = operands.splice(-step.count);
      const plain = inputs.flatMap((each) => ("number" in each ? [each.number] : []));
      const isPlain = plain.length === inputs.length;
      operands.push(
        isPlain ? { number: resultOfRow(rows[step.row], plain) }
          : add(step.row, "", NaN, leafFirst(rows[step.row], inputs, add)),
      );
    }
  }
  const [output] = operands;
  if ("number" in output) return [{ row: null, label: "", number: output.number, inputs: [] }];
  return made.slice(0, made.indexOf(output.made) + 1);
}

/**
 * The inputs, of which the first is a leaf where no plain number may come first: maximum(0, x).
 * @param {GivenRows[string]} row @param {Operand[]} inputs
 * @param {(row: null, label: string, number: number, inputs: Operand[]) => Operand} add
 * @returns {Operand[]}
 */
function leafFirst(row, inputs, add) {
  const [first, ...rest] = inputs;
  if (!("number" in first) || !("inputs" in row) || row.words.sign?.reflected) return inputs;
  return [add(null, "", first.number, []), ...rest];
}

/** @type {(data: RowData, inputs: number[]) => number} */
function resultOfRow(data, inputs) {
  const row = rowOf(data);
  return typeof row === "string" ? NaN : row.forward(inputs);
}

/**
 * The nodes on which the last one depends.
 * @type {(made: Made[]) => Made[]}
 */
function reached(made) {
  const found = new Set(made.slice(-1));
  for (const each of made.toReversed())
    if (found.has(each)) for (const input of each.inputs) if ("made" in input) found.add(input.made);
  const nodes = made.filter((each) => found.has(each));
  nodes.forEach((each, place) => (each.place = place));
  return nodes;
}

/** @type {(made: Made, name: string, rows: GivenRows) => Node} */
function nodeMade({ row, number, inputs }, name, rows) {
  const words = row === null ? null : rows[row].words;
  return {
    name,
    row,
    op: words?.title ?? LEAF,
    symbol: words?.symbol ?? LEAF,
    scope: [],
    data: toldNumber(number),
    grad: 0,
    inputs: inputs.map(inputMade),
    formula: [],
    pieces: words ? piecesFor(words.pieces, inputs.length) : [],
    curve: null,
    numeric: null,
    line: null,
    paths: { count: "", best: [], rest: 0 },
  };
}

/** @type {(input: Operand, slot: number) => Input} */
const inputMade = (input, slot) =>
  "number" in input
    ? { number: toldNumber(input.number) }
    : { node: input.made.place ?? 0, slot, local: 0, rule: { symbols: "", numbers: "", latex: "" } };

/** @type {(pieces: string[], count: number) => string[]} */
const piecesFor = ([before, between, after], count) => [
  before, ...Array(count - 1).fill(between), after,
];
