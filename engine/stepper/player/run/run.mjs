// The run: a trace with its numbers read, and with where to look for what.
//
// A position counts events: at position 3 the first three have happened.

import { number } from "./numbers.mjs";
import { stepsOf } from "./steps.mjs";

/** @import * as trace from "../trace.d.ts" */
/** @import { Live } from "../live/live.d.ts" */
/** @import { Path, Push, Run, RunEvent, RunNode } from "../types.d.ts" */

/**
 * The trace as the modules below use it; `live` is how it is computed anew.
 * @type {(trace: trace.Trace, live?: Live | null) => Run}
 */
export function prepare(trace, live = null) {
  const nodes = trace.nodes.map(readNode);
  const events = trace.events.map(readEvent);
  events.forEach((event, i) => note(nodes[changedBy(event)], event, i + 1));
  const places = [...nodes.keys()];
  const leaves = places.filter((place) => !isInner(nodes[place]));
  const rows = [...leaves, ...places.filter((place) => isInner(nodes[place]))];
  /** @type {number[]} */
  const rank = [];
  rows.forEach((place, at) => (rank[place] = at));
  return {
    title: trace.title,
    output: trace.output,
    about: trace.about,
    numericNote: trace.numeric_note,
    pictureNote: trace.picture.note,
    last: events.length,
    nodes,
    events,
    seed: events.findIndex((event) => event.kind === "seed") + 1,
    steps: stepsOf(nodes, events),
    rows,
    rank,
    live,
  };
}

/** @type {(node: trace.Node) => RunNode} */
function readNode(node) {
  const { numeric, paths } = node;
  return {
    ...node,
    data: number(node.data),
    grad: number(node.grad),
    inputs: node.inputs.map((input) =>
      "node" in input
        ? { ...input, local: number(input.local) }
        : { number: number(input.number) },
    ),
    numeric: numeric && { ...numeric, value: number(numeric.value), error: number(numeric.error) },
    paths: readPaths(paths),
    computedAt: 0,
    uses: [],
    pushedAt: [],
  };
}

/** @type {(paths: trace.Paths) => RunNode["paths"]} */
export const readPaths = ({ count, rest, best }) => ({
  count,
  rest: number(rest),
  best: best.map(readPath),
});

/** @type {(path: trace.Path) => Path} */
const readPath = (path) => ({
  ...path,
  factors: path.factors.map(number),
  product: number(path.product),
});

/** @type {(event: trace.Event) => RunEvent} */
function readEvent(event) {
  if (event[0] === "seed") return { kind: "seed", node: event[1], grad: event[2] };
  if (event[0] !== "push") return { kind: event[0], node: event[1] };
  const [kind, node, place, input, ...numbers] = event;
  const [upstream, local, contribution, before, after] = numbers.map(number);
  return { kind, node, place, input, upstream, local, contribution, before, after };
}

/**
 * Let the node that an event changes know when it happens.
 * @type {(node: RunNode, event: RunEvent, position: number) => void}
 */
function note(node, event, position) {
  if (event.kind === "forward") node.computedAt = position;
  if (event.kind === "push" || event.kind === "seed") {
    node.uses.push(event);
    node.pushedAt.push(position);
  }
}

/**
 * The node whose data or gradient an event gives.
 * @type {(event: RunEvent) => number}
 */
export const changedBy = (event) => (event.kind === "push" ? event.input : event.node);

/**
 * Whether a node was made by an operation.
 * @type {(node: Pick<RunNode, "inputs">) => boolean}
 */
export const isInner = (node) => node.inputs.length > 0;

/**
 * How many numbers of an ascending list are not above x.
 * @type {(ascending: number[], x: number) => number}
 */
export function countUpTo(ascending, x) {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The gradient of a node at a position: null until something has arrived.
 * @type {(node: RunNode, position: number) => number | null}
 */
export function gradientAt(node, position) {
  const use = node.uses[countUpTo(node.pushedAt, position) - 1];
  return use === undefined ? null : use.kind === "seed" ? use.grad : use.after;
}

/**
 * Whether the gradient of a node is complete at a position: all that uses it has contributed.
 * @type {(node: RunNode, position: number) => boolean}
 */
export const isDone = (node, position) =>
  countUpTo(node.pushedAt, position) === node.pushedAt.length;

/**
 * Whether something has been added to the gradient of a node, and more will be.
 * @type {(node: RunNode, position: number) => boolean}
 */
export const isGrowing = (node, position) =>
  gradientAt(node, position) !== null && !isDone(node, position);

/**
 * The slot of a push: the place among all inputs of the operation, plain numbers too.
 * @type {(run: Pick<Run, "nodes">, push: Push) => number}
 */
export function slotOf(run, push) {
  const slots = run.nodes[push.node].inputs.flatMap((input, i) => ("node" in input ? [i] : []));
  return slots[push.place];
}
