// Steps against the gradient: each number goes down where its gradient is positive, else up.

import { swept } from "../live/sweep.mjs";

/** @import { Graph, Swept } from "../live/live.d.ts" */
/** @import { Examples } from "../trace.d.ts" */
/** @import { Descent, End, Mean, Task } from "./meaning.d.ts" */

// What is no more than this part of a loss is rounding, and not a change.
const ROUNDING_OF_LOSS = 2 ** -36;

// How many times a learning rate is halved.
const TIMES_HALVED = 40;

/**
 * The output and its gradients; of examples the means over them.
 * @type {(graph: Graph, data: Float64Array, examples: Examples | null) => Mean}
 */
export function meanOver(graph, data, examples) {
  const runs = sweeps(graph, data, examples);
  const grads = new Float64Array(graph.length);
  const losses = runs.map((run) => {
    run.grads.forEach((grad, i) => (grads[i] += grad / runs.length));
    return run.data[graph.length - 1];
  });
  return { loss: losses.reduce((sum, each) => sum + each / runs.length, 0), losses, grads };
}

/**
 * The graph on each of the examples; once, where there are none.
 * @type {(graph: Graph, data: Float64Array, examples: Examples | null) => Swept[]}
 */
function sweeps(graph, data, examples) {
  const rows = examples?.rows ?? [[]];
  return rows.map((row) => {
    const numbers = Float64Array.from(data);
    row.forEach((x, i) => (numbers[examples?.leaves[i] ?? 0] = x));
    return swept(graph, numbers);
  });
}

/**
 * The ReLUs that are dead: for each of the examples they give 0, and their slope is 0.
 * @type {(task: Task) => number[]}
 */
function deadOnes({ graph, data, examples, relus }) {
  if (relus.length === 0) return [];
  const runs = sweeps(graph, data, examples);
  return relus.filter((place) =>
    runs.every((run) => run.data[place] === 0 && run.locals[place][0] === 0));
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
    tooLarge = isLower(next.loss, mean.loss) ? null : [now, mean];
    if (Number.isFinite(next.loss)) {
      losses.push(next.loss);
      [now, mean] = [{ ...now, data }, next];
      end = made + 1 < count ? endAt(moves, mean) : "";
    } else end = "too far";
  }
  const numbers = new Map(moves.map((place) => [place, now.data[place]]));
  const before = losses.length > 1 ? deadOnes(task) : [];
  const dead = deadOnes(now).filter((place) => !before.includes(place));
  const isLevel = endAt(moves, mean) === "level";
  const better = tooLarge ? betterRate(...tooLarge) : 0;
  return { numbers, losses, end, better, dead, isLevel };
}

// Rates that are tried, with so many steps, and how much is computed at the most for that.
const RATES = [0.1, 0.03, 0.01, 0.003, 0.001, 0.0003, 0.0001];
const STEPS_TRIED = 10;
const MOST_TRIED = 5000;

/**
 * A rate to begin with: the largest with which each of the first steps lowers the loss and no ReLU
 * dies; a usual one if there is none, or where it takes long to find out.
 * @type {(task: Omit<Task, "rate">) => number}
 */
export function rateFor(task) {
  const isLong = task.graph.length * (task.examples?.rows.length ?? 1) > MOST_TRIED;
  const tried = isLong ? [] : RATES;
  return tried.find((rate) => lowers(descended({ ...task, rate }, STEPS_TRIED))) ?? RATES[0];
}

/** @type {(made: Descent) => boolean} */
const lowers = ({ losses, end, dead }) =>
  end !== "too far" && losses.every((each, i) => i === 0 || each < losses[i - 1]) &&
  (losses.length === 1 || dead.length === 0);

/**
 * Whether a loss is lower than another one by more than rounding.
 * @type {(loss: number, other: number) => boolean}
 */
export const isLower = (loss, other) =>
  other - loss > ROUNDING_OF_LOSS * Math.max(Math.abs(loss), Math.abs(other));

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
    if (isLower(meanOver(graph, data, examples).loss, loss)) return rate;
  }
  return 0;
}
