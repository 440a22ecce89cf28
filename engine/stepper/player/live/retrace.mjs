// The trace of a graph for other numbers of its leaves: all numbers of the document, made anew.

import { say } from "../said/say.mjs";
import { curveOf } from "./curves.mjs";
import { ridders } from "./differences.mjs";
import { pathsOf } from "./paths.mjs";
import { eventsOf, reasonsToStay, resultOfPart, toldNumber } from "./sweep.mjs";
import { Agreement } from "./verdicts.mjs";

/** @import { Curve, Input, Numeric, Paths, Trace } from "../trace.d.ts" */
/** @import { Graph, Swept } from "./live.d.ts" */

// The most nodes of a graph with finite differences and curves; the first step, and the tolerance.
export const MOVED = 300;
const STEP = 0.11;
const TOLERANCE = 1e-8;

/**
 * The document of a trace with the numbers of a run of its graph, but without finite differences
 * and curves, which take far longer. The text of its formulas and rules, and the picture, stay; so
 * do the paths that are not given.
 * @type {(document: Trace, graph: Graph, run: Swept, paths?: Paths[]) => Trace}
 */
export function retraced(document, graph, run, paths = pathsOf(graph, run)) {
  const nodes = document.nodes.map((node, i) => ({
    ...node,
    data: toldNumber(run.data[i]),
    grad: toldNumber(run.grads[i]),
    inputs: withLocals(node.inputs, run.locals[i]),
    curve: null,
    numeric: null,
    paths: paths[i] ?? node.paths,
  }));
  return { ...document, nodes, events: eventsOf(graph, run) };
}

/**
 * The document of a trace, all of it but for text.
 * @type {(document: Trace, graph: Graph, run: Swept) => Trace}
 */
export function completed(document, graph, run) {
  const made = retraced(document, graph, run);
  const derivatives = numericGradients(graph, run);
  const nodes = made.nodes.map((node, i) => ({
    ...node,
    curve: curveNow(document.nodes[i].curve, graph, run, i),
    numeric: derivatives[i],
  }));
  return { ...made, nodes };
}

/**
 * The curve of an operation; none in a large graph, the recorded one if it cannot be computed.
 * @type {(recorded: Curve | null, graph: Graph, run: Swept, place: number) => Curve | null}
 */
export function curveNow(recorded, graph, run, place) {
  if (graph.length > MOVED) return null;
  return typeof graph[place].row === "string" ? recorded : curveOf(graph[place], run, place);
}

/** @type {(inputs: Input[], locals: number[]) => Input[]} */
function withLocals(inputs, locals) {
  let place = 0;
  return inputs.map((each) =>
    "node" in each ? { ...each, local: toldNumber(locals[place++]) } : each,
  );
}

/**
 * The derivative of the output by each node, by finite differences; null for a large graph, and
 * for a node that has to keep its number.
 * @type {(graph: Graph, run: Swept) => (Numeric | null)[]}
 */
function numericGradients(graph, run) {
  if (graph.length > MOVED) return graph.map(() => null);
  const reasons = reasonsToStay(graph);
  const most = largestOfLeaves(graph, run);
  return graph.map((_, node) => (reasons[node] ? null : numericGradient(graph, run, node, most)));
}

/**
 * The size of the largest gradient of a leaf.
 * @type {(graph: Graph, run: Swept) => number}
 */
function largestOfLeaves(graph, { grads }) {
  const sizes = Array.from(grads, Math.abs);
  return Math.max(0, ...sizes.filter((x, i) => !graph[i].from.length && x < Infinity));
}

/** @type {(graph: Graph, run: Swept, node: number, most: number) => Numeric} */
function numericGradient(graph, { data, grads }, node, most) {
  const wanted = new Agreement(grads[node], most, TOLERANCE);
  /** @type {(value: number, error: number) => boolean} */
  const enough = (value, error) => wanted.isSettled(value, error);
  const found = ridders(outputAt(graph, data, node), data[node], STEP, enough);
  const output = data[graph.length - 1];
  /** @type {[Numeric["verdict"], string]} */
  const unknown = ["cannot tell", say("check.output", { output: asPython(output) })];
  /** @type {[Numeric["verdict"], string]} */
  const neither = ["cannot tell", say("check.neither")];
  const isNeither = Number.isNaN(grads[node]) && !Number.isFinite(found.value);
  const told = isNeither ? neither : wanted.verdict(found);
  const [verdict, why] = Number.isFinite(output) ? told : unknown;
  return { value: toldNumber(found.value), error: toldNumber(found.error), verdict, why };
}

/** @type {(x: number) => string} */
const asPython = (x) => String(x).replace("Infinity", "inf").replace("NaN", "nan");

/**
 * The output as a function of one node; what does not depend on that stays put.
 * @type {(graph: Graph, data: Float64Array, moved: number) => (x: number) => number}
 */
export function outputAt(graph, data, moved) {
  const numbers = Float64Array.from(data);
  const stirred = new Set([moved]);
  for (let i = moved + 1; i < graph.length; i++)
    if (graph[i].from.some((each) => stirred.has(each))) stirred.add(i);
  const anew = [...stirred].slice(1);
  return (x) => {
    numbers[moved] = x;
    for (const i of anew) numbers[i] = resultOfPart(graph[i], numbers);
    return numbers[graph.length - 1];
  };
}
