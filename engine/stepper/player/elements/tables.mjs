// What the tables share: rows and headers, buttons that select a Value, and a table cut to pages.

import { h } from "./elements.mjs";
import { named } from "./terms.mjs";

/** @import { Attributes, Child } from "../parts.d.ts" */
/** @import { Dispatch, Run, RunNode } from "../types.d.ts" */

// How many rows a table shows at a time.
const ROWS = 100;

// With how many letters a name is not broken.
const SHORT_NAME = 8;

/**
 * The part of a list, `ROWS` long at the most, that holds the item of that place.
 * @type {(length: number, place: number) => { start: number, end: number }}
 */
export function page(length, place) {
  const start = Math.floor(Math.max(0, Math.min(place, length - 1)) / ROWS) * ROWS;
  return { start, end: Math.min(length, start + ROWS) };
}

/**
 * A row of cells.
 * @type {(attributes: Attributes, ...cells: Child[]) => HTMLElement}
 */
export const row = (attributes, ...cells) =>
  h("tr", attributes, ...cells.map((cell) => h("td", {}, cell)));

/**
 * The titles of the columns.
 * @type {(...titles: string[]) => HTMLElement}
 */
export const header = (...titles) =>
  h("thead", {}, h("tr", {}, ...titles.map((title) => h("th", { scope: "col" }, title))));

/**
 * What a table is, for those who do not see where it stands.
 * @type {(text: string) => HTMLElement}
 */
export const caption = (text) => h("caption", {}, text);

/**
 * A button that selects a node; a short name stays in one line.
 * @type {(run: Run, node: number, dispatch: Dispatch) => HTMLElement}
 */
export function pick(run, node, dispatch) {
  const { name } = run.nodes[node];
  const kind = name.length > SHORT_NAME ? "pick" : "pick nowrap";
  const onclick = () => dispatch({ type: "select", node });
  return h("button", { type: "button", class: kind, onclick }, named(name));
}

/**
 * The gradient of a node as it stands in a line: ∂output/∂node.
 * @type {(run: Run, node: RunNode) => HTMLElement}
 */
export const inline = (run, node) =>
  h("span", {}, "∂", named(run.nodes[run.output].name), "/∂", named(node.name));
