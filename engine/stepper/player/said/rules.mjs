// The rule of an edge as text: the derivative, what its operation says of it, and its numbers.

import { digitsSeen } from "../run/alike.mjs";

/** @import { Called } from "./lines.d.ts" */
/** @import { Push, Run, RunEdge } from "../types.d.ts" */

/**
 * The edge of a push, or of a step of a path.
 * @type {(run: Run, push: Pick<Push, "node" | "place">) => RunEdge}
 */
export function edgeOf(run, { node, place }) {
  const { inputs } = run.nodes[node];
  let [slot, edges] = [0, 0];
  while (!("node" in inputs[slot]) || edges++ < place) slot++;
  return /** @type {RunEdge} */ (inputs[slot]);
}

/**
 * The rule of an edge as text.
 * @type {(edge: Pick<RunEdge, "rule">) => string}
 */
export function ruleText({ rule: { symbols, numbers } }) {
  return `${symbols}${/^(?:$|[,，])/.test(numbers) ? "" : " "}${numbers}`;
}

/**
 * The rule of a push in the names of its step.
 * @type {(run: Run, push: Push, called: Called) => string}
 */
export function shortRule(run, push, called) {
  const { inputs } = run.nodes[push.node];
  const places = inputs.flatMap((each) => ("node" in each ? [each.node] : []));
  const names = new Map(places.map((each) => [run.nodes[each].name, called(each)]));
  return renamed(ruleText({ rule: ruleOnScreen(run, push) }), names);
}

/**
 * The rule of a push in the digits of the screen.
 * @type {(run: Run, push: Push) => RunEdge["rule"]}
 */
function ruleOnScreen(run, push) {
  const { slot, rule } = edgeOf(run, push);
  const digits = digitsSeen(push.local);
  if (digits === null || run.without.has("rules") || !run.live) return rule;
  return run.live.texts.rule(push.node, slot, run.live.data, push.local, digits) ?? rule;
}

/**
 * A text with other names in it: of two that begin alike, the longer one is looked for first.
 * @type {(text: string, names: Map<string, string>) => string}
 */
function renamed(text, names) {
  const longest = [...names.keys()].toSorted((a, b) => b.length - a.length);
  const literal = longest.map((name) => name.replace(/[^\w\s]/g, "\\$&"));
  return text.replace(new RegExp(literal.join("|"), "g"), (name) => names.get(name) ?? name);
}
