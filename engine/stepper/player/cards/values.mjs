// The table of all Values: data, gradient so far, and the gradient by finite differences beside it.

import { card, h, setClass } from "../elements/elements.mjs";
import { digitsOf } from "../run/alike.mjs";
import { exact, inFull, short } from "../run/numbers.mjs";
import { gradientAt, isDone, isGrowing, isInner } from "../run/run.mjs";
import { caption, header, page, pick } from "../elements/tables.mjs";
import { num } from "../elements/terms.mjs";
import { say, sayEach, sentences } from "../said/say.mjs";
import { mayChange, numberField } from "./numbers.mjs";

/** @import { Child, RunCard } from "../parts.d.ts" */
/** @import { Dispatch, Run, RunNode } from "../types.d.ts" */

// The mark of a verdict, its class, and its message.
const VERDICTS = {
  ok: ["✓", "agrees"],
  kink: ["∧", "kink"],
  WRONG: ["✗", "WRONG"],
  "cannot tell": ["?", "unknown"],
};

export const VALUE_COLUMNS = ["name", "data", "gradient", "checks"];

/**
 * The table, with some or all of its columns.
 * @type {(dispatch: Dispatch, columns?: string[]) => RunCard}
 */
export function valuesCard(dispatch, columns = VALUE_COLUMNS) {
  /** @type {Run | null} */
  let now = null;
  const label = say("values.find");
  const find = h("input", { type: "search", placeholder: label, "aria-label": label });
  const said = h("p", { class: "said", role: "status" });
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const node = now && found(now, find.value);
    if (node !== null) dispatch({ type: "select", node });
    else if (find.value === "") dispatch({ type: "follow" });
    else said.textContent = say("values.none", { text: find.value });
  });
  const body = h("tbody", {});
  const name = caption(say(columns.length > 2 ? "values.caption" : "values"));
  const head = header(...sayEach("values.", columns));
  const table = h("table", { class: "values" }, name, head, body);
  const note = h("p", { class: "quiet" });
  const hint = h("p", { class: "quiet", id: `glassgrad-hint-${(hints += 1)}` });
  const scroll = h("div", { class: "scroll" }, table);
  const element = card("all", say("values"), find, said, scroll, hint, note);
  /** @type {RunCard[]} */
  let rows = [];
  let first = -1;
  /** @type {RunCard["show"]} */
  const show = (run, seen) => {
    now = run;
    const { start, end } = page(run.rows.length, run.rank[seen.focus]);
    if (first !== start) {
      first = start;
      rows = run.rows.slice(start, end)
        .map((node) => valueRow(run, node, hint.id, columns, dispatch));
      body.replaceChildren(...rows.map((each) => each.element));
      const some = say("values.some", { start: start + 1, end, all: run.rows.length });
      hint.textContent = changing(run);
      const checks = columns.length === VALUE_COLUMNS.length ? noteOf(run) : "";
      note.textContent = sentences(checks, rows.length < run.rows.length ? some : "");
    }
    said.textContent = seen.pinned ? selected(run, seen.focus) : "";
    for (const each of rows) each.show(run, seen);
  };
  return { element, show };
}

let hints = 0;

// With how many of their names leaves are told that keep their numbers.
const NAMED = 3;

/**
 * How numbers are changed, and why some leaves keep theirs.
 * @type {(run: Run) => string}
 */
function changing(run) {
  const { live, nodes, rows } = run;
  if (!live) return "";
  const leaves = rows.filter((place) => !isInner(nodes[place]));
  const how = leaves.some((place) => mayChange(run, place)) ? [say("values.how")] : [];
  const reasons = new Set(leaves.map((place) => live.stays[place]).filter(Boolean));
  const whys = [...reasons].map((reason) => {
    const kept = leaves.filter((place) => live.stays[place] === reason);
    const more = kept.length > NAMED ? ["…"] : [];
    const names = [...kept.slice(0, NAMED).map((place) => nodes[place].name), ...more];
    return say("values.kept", { names: names.join(say("list.comma")), reason });
  });
  return sentences(...how, ...whys);
}

/** @type {(run: Run) => string} */
const noteOf = ({ numericNote }) =>
  numericNote || say("values.checks.note");

/** @type {(run: Run, place: number) => string} */
const selected = ({ nodes, without }, place) =>
  without.has("gradients") || without.has("ledger") || without.has("paths")
    ? say("values.selected", { name: nodes[place].name })
    : say("values.selected.shown", { name: nodes[place].name });

/**
 * The Value of that name, else the first one that has the text in its name, if there is one.
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
 * @type {(
 *   first: Run,
 *   place: number,
 *   hint: string,
 *   columns: string[],
 *   dispatch: Dispatch,
 * ) => RunCard}
 */
function valueRow(first, place, hint, columns, dispatch) {
  const field = mayChange(first, place) ? numberField(first, place, hint, dispatch) : null;
  const data = h("td", {}, field?.element ?? "–");
  const grad = h("td", { class: "grad" });
  const check = h("td", { class: "check" });
  const element = h("tr", { "data-node": String(place) });
  const cells = [h("td", {}, pick(first, place, dispatch)), data, grad, check];
  element.append(...cells.slice(0, columns.length));
  let before = "";
  /** @type {RunNode | null} */
  let shown = null;
  /** @type {RunCard["show"]} */
  const show = (run, seen) => {
    const node = run.nodes[place];
    const computed = node.computedAt <= seen.shown;
    const now = gradientAt(node, seen.shown);
    const done = isDone(node, seen.shown);
    const more = isGrowing(node, seen.shown);
    const digits = `${digitsOf(node.data)} ${digitsOf(node.grad)} ${digitsOf(now ?? 0)}`;
    const key = `${computed} ${now === null ? "–" : exact(now)} ${done} ${more} ${digits}`;
    setClass(element, "selected", seen.focus === place);
    if (key === before && node === shown) return;
    [before, shown] = [key, node];
    setClass(element, "done", done);
    if (field) field.show(run, seen);
    else data.replaceChildren(computed ? num(node.data) : "–");
    grad.replaceChildren(now === null ? "–" : num(now), more ? " …" : "");
    check.replaceChildren(...(done && node.numeric ? checked(node.numeric) : ["–"]));
  };
  return { element, show };
}

/**
 * The number by finite differences, and whether it agrees.
 * @type {(numeric: NonNullable<RunNode["numeric"]>) => Child[]}
 */
function checked({ value, error, verdict, why }) {
  const about = `${inFull(value)} ± ${short(error)}`;
  const number = h("span", { class: "numeric", title: about }, short(value));
  const [mark, kind] = VERDICTS[verdict];
  const reason = why ? [h("small", {}, ` ${why}`)] : [];
  const told = `${mark} ${say(`verdict.${kind}`)}`;
  return [number, " ", h("span", { class: `mark ${kind}` }, told), ...reason];
}
