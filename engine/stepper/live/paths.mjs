// The paths from the output to each node: the largest, their number, the rest; as the engine's.

import { toldNumber } from "./sweep.mjs";

/** @import { Path, Paths } from "../player/trace.d.ts" */
/** @import { Graph, Run } from "./sweep.mjs" */

// The most paths that are listed for a node; and for all lists together, the most steps and the
// most visits to nodes. A number of paths with more bits is written only beside a list.
const [LISTED, STEPS, VISITS, BITS] = [5, 40_000, 300_000, 3300];

/**
 * What a way is worth, to be compared from left to right: how many factors are infinite or nan,
 * minus how many are 0, and the logarithm of the others' product.
 * @typedef {[number, number, number]} Worth
 */

/** @typedef {{ node: number, place: number, local: number }} Step */

/**
 * The paths to each node of a run, as a trace has them.
 * @type {(graph: Graph, run: Run) => Paths[]}
 */
export function pathsOf(graph, run) {
  const counts = pathCounts(graph);
  let [steps, visits] = [STEPS, VISITS];
  /** @type {Paths[]} */
  const found = [];
  for (const node of leavesFirst(graph)) {
    /** @type {Step[][]} */
    const best = [];
    if (steps > 0 && visits > 0) {
      for (const path of bestPaths(graph, run, node)) if (best.push(path) === LISTED) break;
      for (const path of best) steps -= path.length;
      visits -= graph.length;
    }
    found[node] = {
      count: decimal(counts[node], best.length > 0),
      best: best.map((path) => told(graph, path)),
      rest: toldNumber(rest(run.grads[node], best)),
    };
  }
  return found;
}

/** @type {(graph: Graph) => number[]} */
function leavesFirst(graph) {
  const places = [...graph.keys()];
  const isLeaf = (/** @type {number} */ node) => graph[node].from.length === 0;
  return [...places.filter(isLeaf), ...places.filter((node) => !isLeaf(node))];
}

/** @type {(graph: Graph, path: Step[]) => Path} */
const told = (graph, path) => ({
  nodes: [graph.length - 1, ...path.map(({ node }) => node)],
  places: path.map(({ place }) => place),
  factors: path.map(({ local }) => toldNumber(local)),
  product: toldNumber(productOf(path)),
});

/** The product of the local derivatives. @type {(path: Step[]) => number} */
const productOf = (path) => path.reduce((found, { local }) => found * local, 1);

/** All digits; "" for a very long number without a list. @type {(n: bigint, l: boolean) => string} */
const decimal = (count, isListed) =>
  !isListed && count >> BigInt(BITS) > 0n ? "" : String(count);

/**
 * The gradient minus the products of the paths that are listed.
 * @type {(grad: number, best: Step[][]) => number}
 */
function rest(grad, best) {
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
 * A way down from the output up to a step that is not the best one of its node: its `rank` is. What
 * it loses in all, and what it loses before this node.
 * @typedef {object} Deviation
 * @property {Worth} lost
 * @property {Worth} lostBefore
 * @property {Chain} taken
 * @property {number} node
 * @property {number} rank
 */

/** @typedef {{ before: Chain, step: Step } | null} Chain */

/** @typedef {{ lost: Worth, step: Step }} Way */

/** @type {Worth} */
const NOTHING = [0, 0, 0];

/**
 * Every path from the output to a node, the largest product first. From each node the best way on
 * is known, so a path is told by where it deviates from that, and what each deviation loses.
 * @type {(graph: Graph, run: Run, target: number) => Generator<Step[]>}
 */
function* bestPaths(graph, { locals }, target) {
  const waysOn = waysTo(target, graph, locals);
  const output = graph.length - 1;
  /** @type {Deviation[]} */
  const waiting = [];
  if (waysOn[output]) insert(waiting, NOTHING, NOTHING, null, output, 0);
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    let { lostBefore, taken, node, rank } = next;
    while (node !== target) {
      const ways = waysOn[node];
      if (rank + 1 < ways.length) {
        const worse = sum(lostBefore, ways[rank + 1].lost);
        insert(waiting, worse, lostBefore, taken, node, rank + 1);
      }
      const { step } = ways[rank];
      taken = { before: taken, step };
      [node, rank, lostBefore] = [step.node, 0, next.lost];
    }
    yield unrolled(taken);
  }
}

/**
 * Put a deviation among the ones that wait, least loss first, and before its equals.
 * @type {(waiting: Deviation[], ...deviation: [Worth, Worth, Chain, number, number]) => void}
 */
function insert(waiting, lost, lostBefore, taken, node, rank) {
  let [low, high] = [0, waiting.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compared(waiting[middle].lost, lost) < 0) low = middle + 1;
    else high = middle;
  }
  waiting.splice(low, 0, { lost, lostBefore, taken, node, rank });
}

/**
 * For each node the edges that lead on to the target, each with what it loses, best first; none
 * for a node that does not lead there.
 * @type {(target: number, graph: Graph, locals: number[][]) => Way[][]}
 */
function waysTo(target, graph, locals) {
  /** @type {Worth[]} */
  const worth = [];
  worth[target] = NOTHING;
  /** @type {Way[][]} */
  const ways = [];
  ways[target] = [];
  for (let i = target + 1; i < graph.length; i++) {
    const { from, slots } = graph[i];
    const edges = slots.map((slot, place) => ({ node: from[slot], place, local: locals[i][place] }));
    const on = edges.filter(({ node }) => worth[node]);
    if (!on.length) continue;
    const worths = on.map(({ node, local }) => sum(worth[node], worthOf(local)));
    const best = worths.reduce((found, each) => (compared(each, found) > 0 ? each : found));
    worth[i] = best;
    ways[i] = on.map((step, k) => ({ lost: difference(best, worths[k]), step }));
    ways[i].sort((a, b) => compared(a.lost, b.lost));
  }
  return ways;
}

/** The worth of an edge with this local derivative. @type {(factor: number) => Worth} */
function worthOf(factor) {
  if (!Number.isFinite(factor)) return [1, 0, 0];
  return factor ? [0, 0, Math.log(Math.abs(factor))] : [0, -1, 0];
}

/** @type {(a: Worth, b: Worth) => Worth} */
const sum = (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];

/** @type {(a: Worth, b: Worth) => Worth} */
const difference = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

/** @type {(a: Worth, b: Worth) => number} */
const compared = (a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];

/** The steps of a path, the first one first. @type {(taken: Chain) => Step[]} */
function unrolled(taken) {
  const steps = [];
  for (let chain = taken; chain; chain = chain.before) steps.push(chain.step);
  return steps.toReversed();
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
