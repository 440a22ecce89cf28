// The paths from the output to each node: the largest, their number, and the sum of the rest.

import { toldNumber } from "./sweep.mjs";
import { bestPaths } from "./ways.mjs";

/** @import { Path, Paths } from "../trace.d.ts" */
/** @import { Graph, Swept } from "./live.d.ts" */
/** @import { Step } from "./ways.mjs" */

// The most paths that are listed for a node; and for all lists together, the most steps and the
// most visits to nodes. A number of paths with more bits is written only beside a list.
const LISTED = 5;
const STEPS = 40_000;
const VISITS = 300_000;
const BITS = 3300;

/**
 * The paths to each node of a run, as a trace has them.
 * @type {(graph: Graph, run: Swept) => Paths[]}
 */
export function pathsOf(graph, run) {
  const counts = pathCounts(graph);
  let [steps, visits] = [STEPS, VISITS];
  /** @type {Paths[]} */
  const found = [];
  for (const node of leavesFirst(graph)) {
    const listed = steps > 0 && visits > 0;
    const best = listed ? bestPaths(graph, run, node, LISTED) : [];
    if (listed) {
      for (const path of best) steps -= path.length;
      visits -= graph.length;
    }
    found[node] = pathsEntry(graph, run, node, counts[node], best);
  }
  return found;
}

/**
 * The same for one node at a time, as if no other had a list.
 * @type {(graph: Graph, run: Swept) => (node: number) => Paths}
 */
export function pathsOnDemand(graph, run) {
  /** @type {bigint[] | undefined} */
  let counts;
  return (node) => {
    counts ??= pathCounts(graph);
    return pathsEntry(graph, run, node, counts[node], bestPaths(graph, run, node, LISTED));
  };
}

/** @type {(graph: Graph, run: Swept, node: number, count: bigint, best: Step[][]) => Paths} */
const pathsEntry = (graph, run, node, count, best) => ({
  count: inDecimal(count, best.length > 0),
  best: best.map((path) => entryOf(graph, path)),
  rest: toldNumber(restBeside(run.grads[node], best)),
});

/** @type {(graph: Graph) => number[]} */
function leavesFirst(graph) {
  const places = [...graph.keys()];
  const isLeaf = (/** @type {number} */ node) => graph[node].from.length === 0;
  return [...places.filter(isLeaf), ...places.filter((node) => !isLeaf(node))];
}

/** @type {(graph: Graph, path: Step[]) => Path} */
const entryOf = (graph, path) => ({
  nodes: [graph.length - 1, ...path.map(({ node }) => node)],
  places: path.map(({ place }) => place),
  factors: path.map(({ local }) => toldNumber(local)),
  product: toldNumber(productOf(path)),
});

/** The product of the local derivatives. @type {(path: Step[]) => number} */
const productOf = (path) => path.reduce((found, { local }) => found * local, 1);

/**
 * All digits; "" for a very long number without a list.
 * @type {(count: bigint, isListed: boolean) => string}
 */
const inDecimal = (count, isListed) =>
  !isListed && count >> BigInt(BITS) > 0n ? "" : String(count);

/**
 * The gradient minus the products of the paths that are listed.
 * @type {(grad: number, best: Step[][]) => number}
 */
function restBeside(grad, best) {
  const parts = [grad, ...best.map((path) => -productOf(path))];
  return parts.every(Number.isFinite)
    ? exactSum(parts)
    : parts.reduce((found, each) => found + each, 0);
}

/**
 * The number of paths from the output to each node.
 * @type {(graph: Graph) => bigint[]}
 */
function pathCounts(graph) {
  const counts = graph.map(() => 0n);
  counts[graph.length - 1] = 1n;
  for (let i = graph.length - 1; i >= 0; i--)
    for (const slot of graph[i].slots) counts[graph[i].from[slot]] += counts[i];
  return counts;
}

/**
 * The sum of finite numbers as one rounding leaves it (J. R. Shewchuk 1997): the parts that it is
 * kept in do not overlap.
 * @type {(terms: number[]) => number}
 */
export function exactSum(terms) {
  /** @type {number[]} */
  let parts = [];
  for (const term of terms) {
    let high = term;
    const lows = [];
    for (const part of parts) {
      const [large, small] = Math.abs(high) < Math.abs(part) ? [part, high] : [high, part];
      high = large + small;
      const low = small - (high - large);
      if (low) lows.push(low);
    }
    parts = high ? [...lows, high] : lows;
  }
  let total = parts.pop() ?? 0;
  while (parts.length) {
    const before = total;
    const part = /** @type {number} */ (parts.pop());
    total = before + part;
    const lost = part - (total - before);
    if (!lost) continue;
    // Halfway between two numbers: what is further below decides.
    const below = parts.at(-1) ?? 0;
    const twice = 2 * lost;
    if (lost * below > 0 && twice === total + twice - total) total += twice;
    break;
  }
  return total;
}
