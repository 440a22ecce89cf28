// The paths from the output to a node, the one with the largest product of derivatives first.

/** @import { Graph, Swept } from "./live.d.ts" */

/**
 * What a way is worth, to be compared from left to right: how many factors are infinite or nan,
 * minus how many are 0, and the logarithm of the others' product.
 * @typedef {[number, number, number]} Worth
 */

/** @typedef {{ node: number, place: number, local: number }} Step */

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
 * The paths from the output to a node, the largest product first, but `most` of them at most. From
 * each node the best way on is known, so a path is told by where it deviates from that, and what
 * each deviation loses.
 * @type {(graph: Graph, run: Swept, target: number, most: number) => Step[][]}
 */
export function bestPaths(graph, { locals }, target, most) {
  const waysOn = waysTo(target, graph, locals);
  const output = graph.length - 1;
  /** @type {Deviation[]} */
  const waiting = [];
  const found = [];
  if (waysOn[output]) putInOrder(waiting, NOTHING, NOTHING, null, output, 0);
  for (let next = waiting.shift(); next && found.length < most; next = waiting.shift()) {
    let { lostBefore, taken, node, rank } = next;
    while (node !== target) {
      const ways = waysOn[node];
      if (rank + 1 < ways.length) {
        const worse = worthOfBoth(lostBefore, ways[rank + 1].lost);
        putInOrder(waiting, worse, lostBefore, taken, node, rank + 1);
      }
      const { step } = ways[rank];
      taken = { before: taken, step };
      [node, rank, lostBefore] = [step.node, 0, next.lost];
    }
    found.push(unrolled(taken));
  }
  return found;
}

/**
 * Put a deviation among the ones that wait, least loss first, and before its equals.
 * @type {(waiting: Deviation[], ...deviation: [Worth, Worth, Chain, number, number]) => void}
 */
function putInOrder(waiting, lost, lostBefore, taken, node, rank) {
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
    const nodes = slots.map((slot) => from[slot]);
    const edges = nodes.map((node, place) => ({ node, place, local: locals[i][place] }));
    const on = edges.filter(({ node }) => worth[node]);
    if (!on.length) continue;
    const worths = on.map(({ node, local }) => worthOfBoth(worth[node], worthOf(local)));
    const best = worths.reduce((found, each) => (compared(each, found) > 0 ? each : found));
    worth[i] = best;
    ways[i] = on.map((step, k) => ({ lost: worthLost(best, worths[k]), step }));
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
const worthOfBoth = (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];

/** @type {(a: Worth, b: Worth) => Worth} */
const worthLost = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

/** @type {(a: Worth, b: Worth) => number} */
const compared = (a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];

/** The steps of a path, the first one first. @type {(taken: Chain) => Step[]} */
function unrolled(taken) {
  const steps = [];
  for (let chain = taken; chain; chain = chain.before) steps.push(chain.step);
  return steps.toReversed();
}
