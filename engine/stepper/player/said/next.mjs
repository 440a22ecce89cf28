// Where a run is: the phase of a step, who is next, and why.

import { steepest } from "./meaning.mjs";
import { calledIn } from "./names.mjs";
import { capital, counting, listed } from "./phrases.mjs";
import { isGrowing, isInner } from "../run/run.mjs";

/** @import { Called } from "./lines.d.ts" */
/** @import { Run, RunEvent, Seen, Step } from "../types.d.ts" */

/**
 * Who takes part in a step, and where it is: "Backward, step 9 of 17: from Sum to w[2]".
 * @type {(run: Run, seen: Seen) => string}
 */
export function phase(run, { step, at, of, asked }) {
  if (asked?.isOpen) return `Question at step ${at} of ${of}`;
  if (step.kind === "start") return `Start: ${of} ${of === 1 ? "step" : "steps"} to come`;
  const [first] = step.events;
  const way = { forward: "Forward", seed: "Backward begins" }[String(first.kind)] ?? "Backward";
  return `${way}, step ${at} of ${of}: ${who(run, step)}`;
}

/** @type {(run: Run, step: Step) => string} */
function who(run, { kind, events }) {
  const called = calledIn(run, events);
  const [first] = events;
  const own = called(first.node);
  if (kind === "push" && first.kind === "push") return `from ${own} to ${called(first.input)}`;
  if (kind === "done") return `the gradient of ${own} is complete`;
  if (kind === "spread" || kind === "node") {
    const inputs = new Set(events.flatMap((event) => (event.kind === "push" ? [event.input] : [])));
    return `from ${own} to its ${inputs.size === 1 ? "input" : `${counting(inputs.size)} inputs`}`;
  }
  if (kind === "layer") return layer(run, events);
  return own;
}

/**
 * The events of several nodes: the scope that they share, and how many nodes there are.
 * @type {(run: Run, events: RunEvent[]) => string}
 */
function layer(run, events) {
  const nodes = [...new Set(events.map((event) => event.node))];
  const [scope, ...scopes] = nodes.map((node) => run.nodes[node].scope);
  const end = scope.findIndex((name, i) => scopes.some((other) => other[i] !== name));
  const shared = end < 0 ? scope : scope.slice(0, end);
  return [shared.join(" / "), `${counting(nodes.length)} Values`].filter(Boolean).join(", ");
}

/**
 * Who is next, and why; and who waits for more.
 * @type {(run: Run, seen: Seen) => string}
 */
export function whoIsNext(run, seen) {
  const { next, step } = seen;
  if (next === null) return ended(run, step);
  const called = calledIn(run, [...step.events, next.events[0]]);
  return `${waiting(run, seen, called)}Next: ${reason(run, seen, next, called)}.`;
}

/** @type {(run: Run, step: Step) => string} */
const ended = (run, { events }) =>
  run.last < run.events.length ? "This was the last step of this page."
    : `This was the last step: every gradient is complete. ${steepest(run, calledIn(run, events))}`;

/**
 * The Values that this step has added to, and to which more will be added.
 * @type {(run: Run, seen: Seen, called: Called) => string}
 */
function waiting(run, { pushes, position }, called) {
  const inputs = [...new Set(pushes.map((push) => push.input))];
  const growing = inputs.filter((input) => isGrowing(run.nodes[input], position));
  if (growing.length === 0) return "";
  if (growing.length > 2) return `${capital(counting(growing.length))} Values wait for more uses. `;
  const [first] = growing;
  if (growing.length === 2) return `${listed(growing.map(called))} wait for more uses. `;
  const { pushedAt } = run.nodes[first];
  const missing = pushedAt.filter((at) => at > position).length;
  const uses = missing === 1 ? "one more use" : `${counting(missing)} more uses`;
  const why = isInner(run.nodes[first])
    ? "with a part of its gradient its inputs would get a wrong one"
    : "its gradient is the sum of all contributions";
  return `${called(first)} waits for ${uses}: ${why}. `;
}

/** @type {(run: Run, seen: Seen, next: Step, called: Called) => string} */
function reason(run, { event }, next, called) {
  const [first] = next.events;
  const own = called(first.node);
  if (next.kind === "layer") return `${layer(run, next.events)}, one after another`;
  if (first.kind === "forward") return `${own}, all of whose inputs are known`;
  if (first.kind === "seed") return `back from ${own}, the output`;
  if (first.kind === "push" && event?.kind === "push" && first.node === event.node) {
    return `${own} again, to ${called(first.input)}`;
  }
  if (first.node === run.output) return `${own} passes it on`;
  if (first.kind === "done") return `${own}, to which all its uses have contributed`;
  return `${own}, the last operation to which all its uses have contributed`;
}
