// A run of a graph: forward by its rows, and backward in the engine's order of contributions.

import { number } from "../run/numbers.mjs";
import { rowOf } from "./rows.mjs";

/** @import { Event, Node, Num, Trace } from "../trace.d.ts" */
/** @import { Graph, Part, Row, Swept } from "./live.d.ts" */

/**
 * The graph of a trace, ready to be run often.
 * @type {(document: Trace) => Graph}
 */
export function graphOf({ nodes, rows }) {
  const functions = new Map(Object.entries(rows).map(([name, data]) => [name, rowOf(data)]));
  return nodes.map((node) => partOfNode(node, functions));
}

/** @type {(node: Node, rows: Map<string, Row | string>) => Part} */
function partOfNode({ row, inputs }, rows) {
  const edges = inputs.flatMap((each, slot) => ("node" in each ? [{ ...each, slot }] : []));
  return {
    row: row === null ? "" : (rows.get(row) ?? `the page has no row ${row}`),
    from: inputs.map((each) => ("node" in each ? each.node : -1)),
    given: Float64Array.from(inputs, (each) => ("node" in each ? 0 : number(each.number))),
    slots: edges.map(({ slot }) => slot),
    recorded: edges.map(({ local }) => number(local)),
  };
}

/**
 * The numbers that the trace has.
 * @type {(document: Trace) => Float64Array}
 */
export const recordedData = ({ nodes }) => Float64Array.from(nodes, ({ data }) => number(data));

/**
 * For each node, why it has to keep its number: the reason of an operation that depends on it and
 * cannot be computed; "" if it may change.
 * @type {(graph: Graph) => string[]}
 */
export function reasonsToStay(graph) {
  const reasons = graph.map(() => "");
  for (let i = graph.length - 1; i >= 0; i--) {
    const { row, from } = graph[i];
    const reason = reasons[i] || (typeof row === "string" ? row : "");
    for (const each of from) if (each >= 0) reasons[each] ||= reason;
  }
  return reasons;
}

/**
 * The result of an operation for the numbers of all nodes; it must have functions.
 * @type {(part: Part, data: Float64Array) => number}
 */
export function resultOfPart({ row, from, given }, data) {
  for (let i = 0; i < from.length; i++) if (from[i] >= 0) given[i] = data[from[i]];
  return /** @type {Row} */ (row).forward(given);
}

/**
 * The run for these numbers of the leaves; those of all operations that can be computed are written
 * over.
 * @type {(graph: Graph, data: Float64Array) => Swept}
 */
export function swept(graph, data) {
  const locals = graph.map((part, i) => {
    const { row, given, slots, recorded } = part;
    if (typeof row === "string") return recorded;
    const y = resultOfPart(part, data);
    data[i] = y;
    return slots.map((slot) => row.partial(slot, given, y));
  });
  return { data, locals, grads: gradients(graph, locals) };
}

/**
 * What an edge adds to the gradient of its input; `place` is that of the edge among the edges of
 * the node. The numbers are the gradient of the node, the local derivative, their product, and the
 * gradient of the input without and with it.
 * @typedef {(node: number, place: number, input: number, numbers: number[]) => void} OnPush
 */

/**
 * The gradients of the last node by all others; `onPush` is told of each contribution, in order.
 * @type {(graph: Graph, locals: number[][], onPush?: OnPush) => Float64Array}
 */
function gradients(graph, locals, onPush) {
  const grads = new Float64Array(graph.length);
  grads[graph.length - 1] = 1;
  for (let i = graph.length - 1; i >= 0; i--) {
    const { from, slots } = graph[i];
    for (let place = 0; place < slots.length; place++) {
      const [input, local] = [from[slots[place]], locals[i][place]];
      const contribution = grads[i] * local;
      const before = grads[input];
      grads[input] = before + contribution;
      onPush?.(i, place, input, [grads[i], local, contribution, before, grads[input]]);
    }
  }
  return grads;
}

/**
 * A number as a trace holds it.
 * @type {(x: number) => Num}
 */
export const toldNumber = (x) =>
  Number.isFinite(x) ? x : Number.isNaN(x) ? "NaN" : x > 0 ? "Infinity" : "-Infinity";

/**
 * The events of a run, as in a trace.
 * @type {(graph: Graph, run: Swept) => Event[]}
 */
export function eventsOf(graph, { locals }) {
  const last = graph.length - 1;
  /** @type {Event[][]} */
  const pushes = graph.map(() => []);
  gradients(graph, locals, (node, place, input, numbers) => {
    const [upstream, local, contribution, before, after] = numbers.map(toldNumber);
    pushes[node].push([
      "push", node, place, input, upstream, local, contribution, before, after,
    ]);
  });
  /** @type {Event[]} */
  const forward = graph.flatMap(({ from }, i) => (from.length ? [["forward", i]] : []));
  const backward = pushes.map((each, i) => (i === last ? each : [["done", i], ...each]));
  return [...forward, ["seed", last, 1], .../** @type {Event[]} */ (backward.toReversed().flat())];
}
