// The question what happens to the output if a leaf doubles: asked of the numbers, not of a rule.

import { outputAt } from "../live/retrace.mjs";
import { short } from "../run/numbers.mjs";
import { say, sentences } from "../said/say.mjs";
import { evaluated } from "./evaluate.mjs";
import { choiceIn, choicesOf, isClose, noAnswer, nothingWritten } from "./replies.mjs";
import { isRight, wrongFor } from "./replies.mjs";

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

const WAYS = ["grows", "falls", "stays"];

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
  after > before ? "grows" : after < before ? "falls" : "stays";

/** @type {QuestionKind} */
export const DOUBLE = {
  asks: "double",
  applies: (run, at) => caseAt(run, at) !== null,
  ask(run, at) {
    const asked = /** @type {Case} */ (caseAt(run, at));
    const { name, output, x, y } = asked;
    const places = { name, output, now: short(y), from: short(x), to: short(2 * x) };
    return {
      asks: "double",
      text: say("asks.double", places),
      hides: "",
      choices: choicesOf(WAYS),
      letters: say("choice.ways.letters"),
      judge: (written) => replyToDouble(written, asked),
      because: becauseOf(asked),
    };
  },
};

/** @type {(written: string, asked: Case) => Reply} */
function replyToDouble(written, asked) {
  if (written.trim() === "") return nothingWritten();
  const way = choiceIn(written, WAYS);
  const value = evaluated(written);
  if (way === null && value === null) return noAnswer(say("reply.ways"));
  const { y, after } = asked;
  if (way === null && value !== null && !isNow(value, asked)) return replyToOutput(value, asked);
  const said = way ?? "stays";
  return said === wayFrom(y, after) ? isRight() : wrongFor(wrongWay(said, asked));
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
  if (isClose(value, after)) return isRight();
  const places = { name, output, from: short(x), to: short(2 * x) };
  if (isClose(value, y + grad * x)) return wrongFor(say("wrong.double.line", places));
  if (isClose(value, 2 * y)) return wrongFor(say("wrong.double.twice", places));
  if (isClose(value, after - y)) return wrongFor(say("wrong.double.change", places));
  if (isClose(value, grad)) return wrongFor(say("wrong.double.gradient", places));
  return wrongFor(say("wrong.double", places));
}

/**
 * Why a way is the wrong one.
 * @type {(way: string, asked: Case) => string}
 */
function wrongWay(way, { name, output, x, grad, y, after }) {
  const linear = wayFrom(0, grad * x);
  if (x < 0 && way === wayFrom(0, grad) && linear === wayFrom(y, after)) {
    return say("wrong.way.less", { name, x: short(x) });
  }
  if (way === linear) return say(grad === 0 ? "wrong.way.level" : "wrong.way.large");
  const sign = grad === 0 ? "zero" : grad > 0 ? "plus" : "minus";
  return say(`wrong.way.${sign}`, { name, output });
}

/** @type {(asked: Case) => string} */
function becauseOf({ name, output, x, grad, y, after }) {
  const line = y + grad * x;
  const places = { name, output, to: short(2 * x), after: short(after), line: short(line) };
  const told = say(`because.double.${wayFrom(y, after)}`, places);
  return sentences(told, isClose(line, after) ? "" : say("because.double.line", places));
}
