// The arrows of the picture: where each points, the number on it, and why it is that number.

import { setAttribute, setClass, setText } from "../elements/elements.mjs";
import { short } from "../run/numbers.mjs";
import { edgeOf, ruleText } from "../said/rules.mjs";
import { say } from "../said/say.mjs";
import { touchable, turn } from "./turned.mjs";

/** @import { Arrow, Concern } from "./picture.d.ts" */
/** @import { Run, Seen, Use } from "../types.d.ts" */

/**
 * The arrows of the picture by their edge: node/place.
 * @type {(run: Run, svg: SVGSVGElement) => Map<string, Arrow>}
 */
export function arrowsOf(run, svg) {
  /** @type {NodeListOf<SVGElement>} */
  const found = svg.querySelectorAll("[data-edge]");
  const arrows = [...found].flatMap((element) => {
    const key = element.dataset.edge ?? "";
    const [node, place] = key.split("/").map(Number);
    const input = edgeOf(run, { node, place }).node;
    const line = touchable(element);
    const [label] = element.querySelectorAll("text");
    element.querySelector("title")?.remove();
    element.setAttribute("role", "img");
    return line ? [{ key, node, place, input, element, line, label }] : [];
  });
  return new Map(arrows.map((arrow) => [arrow.key, arrow]));
}

/**
 * Show an arrow as it is in a step. Where a gradient goes along it, it points to the input.
 * @type {(run: Run, seen: Seen, concern: Concern, arrow: Arrow) => void}
 */
export function showArrow(run, seen, concern, arrow) {
  markArrow(run, seen, concern, arrow);
  numberArrow(run, seen, concern, arrow);
  describeArrow(run, arrow, because(run, seen, arrow));
}

/**
 * What is told of an arrow to those who do not see it, with or without a reason for its number.
 * @type {(run: Run, arrow: Arrow, reason: string) => void}
 */
export function describeArrow(run, { element, input, node }, reason) {
  const [from, to] = [run.nodes[input], run.nodes[node]].map(({ name }) => name);
  const said = say(reason ? "arrow.because" : "arrow", { from, to, reason });
  setAttribute(element, "aria-label", said);
}

/**
 * How an arrow is drawn.
 * @type {(run: Run, seen: Seen, concern: Concern, arrow: Arrow) => void}
 */
export function markArrow(run, seen, concern, { element, key, node, line }) {
  const flows = concern.passing.has(key);
  const onPath = concern.pathEdges.has(key);
  if (flows || onPath) turn(element, line);
  setClass(element, "ahead", run.nodes[node].computedAt > seen.shown);
  setClass(element, "active", flows || concern.fed.has(node));
  setClass(element, "on-path", onPath);
  setClass(element, "turned", flows || onPath);
}

/**
 * The number on an arrow.
 * @type {(run: Run, seen: Seen, concern: Concern, arrow: Arrow) => void}
 */
export function numberArrow(run, seen, concern, arrow) {
  const local = run.without.has("gradients") ? "" : short(edgeOf(run, arrow).local);
  const factor = concern.passing.get(arrow.key)?.factor ?? local;
  setText(arrow.label, isAsked(run, seen, arrow) ? "?" : factor);
}

/**
 * Why the number on an arrow is what it is; before it is known, what it will be called; "" where
 * there is none.
 * @type {(run: Run, seen: Seen, arrow: Arrow) => string}
 */
export function because(run, seen, arrow) {
  if (run.without.has("gradients")) return "";
  const edge = edgeOf(run, arrow);
  const { computedAt, name } = run.nodes[arrow.node];
  const [derivative] = edge.rule.symbols.split(" = ");
  if (computedAt > seen.shown) return say("arrow.ahead", { derivative, name });
  if (isAsked(run, seen, arrow)) return say("arrow.asked", { derivative });
  return ruleText(edge);
}

/**
 * Whether the number on an arrow is still to be asked for: while there are questions, until a
 * gradient has come along it.
 * @type {(run: Run, seen: Seen, arrow: Arrow) => boolean}
 */
function isAsked(run, { asked, shown }, { node, place, input }) {
  if (!asked) return false;
  const { uses, pushedAt } = run.nodes[input];
  return pushedAt[uses.findIndex((use) => isAlong(use, node, place))] > shown;
}

/** @type {(use: Use, node: number, place: number) => boolean} */
const isAlong = (use, node, place) =>
  use.kind === "push" && use.node === node && use.place === place;
