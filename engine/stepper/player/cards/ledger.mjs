// The ledger of a Value: what it is, and one row for each use, whose contributions add up.

import { card, h } from "../elements.mjs";
import { countUpTo, gradientAt, isDone, isInner } from "../run.mjs";
import { header, inline, page, pick, row } from "../tables.mjs";
import { named, num } from "../terms.mjs";

/** @import { RunCard } from "../parts.d.ts" */
/** @import { Dispatch, Run, RunNode, Seen, Use } from "../types.d.ts" */

// How many inputs of a Value have a button.
const INPUTS = 24;

/** @type {(dispatch: Dispatch) => RunCard} */
export function ledgerCard(dispatch) {
  const title = h("span", {});
  const follow = h(
    "button",
    { type: "button", class: "small", onclick: () => dispatch({ type: "follow" }) },
    "Follow the steps",
  );
  const about = h("div", { class: "about" });
  const table = h("table", { class: "ledger" });
  const rest = h("p", { class: "quiet" });
  const scroll = h("div", { class: "scroll" }, table);
  const element = card("selected", "Gradient", about, scroll, rest);
  element.querySelector("h2")?.replaceChildren(h("span", {}, "Gradient of ", title), follow);
  /** @type {RunCard["show"]} */
  const show = (run, seen) => {
    const node = run.nodes[seen.focus];
    title.replaceChildren(named(node.name));
    follow.hidden = !seen.pinned;
    about.replaceChildren(...describe(run, node, dispatch));
    const { start, end } = page(node.pushedAt.length, countUpTo(node.pushedAt, seen.shown) - 1);
    const rows = node.pushedAt
      .slice(start, end)
      .map((at, i) => useRow(run, seen, at, node.uses[start + i], dispatch));
    const titles = ["from", "upstream", "× local", "= contribution", "running sum"];
    const body = h("tbody", {}, ...rows);
    table.replaceChildren(header(...titles), body, total(run, seen, node));
    const some = `Uses ${start + 1} to ${end} of ${node.pushedAt.length}`;
    rest.textContent = end - start < node.pushedAt.length ? some : "";
  };
  return { element, show };
}

/**
 * What a node is: its equation, where it belongs, what made it.
 * @type {(run: Run, node: RunNode, dispatch: Dispatch) => HTMLElement[]}
 */
function describe(run, node, dispatch) {
  const equation = isInner(node)
    ? [node.formula.join(" = ")]
    : [named(node.name), " = ", num(node.data)];
  const lines = [h("p", { class: "formula" }, ...equation)];
  const inputs = node.inputs.flatMap((input) => ("node" in input ? [input.node] : []));
  const few = [...new Set(inputs)].slice(0, INPUTS);
  const buttons = few.map((input) => pick(run, input, dispatch));
  if (buttons.length) lines.push(h("p", { class: "quiet" }, "made from ", ...buttons));
  if (node.scope.length) lines.push(h("p", { class: "quiet" }, `in ${node.scope.join(" / ")}`));
  if (node.line) lines.push(h("p", {}, h("code", {}, node.line)));
  return lines;
}

/**
 * A row of the ledger: one use of the node, which has happened or is to come.
 * @type {(run: Run, seen: Seen, position: number, use: Use, dispatch: Dispatch) => HTMLElement}
 */
function useRow(run, seen, position, use, dispatch) {
  const state = position > seen.shown ? "ahead" : position > seen.step.start ? "current" : "";
  const attributes = { class: state };
  const blank = state === "ahead";
  if (use.kind === "seed") {
    return row(attributes, "the output itself", "", "", "", blank ? "–" : num(use.grad));
  }
  const from = pick(run, use.node, dispatch);
  if (blank) return row(attributes, from, "–", "–", "–", "–");
  return row(
    attributes,
    from,
    num(use.upstream, "upstream"),
    num(use.local, "local"),
    num(use.contribution, "contribution"),
    num(use.after),
  );
}

/**
 * The last row: the gradient so far, and how many uses have contributed.
 * @type {(run: Run, seen: Seen, node: RunNode) => HTMLElement}
 */
function total(run, seen, node) {
  const done = isDone(node, seen.shown);
  const happened = countUpTo(node.pushedAt, seen.shown);
  const state = done ? "complete" : `${happened} of ${node.pushedAt.length} uses so far`;
  const grad = gradientAt(node, seen.shown);
  const value = grad === null ? "–" : num(grad, "total");
  return h(
    "tfoot",
    {},
    h(
      "tr",
      { class: done ? "complete" : "" },
      h("th", { scope: "row", colspan: "4" }, inline(run, node), " ", h("small", {}, state)),
      h("td", {}, value),
    ),
  );
}
