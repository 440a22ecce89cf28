// The trace of a formula on numbers: as trace(parse(text)(**numbers), names={}), without picture.

import { MOVED, completed } from "../live/retrace.mjs";
import { graphOf, swept, toldNumber } from "../live/sweep.mjs";
import { say } from "../said/say.mjs";
import { nodesMadeBy } from "./made.mjs";
import { namesOfNodes } from "./names.mjs";
import { Texts, tellNodes } from "./texts.mjs";

/** @import { Expression } from "../language/parser.mjs" */
/** @import { Input, Node, RowData, Trace } from "../trace.d.ts" */
/** @import { MadeNode } from "./made.mjs" */

const LEAF = "leaf";
const NOTHING_SAID = { symbols: "", numbers: "", latex: "" };

/**
 * The functions that a formula may call, with the numbers of their inputs, 0 for any number.
 * @type {(rows: Record<string, RowData>) => Map<string, number>}
 */
export const functionsOf = (rows) =>
  new Map(Object.entries(rows).map(([name, row]) => [name, "inputs" in row ? row.inputs : 0]));

/**
 * The trace of a formula on numbers of its names, by these rows, which are all that there are; with
 * finite differences and curves, but without a picture. Throws an Error for a number that is
 * missing, or that belongs to no name of the formula.
 * @type {(expression: Expression, numbers: Map<string, number>, rows: Record<string, RowData>) =>
 *   Trace}
 */
export function documentOf(expression, numbers, rows) {
  const made = nodesMadeBy(expression, numbers, rows);
  const bare = untold(made, rows);
  const graph = graphOf(bare);
  const run = swept(graph, Float64Array.from(made, ({ data }) => data));
  const document = completed(bare, graph, run);
  tellNodes(document.nodes, new Texts(bare), run);
  return document;
}

/**
 * A trace of nodes, in which all that is computed is missing.
 * @type {(made: MadeNode[], rows: Record<string, RowData>) => Trace}
 */
function untold(made, rows) {
  const places = new Map(made.map((each, place) => [each, place]));
  const names = namesOfNodes(
    made.map(({ label, row }) => ({ label, title: titleOf(rows, row), isLeaf: row === null })),
  );
  const isLarge = made.length > MOVED;
  const note = say("trace.checks.many", { most: MOVED });
  return {
    format: "glassgrad trace",
    version: 1,
    title: names[names.length - 1],
    output: names.length - 1,
    about: null,
    shown: null,
    examples: null,
    nodes: made.map((each, i) => untoldNode(each, names[i], places, rows)),
    rows,
    numeric_note: isLarge ? note : "",
    picture: { svg: "", note: "" },
    events: [],
  };
}

/** @type {(rows: Record<string, RowData>, row: string | null) => string} */
const titleOf = (rows, row) => (row === null ? LEAF : rows[row].words.title);

/**
 * @type {(made: MadeNode, name: string, places: Map<MadeNode, number>,
 *   rows: Record<string, RowData>) => Node}
 */
function untoldNode({ row, inputs, data }, name, places, rows) {
  const [before, between, after] = row === null ? [] : rows[row].words.pieces;
  return {
    name,
    op: titleOf(rows, row),
    symbol: row === null ? LEAF : rows[row].words.symbol,
    row,
    scope: [],
    data: toldNumber(data),
    grad: 0,
    inputs: inputs.map((each, slot) => inputFrom(each, slot, places)),
    formula: [],
    pieces: row === null ? [] : [before, ...inputs.slice(1).map(() => between), after],
    curve: null,
    numeric: null,
    line: null,
    paths: { count: "", best: [], rest: 0 },
  };
}

/** @type {(each: MadeNode | number, slot: number, places: Map<MadeNode, number>) => Input} */
const inputFrom = (each, slot, places) =>
  typeof each === "number"
    ? { number: toldNumber(each) }
    : { node: Number(places.get(each)), slot, local: 0, rule: NOTHING_SAID };
