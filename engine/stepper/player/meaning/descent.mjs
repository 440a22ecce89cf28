// Steps against the gradient: each number goes down where its gradient is positive, else up.

import { swept } from "../live/sweep.mjs";

/** @import { Graph } from "../live/live.d.ts" */
/** @import { Examples } from "../trace.d.ts" */
/** @import { Descent, End, Mean, Task } from "./meaning.d.ts" */

// How many times a learning rate is halved.
const TIMES_HALVED = 40;

/**
 * The output and its gradients; of examples the means over them.
 * @type {(graph: Graph, data: Float64Array, examples: Examples | null) => Mean}
 */
export function meanOver(graph, data, examples) {
  const rows = examples?.rows ?? [[]];
  const grads = new Float64Array(graph.length);
  const losses = rows.map((row) => {
    const numbers = Float64Array.from(data);
    row.forEach((x, i) => (numbers[examples?.leaves[i] ?? 0] = x));
    const run = swept(graph, numbers);
    run.grads.forEach((grad, i) => (grads[i] += grad / rows.length));
    return run.data[graph.length - 1];
  });
  return { loss: losses.reduce((sum, each) => sum + each / rows.length, 0), losses, grads };
}

/**
 * The numbers after one step: of each leaf that moves its number − rate × gradient.
 * @type {(task: Task, grads: Float64Array) => Float64Array}
 */
function afterStep({ data, moves, rate }, grads) {
  const next = Float64Array.from(data);
  for (const place of moves) next[place] = data[place] - rate * grads[place];
  return next;
}

/**
 * So many steps, each against the gradients after the one before.
 * @type {(task: Task, count: number) => Descent}
 */
export function descended(task, count) {
  const { graph, examples, moves } = task;
  let [now, mean] = [task, meanOver(graph, task.data, examples)];
  const losses = [mean.loss];
  let end = endAt(moves, mean);
  /** @type {[Task, Mean] | null} */
  let tooLarge = null;
  for (let made = 0; made < count && end === ""; made++) {
    const data = afterStep(now, mean.grads);
    const next = meanOver(graph, data, examples);
    tooLarge = next.loss < mean.loss ? null : [now, mean];
    if (Number.isFinite(next.loss)) {
      losses.push(next.loss);
      [now, mean] = [{ ...now, data }, next];
      end = made + 1 < count ? endAt(moves, mean) : "";
    } else end = "too far";
  }
  const numbers = new Map(moves.map((place) => [place, now.data[place]]));
  return { numbers, losses, end, better: tooLarge ? betterRate(...tooLarge) : 0 };
}

/**
 * Why no step can be made from somewhere; empty if one can.
 * @type {(moves: number[], mean: Mean) => End}
 */
function endAt(moves, { loss, grads }) {
  if (moves.length === 0) return "no leaf";
  if (!Number.isFinite(loss) || !moves.every((place) => Number.isFinite(grads[place])))
    return "no gradient";
  return moves.every((place) => grads[place] === 0) ? "level" : "";
}

/**
 * The first of the halves of the rate with which a step lowers the loss; 0 if none does.
 * @type {(task: Task, mean: Mean) => number}
 */
function betterRate(task, { loss, grads }) {
  const { graph, examples } = task;
  for (let rate = task.rate / 2, i = 0; i < TIMES_HALVED; rate /= 2, i++) {
    const data = afterStep({ ...task, rate }, grads);
    if (meanOver(graph, data, examples).loss < loss) return rate;
  }
  return 0;
}
