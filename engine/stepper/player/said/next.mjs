// Where a run is: the phase of a step, who is next, and why.

import { steepest } from "./meaning.mjs";
import { exampleShown, examplesOf } from "../meaning/leaves.mjs";
import { calledIn } from "./names.mjs";
import { capital, counting, listed } from "./phrases.mjs";
import { say, sentences } from "./say.mjs";
import { isGrowing, isInner } from "../run/run.mjs";

/** @import { Called } from "./lines.d.ts" */
/** @import { Run, RunEvent, Seen, Step } from "../types.d.ts" */

/**
 * Who takes part in a step, and where it is: "Backward, step 9 of 17: from Sum to w[2]".
 * @type {(run: Run, seen: Seen) => string}
 */
export function phase(run, { step, at, of, asked }) {
  if (asked?.isOpen) return say("phase.question", { at, of });
  if (step.kind === "start") return say("phase.start", { count: of });
  const [{ kind }] = step.events;
  const way = kind === "forward" || kind === "seed" ? kind : "backward";
  return say(`phase.${way}`, { at, of, who: who(run, step) });
}

/** @type {(run: Run, step: Step) => string} */
function who(run, { kind, events }) {
  const called = calledIn(run, events);
  const [first] = events;
  const own = called(first.node);
  if (kind === "push" && first.kind === "push")
    return say("who.push", { from: own, to: called(first.input) });
  if (kind === "done") return say("who.done", { own });
  if (kind === "spread" || kind === "node") {
    const inputs = new Set(events.flatMap((event) => (event.kind === "push" ? [event.input] : [])));
    return say("who.inputs", { own, count: inputs.size, word: counting(inputs.size) });
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
  const places = { count: nodes.length, word: counting(nodes.length) };
  return shared.length ? say("layer.scope", { ...places, scope: shared.join(" / ") })
    : say("layer", places);
}

/**
 * Who is next, and why; and who waits for more.
 * @type {(run: Run, seen: Seen) => string}
 */
export function whoIsNext(run, seen) {
  const { next, step } = seen;
  if (next === null) return ended(run, step);
  const called = calledIn(run, [...step.events, next.events[0]]);
  const waits = waiting(run, seen, called);
  const reason = reasonFor(run, seen, next, called);
  return sentences(waits, reason);
}

/** @type {(run: Run, step: Step) => string} */
function ended(run, { events }) {
  if (run.last < run.events.length) return say("end.page");
  return sentences(say("end"), ofExample(run), steepest(run, calledIn(run, events)));
}

/**
 * Of which of several examples the run is; empty if it has none.
 * @type {(run: Run) => string}
 */
function ofExample(run) {
  const of = examplesOf(run)?.rows.length ?? 0;
  const at = exampleShown(run) + 1;
  if (of < 2) return "";
  return at ? say("end.example", { at, of }) : say("end.other", { of });
}

/**
 * The Values that this step has added to, and to which more will be added.
 * @type {(run: Run, seen: Seen, called: Called) => string}
 */
function waiting(run, { pushes, position }, called) {
  const inputs = [...new Set(pushes.map((push) => push.input))];
  const growing = inputs.filter((input) => isGrowing(run.nodes[input], position));
  if (growing.length === 0) return "";
  const word = counting(growing.length);
  if (growing.length > 2) return capital(say("wait.several", { count: growing.length, word }));
  const [first] = growing;
  if (growing.length === 2) return say("wait.two", { names: listed(growing.map(called)) });
  const node = run.nodes[first];
  const missing = node.pushedAt.filter((at) => at > position).length;
  const places = { name: called(first), count: missing, word: counting(missing) };
  return say(isInner(node) ? "wait.inner" : "wait.leaf", places);
}

/** @type {(run: Run, seen: Seen, next: Step, called: Called) => string} */
function reasonFor(run, { event }, next, called) {
  const [first] = next.events;
  const own = called(first.node);
  if (next.kind === "layer") return say("next.layer", { layer: layer(run, next.events) });
  if (first.kind === "forward") return say("next.forward", { own });
  if (first.kind === "seed") return say("next.seed", { own });
  if (first.kind === "push" && event?.kind === "push" && first.node === event.node) {
    return say("next.again", { own, to: called(first.input) });
  }
  if (first.node === run.output) return say("next.output", { own });
  return say(first.kind === "done" ? "next.done" : "next.push", { own });
}
