// The table of a step with several events: a row for each, with the reason for its number.

import { h } from "../elements.mjs";
import { forwardEquations } from "../formulas.mjs";
import { pushLines } from "../lines.mjs";
import { header, row } from "../tables.mjs";
import { asOperand, num, sign } from "../terms.mjs";
import { change, forwardParts, nameIn, sumParts } from "./sides.mjs";
import { ruleOf } from "./why.mjs";

/** @import { Child } from "../parts.d.ts" */
/** @import { Called, PushLine } from "../lines.d.ts" */
/** @import { Run, RunEvent, Seen } from "../types.d.ts" */

// How many rows are shown of a step that has very many.
const MOST = 60;

/**
 * All events of a step, one a row.
 * @type {(run: Run, seen: Seen, called: Called) => HTMLElement}
 */
export function eventRows(run, { step }, called) {
  const shown = step.events.slice(0, MOST);
  const sums = sumRows(run, shown, called);
  const pushes = shown.flatMap((event) => (event.kind === "push" ? [event] : []));
  const lines = pushLines(run, pushes, called).map((line) => pushRow(run, line, called));
  const rest = step.events.length - shown.length;
  const more = rest > 0 ? [whole([`and ${rest} more`])] : [];
  const titles = ["from", "to", "upstream × local = contribution", "gradient", "local, because"];
  const head = lines.length ? [header(...titles)] : [];
  const [before, after] = step.events[0].kind === "done" ? [sums, []] : [[], sums];
  const rows = [...forwardRows(run, shown, called), ...before, ...lines, ...after, ...more];
  const body = h("tbody", {}, ...rows);
  return h("div", { class: "scroll several" }, h("table", { class: "events" }, ...head, body));
}

/** @type {(run: Run, events: RunEvent[], called: Called) => HTMLElement[]} */
function forwardRows(run, events, called) {
  const nodes = events.flatMap(({ kind, node }) => (kind === "forward" ? [node] : []));
  return forwardEquations(run, nodes, called).map((each) => whole(forwardParts(run, each, called)));
}

/** @type {(run: Run, events: RunEvent[], called: Called) => HTMLElement[]} */
function sumRows(run, events, called) {
  const nodes = events.flatMap(({ kind, node }) => (kind === "done" ? [node] : []));
  return nodes.map((node) => whole(sumParts(run, node, called)));
}

/** @type {(cells: Child[]) => HTMLElement} */
const whole = (cells) => h("tr", {}, h("td", { colspan: "5" }, ...cells));

/** @type {(run: Run, line: PushLine, called: Called) => HTMLElement} */
function pushRow(run, line, called) {
  const { product, push } = line;
  const [upstream, local] = product.parts;
  const numbers = h(
    "span",
    {},
    h("span", { class: "upstream" }, asOperand(push.upstream, upstream)),
    sign("×"),
    h("span", { class: "local" }, asOperand(push.local, local)),
    sign(product.sign),
    h("span", { class: "contribution" }, num(push.contribution, "", product.result)),
  );
  return row(
    {},
    nameIn(run, called, push.node),
    nameIn(run, called, push.input),
    numbers,
    h("span", {}, ...change(line)),
    h("span", { class: "rule" }, ...ruleOf(run, push)),
  );
}
