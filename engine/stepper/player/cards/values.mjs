// The table of all Values: data, gradient so far, and the gradient by finite differences beside it.

import { card, h, setClass } from "../elements.mjs";
import { exact, short } from "../numbers.mjs";
import { gradientAt, isDone, isGrowing } from "../run.mjs";
import { header, page, pick } from "../tables.mjs";
import { num } from "../terms.mjs";

/** @import { Card } from "../parts.d.ts" */
/** @import { Dispatch, Run, RunNode } from "../types.d.ts" */

const VERDICTS = {
  ok: ["✓", "agrees"],
  kink: ["∧", "kink"],
  WRONG: ["✗", "WRONG"],
  "cannot tell": ["?", "cannot tell"],
};

/** @type {(run: Run, dispatch: Dispatch) => Card} */
export function valuesCard(run, dispatch) {
  const label = "Find a Value";
  const find = h("input", { type: "search", placeholder: label, "aria-label": label });
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") dispatch({ type: "select", node: found(run, find.value) });
  });
  const body = h("tbody", {});
  const titles = ["Value", "data", "gradient", "finite differences", "check"];
  const table = h("table", { class: "values" }, header(...titles), body);
  const note = h("p", { class: "quiet" });
  const element = card("all", "All Values", find, h("div", { class: "scroll" }, table), note);
  /** @type {Card[]} */
  let rows = [];
  let first = -1;
  /** @type {Card["show"]} */
  const show = (seen) => {
    const { start, end } = page(run.rows.length, run.rank[seen.focus]);
    if (first !== start) {
      first = start;
      rows = run.rows.slice(start, end).map((node) => valueRow(run, node, dispatch));
      body.replaceChildren(...rows.map((each) => each.element));
      const some = `Values ${start + 1} to ${end} of ${run.rows.length}; find or select another.`;
      note.textContent = `${run.numericNote} ${rows.length < run.rows.length ? some : ""}`;
    }
    for (const each of rows) each.show(seen);
  };
  return { element, show };
}

/**
 * The first Value whose name has the text in it; the selection stays as it is for none.
 * @type {(run: Run, text: string) => number | null}
 */
function found(run, text) {
  if (text === "") return null;
  const at = run.nodes.findIndex((node) => node.name === text);
  const similar = run.nodes.findIndex((node) => node.name.includes(text));
  return at >= 0 ? at : similar >= 0 ? similar : null;
}

/**
 * A row of the table, which is written anew only where it changes.
 * @type {(run: Run, place: number, dispatch: Dispatch) => Card}
 */
function valueRow(run, place, dispatch) {
  const node = run.nodes[place];
  const data = h("td", {});
  const grad = h("td", { class: "grad" });
  const element = h("tr", { "data-node": String(place) });
  element.append(h("td", {}, pick(run, place, dispatch)), data, grad, ...numericCells(node));
  let before = "";
  /** @type {Card["show"]} */
  const show = (seen) => {
    const computed = node.computedAt <= seen.shown;
    const now = gradientAt(node, seen.shown);
    const done = isDone(node, seen.shown);
    const more = isGrowing(node, seen.shown);
    const key = `${computed} ${now === null ? "–" : exact(now)} ${done} ${more}`;
    setClass(element, "selected", seen.focus === place);
    if (key === before) return;
    before = key;
    setClass(element, "done", done);
    data.replaceChildren(computed ? num(node.data) : "–");
    grad.replaceChildren(now === null ? "–" : num(now), more ? " …" : "");
  };
  return { element, show };
}

/** @type {(node: RunNode) => HTMLElement[]} */
function numericCells({ numeric }) {
  if (!numeric) return [h("td", {}, "–"), h("td", {}, "–")];
  const [mark, word] = VERDICTS[numeric.verdict];
  const about = `${exact(numeric.value)} ± ${short(numeric.error)}`;
  const number = h("span", { class: "numeric", title: about }, short(numeric.value));
  const verdict = h("span", { class: `mark ${word}` }, `${mark} ${word}`);
  const why = numeric.why ? [h("small", {}, ` ${numeric.why}`)] : [];
  return [h("td", {}, number), h("td", { class: "check" }, verdict, ...why)];
}
