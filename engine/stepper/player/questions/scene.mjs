// What the questions about a contribution share: the push, and what the Values in it are called.

import { shownLines, pushLines } from "../said/lines.mjs";
import { calledIn } from "../said/names.mjs";
import { slotOf } from "../run/run.mjs";
import { say } from "../said/say.mjs";
import { slotName } from "../said/words.mjs";

/** @import { Called, PushLine } from "../said/lines.d.ts" */
/** @import { Push, Run, RunNode } from "../types.d.ts" */

/**
 * A push, the operation that makes it, and the names in its step. In a spread it is the first one.
 * @typedef {object} Scene
 * @property {Push} push
 * @property {RunNode} node
 * @property {PushLine} line as it is printed once the question is settled
 * @property {boolean} isSpread
 * @property {number} count how many pushes there are in the step
 * @property {Called} called
 * @property {string} from
 * @property {string} to with the slot, if there are several: w (the first factor)
 * @property {string} input
 */

/**
 * The first push of a step with one, or with a spread; null for any other step, and where a number
 * is not finite.
 * @type {(run: Run, at: number) => Push | null}
 */
export function pushAt(run, at) {
  const { kind, events } = run.steps.contribution[at];
  const [first] = events;
  if ((kind !== "push" && kind !== "spread") || first.kind !== "push") return null;
  const { upstream, local, contribution, before, after } = first;
  return [upstream, local, contribution, before, after].every(Number.isFinite) ? first : null;
}

/** @type {(run: Run, at: number) => Scene} */
export function sceneAt(run, at) {
  const step = run.steps.contribution[at];
  const called = calledIn(run, step.events);
  const [line] = pushLines(shownLines(run, step, called));
  const { push } = line;
  const node = run.nodes[push.node];
  const input = called(push.input);
  const slot = slotName(node, slotOf(run, push));
  return {
    push,
    node,
    line,
    isSpread: step.kind === "spread",
    count: step.events.length,
    called,
    from: called(push.node),
    to: node.inputs.length > 1 ? say("asks.slot", { input, slot }) : input,
    input,
  };
}
