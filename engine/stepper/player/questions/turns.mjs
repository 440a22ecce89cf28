// The question who is next: an operation to which all its uses have contributed.

import { calledIn } from "../said/names.mjs";
import { counting, listed } from "../said/phrases.mjs";
import { say } from "../said/say.mjs";
import { countUpTo, gradientAt, isDone, isInner } from "../run/run.mjs";
import { isRight, noAnswer, nothingWritten, wrongFor } from "./replies.mjs";

/** @import { Run } from "../types.d.ts" */
/** @import { QuestionKind, Reply } from "./questions.d.ts" */

/** @type {WeakMap<Run["events"], Map<number, number>>} */
const FIRST_PUSHES = new WeakMap();

/**
 * The position of the first push of each operation.
 * @type {(run: Run) => Map<number, number>}
 */
function firstPushes({ events }) {
  const known = FIRST_PUSHES.get(events);
  if (known) return known;
  /** @type {Map<number, number>} */
  const found = new Map();
  events.forEach(({ kind, node }, i) => {
    if (kind === "push" && !found.has(node)) found.set(node, i + 1);
  });
  FIRST_PUSHES.set(events, found);
  return found;
}

/**
 * Whether an operation has passed its gradient on, or begun to, at a position.
 * @type {(run: Run, node: number, position: number) => boolean}
 */
const hasPassed = (run, node, position) => (firstPushes(run).get(node) ?? Infinity) <= position;

/**
 * The operations that may be next: all uses have contributed, and nothing is passed on yet.
 * @type {(run: Run, position: number) => number[]}
 */
const readyAt = (run, position) =>
  [...firstPushes(run).keys()].filter(
    (node) => isDone(run.nodes[node], position) && !hasPassed(run, node, position),
  );

/** @type {QuestionKind} */
export const NEXT = {
  asks: "next",
  applies(run, at) {
    const { kind, events, start } = run.steps.contribution[at];
    const [first] = events;
    if (kind !== "push" && kind !== "spread" && kind !== "done") return false;
    if (first.node === run.output || !readyAt(run, start).includes(first.node)) return false;
    return [...firstPushes(run).keys()].filter((node) => !hasPassed(run, node, start)).length > 1;
  },
  ask(run, at) {
    const { start, events } = run.steps.contribution[at];
    const called = calledIn(run, events);
    const [{ node }] = events;
    return {
      asks: "next",
      text: say("asks.next"),
      hides: "turn",
      choices: [],
      letters: firstLetters(run),
      judge: (written) => replyToName(written, run, start, node),
      because: say("because.next", { name: called(node) }),
    };
  },
};

/**
 * With which letters a name, or the last part of one, begins.
 * @type {(run: Run) => string}
 */
const firstLetters = ({ nodes }) =>
  [...new Set(nodes.flatMap(({ name }) => name.split(".").map((part) => part[0] ?? "")))]
    .join("")
    .toLowerCase();

/** @type {(written: string, run: Run, position: number, next: number) => Reply} */
function replyToName(written, run, position, next) {
  if (written.trim() === "") return nothingWritten();
  const found = nodesCalled(run, written.trim());
  if (found.length === 0) return noAnswer(say("reply.unknown"));
  if (found.length > 1) {
    const names = listed(found.map((node) => run.nodes[node].name));
    return noAnswer(say("reply.several", { names }));
  }
  const [node] = found;
  if (node === next) return isRight();
  if (!readyAt(run, position).includes(node)) return wrongFor(notReady(run, node, position));
  return { is: "right", says: say("reply.ready", { name: run.nodes[next].name }) };
}

/**
 * The Values that a text names: in full, by the end of a name, or by the operation.
 * @type {(run: Run, text: string) => number[]}
 */
function nodesCalled({ nodes }, text) {
  const low = text.toLowerCase();
  /** @type {((name: string, node: number) => boolean)[]} */
  const ways = [
    (name) => name === text,
    (name) => name.toLowerCase() === low,
    (name) => name.toLowerCase().endsWith(`.${low}`),
    (_, node) => nodes[node].op.toLowerCase() === low,
  ];
  for (const way of ways) {
    const found = [...nodes.keys()].filter((node) => way(nodes[node].name, node));
    if (found.length) return found;
  }
  return [];
}

/**
 * Why it is not the turn of a node.
 * @type {(run: Run, place: number, position: number) => string}
 */
function notReady(run, place, position) {
  const node = run.nodes[place];
  const { name, pushedAt } = node;
  if (!isInner(node)) return say("wrong.turn.leaf", { name });
  if (hasPassed(run, place, position)) return say("wrong.turn.passed", { name });
  if (gradientAt(node, position) === null) return say("wrong.turn.nothing", { name });
  const missing = pushedAt.length - countUpTo(pushedAt, position);
  return say("wait.inner", { name, count: missing, word: counting(missing) });
}
