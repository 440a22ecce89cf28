// The lines of a step, one for each event, as they are printed: all numbers in the same digits.

import { computation, derivative, equationOf } from "./formulas.mjs";
import { sizesOnScreen } from "../run/alike.mjs";
import { abridged, printed } from "../run/numbers.mjs";
import { slotOf } from "../run/run.mjs";

/** @import { Called, Claim, Line, Printed, PushLine } from "./lines.d.ts" */
/** @import { Push, Run, RunEvent, RunNode, Step } from "../types.d.ts" */

// How many lines are shown of a step.
const MOST = 60;

/** @typedef {[event: RunEvent, told: Printed[]]} Told */

/**
 * What is printed on a screen of the steps of a run, which is found once: several parts of the page
 * ask for it.
 * @type {WeakMap<object, WeakMap<Step, Told[]>>}
 */
const TOLD = new WeakMap();

/**
 * What each event claims, as printed.
 * @type {(run: Run, events: RunEvent[]) => Told[]}
 */
function toldOf(run, events) {
  const claims = events.map((event) => claimsMade(run, event));
  const told = printed(claims.flat());
  const starts = claims.map((_, i) => claims.slice(0, i).flat().length);
  return events.map((event, i) => [event, told.slice(starts[i])]);
}

/**
 * The lines of a step that are shown, in symbols and in numbers: of one that has very many the
 * first ones, of a spread the first six and the last five.
 * @type {(run: Run, step: Step, called: Called) => Line[]}
 */
export function shownLines(run, step, called) {
  const screen = sizesOnScreen();
  const onScreen = TOLD.get(screen) ?? new WeakMap();
  TOLD.set(screen, onScreen);
  const told = onScreen.get(step) ?? toldOf(run, shownEvents(step));
  onScreen.set(step, told);
  return told.map(([event, numbers]) => lineFor(run, event, numbers, called));
}

/** @type {(step: Step) => RunEvent[]} */
function shownEvents({ events, kind }) {
  const few = kind === "spread" ? abridged(events) : events.slice(0, MOST);
  return few.filter((each) => typeof each !== "string");
}

/**
 * What the lines of a step claim.
 * @type {(run: Run, step: Step) => Claim[]}
 */
export const claimsOfStep = (run, step) =>
  shownEvents(step).flatMap((event) => claimsMade(run, event));

/**
 * The lines of pushes only.
 * @type {(lines: Line[]) => PushLine[]}
 */
export const pushLines = (lines) => lines.flatMap((line) => ("push" in line ? [line] : []));

/**
 * What an event claims: a computation, a product that is added to a gradient, or a sum.
 * @type {(run: Run, event: RunEvent) => Claim[]}
 */
function claimsMade(run, event) {
  const node = run.nodes[event.node];
  if (event.kind === "forward") return [computation(run, node)];
  if (event.kind !== "push") return [{ parts: addends(node), result: node.grad, by: "+" }];
  const { upstream, local, contribution, before, after } = event;
  return [
    { parts: [upstream, local], result: contribution },
    { parts: [before, contribution], result: after, by: "+" },
  ];
}

/** @type {(run: Run, event: RunEvent, told: Printed[], called: Called) => Line} */
function lineFor(run, event, [first, second], called) {
  if (event.kind === "forward") return equationOf(run, event.node, first, called);
  if (event.kind === "push") return pushLine(run, event, [first, second], called);
  return { node: event.node, parts: addends(run.nodes[event.node]), sum: first };
}

/** @type {(run: Run, push: Push, told: Printed[], called: Called) => PushLine} */
function pushLine(run, push, [product, sum], called) {
  const { uses } = run.nodes[push.input];
  const before = uses[0] === push ? "–" : sum.parts[0];
  return {
    push,
    local: derivative(run, push.node, slotOf(run, push), called),
    product,
    change: uses.length > 1 ? { before, after: sum.result, sign: sum.sign } : null,
  };
}

/**
 * What is added to the gradient of a node.
 * @type {(node: RunNode) => number[]}
 */
const addends = ({ uses }) =>
  uses.map((use) => (use.kind === "seed" ? use.grad : use.contribution));
