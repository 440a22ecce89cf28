// The arrows of the picture: where each points, the number on it, and why it is that number.

import { edgeOf } from "../cards/why.mjs";
import { setAttribute, setClass, setText } from "../elements/elements.mjs";
import { short } from "../run/numbers.mjs";
import { touchable, turn } from "./turned.mjs";

/** @import { Arrow, Concern } from "./picture.d.ts" */
/** @import { Run, Seen } from "../types.d.ts" */

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
  const { element, key, node, label, line } = arrow;
  const flows = concern.passing.has(key);
  const onPath = concern.pathEdges.has(key);
  if (flows || onPath) turn(element, line);
  setClass(element, "ahead", run.nodes[node].computedAt > seen.shown);
  setClass(element, "active", flows || concern.fed.has(node));
  setClass(element, "on-path", onPath);
  setClass(element, "turned", flows || onPath);
  setText(label, concern.passing.get(key)?.factor ?? short(edgeOf(run, arrow).local));
  const [from, to] = [run.nodes[arrow.input], run.nodes[node]].map(({ name }) => name);
  setAttribute(element, "aria-label", `Arrow from ${from} to ${to}: ${because(run, seen, arrow)}`);
}

/**
 * Why the number on an arrow is what it is; before it is known, what it will be called.
 * @type {(run: Run, seen: Seen, arrow: Arrow) => string}
 */
export function because(run, seen, { node, place }) {
  const { symbols, numbers } = edgeOf(run, { node, place }).rule;
  if (run.nodes[node].computedAt <= seen.shown) return `${symbols} ${numbers}`.trim();
  return `${symbols.split(" = ")[0]}, shown when ${run.nodes[node].name} has been computed`;
}
