// The question what happens to the output if a leaf doubles: asked of the numbers, not of a rule.

import { outputAt } from "../live/retrace.mjs";
import { short } from "../run/numbers.mjs";
import { evaluated } from "./evaluate.mjs";
import { NOTHING_WRITTEN, RIGHT, choiceIn, isClose, noAnswer, wrongFor } from "./replies.mjs";

/** @import { Run } from "../types.d.ts" */
/** @import { QuestionKind, Reply } from "./questions.d.ts" */

/**
 * A leaf that doubles: its number and its gradient, and the output before and after.
 * @typedef {object} Case
 * @property {string} name
 * @property {string} output
 * @property {number} x
 * @property {number} grad
 * @property {number} y
 * @property {number} after
 */

/** @type {Record<string, string[]>} */
const WAYS = {
  Grows: ["grow", "g", "more", "larger", "up", "+"],
  Falls: ["fall", "f", "less", "smaller", "down", "-", "−"],
  Stays: ["stay", "s", "same", "the same", "="],
};

// A smaller change of the output is that of rounding: such a leaf is not asked about.
const TINY = 1e-9;

/**
 * The first leaf whose gradient a step completes, if it can double and the output stays finite.
 * @type {(run: Run, at: number) => Case | null}
 */
function caseAt(run, at) {
  const completed = run.steps.contribution[at].events.flatMap((event) => {
    if (event.kind === "done") return [event.node];
    return event.kind === "push" && run.nodes[event.input].uses.length === 1 ? [event.input] : [];
  });
  const place = completed.find((node) => run.live?.stays[node] === "");
  return place === undefined || !run.live ? null : finiteCase(run, run.live, place);
}

/** @type {(run: Run, live: NonNullable<Run["live"]>, place: number) => Case | null} */
function finiteCase(run, { graph, data }, place) {
  const [leaf, output] = [run.nodes[place], run.nodes[run.output]];
  const x = leaf.data;
  const y = output.data;
  const after = outputAt(graph, data, place)(2 * x);
  const isClear = after === y || Math.abs(after - y) > TINY * Math.max(1, Math.abs(y));
  if (x === 0 || ![x, y, after, leaf.grad].every(Number.isFinite) || !isClear) return null;
  return { name: leaf.name, output: output.name, x, grad: leaf.grad, y, after };
}

/** @type {(before: number, after: number) => string} */
const wayFrom = (before, after) =>
  after > before ? "Grows" : after < before ? "Falls" : "Stays";

/** @type {QuestionKind} */
export const DOUBLE = {
  asks: "double",
  title: "what happens if a leaf doubles",
  applies: (run, at) => caseAt(run, at) !== null,
  ask(run, at) {
    const asked = /** @type {Case} */ (caseAt(run, at));
    const { name, output, x, y } = asked;
    return {
      asks: "double",
      text: `If ${name} doubles, from ${short(x)} to ${short(2 * x)}, what happens to ${output}, `
        + `which is ${short(y)} now? Choose, or write what it will be.`,
      hides: "",
      choices: Object.keys(WAYS),
      letters: "gfs",
      judge: (written) => replyToDouble(written, asked),
      because: becauseOf(asked),
    };
  },
};

/** @type {(written: string, asked: Case) => Reply} */
function replyToDouble(written, asked) {
  if (written.trim() === "") return NOTHING_WRITTEN;
  const way = choiceIn(written, WAYS);
  const value = evaluated(written);
  if (way === null && value === null) return noAnswer("Choose Grows, Falls or Stays.");
  const { y, after } = asked;
  if (way === null && value !== null && !isNow(value, asked)) return replyToOutput(value, asked);
  return (way ?? "Stays") === wayFrom(y, after) ? RIGHT : wrongFor(wrongWay(way ?? "Stays", asked));
}

/**
 * Whether a number is that of the output as it is, and not rather as it will be, if both can be
 * told apart.
 * @type {(value: number, asked: Case) => boolean}
 */
const isNow = (value, { y, after }) =>
  isClose(value, y) && Math.abs(value - y) < Math.abs(value - after) && short(y) !== short(after);

/** @type {(value: number, asked: Case) => Reply} */
function replyToOutput(value, { name, output, x, grad, y, after }) {
  if (isClose(value, after)) return RIGHT;
  if (isClose(value, y + grad * x)) {
    return wrongFor(`That is ${output} plus gradient × change, which is true of small changes. `
      + "This one is large, and the slope changes on the way.");
  }
  if (isClose(value, 2 * y)) return wrongFor(`${output} need not double because ${name} does.`);
  if (isClose(value, after - y)) return wrongFor(`That is by how much ${output} changes.`);
  if (isClose(value, grad)) return wrongFor(`That is the gradient of ${name}, and no ${output}.`);
  return wrongFor(`Put ${short(2 * x)} in place of ${short(x)} and go forward once more.`);
}

/**
 * Why a way is the wrong one.
 * @type {(way: string, asked: Case) => string}
 */
function wrongWay(way, { name, output, x, grad, y, after }) {
  const linear = wayFrom(0, grad * x);
  if (x < 0 && way === wayFrom(0, grad) && linear === wayFrom(y, after)) {
    return `That is so if ${name} grows. Twice ${short(x)} is less than ${short(x)}.`;
  }
  if (way === linear && grad === 0) {
    return "The gradient is 0, which speaks of small changes: this one is large.";
  }
  if (way === linear) {
    return "The gradient says so of a small change. This one is large: go forward once more.";
  }
  const sign = grad > 0 ? "positive" : "negative";
  if (grad === 0) return `The gradient of ${name} is 0: does ${output} depend on it here?`;
  return `The gradient of ${name} is ${sign}: which way does ${output} go with ${name}?`;
}

/** @type {(asked: Case) => string} */
function becauseOf({ name, output, x, grad, y, after }) {
  const way = { Grows: "grows", Falls: "falls", Stays: "stays as it is" }[wayFrom(y, after)];
  const line = short(y + grad * x);
  const guess = isClose(y + grad * x, after)
    ? ""
    : ` Gradient × change would have said ${line}: it is true of small changes only.`;
  return `With ${name} = ${short(2 * x)} ${output} is ${short(after)}, so it ${way}.${guess}`;
}
