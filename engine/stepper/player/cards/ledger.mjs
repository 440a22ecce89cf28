// The ledger of a Value: what it is, and one row for each use, whose contributions add up.

import { card, h, setText } from "../elements/elements.mjs";
import { renew } from "../elements/renewed.mjs";
import { short } from "../run/numbers.mjs";
import { countUpTo, gradientAt, isDone, isGrowing, isInner } from "../run/run.mjs";
import { caption, header, inline, page, pick } from "../elements/tables.mjs";
import { named, num } from "../elements/terms.mjs";
import { calledIn } from "../said/names.mjs";
import { remembering, useRows } from "./uses.mjs";
import { isMeant, meaning } from "../said/meaning.mjs";
import { say, sayEach, sayWith, sentences } from "../said/say.mjs";
import { whyNone } from "../said/zero.mjs";
import { operation } from "./why.mjs";

/** @import { Child, Row, RunCard } from "../parts.d.ts" */
/** @import { Dispatch, Run, RunNode, Seen } from "../types.d.ts" */

// How many inputs of a Value have a button.
const INPUTS = 24;

// So many characters of a number stand in a column of usual letters.
const IN_COLUMN = 10;

const LEDGER_COLUMNS = ["from", "upstream", "local", "contribution", "sum"];

/** @type {(dispatch: Dispatch) => RunCard} */
export function ledgerCard(dispatch) {
  const title = h("span", {});
  const follow = h(
    "button",
    { type: "button", class: "small", onclick: () => dispatch({ type: "follow" }) },
    say("ledger.follow"),
  );
  const about = h("div", { class: "about" });
  const table = h("table", { class: "ledger" });
  const rest = h("p", { class: "quiet" });
  const means = h("p", { class: "quiet" });
  const scroll = h("div", { class: "scroll" }, table);
  const element = card("selected", say("ledger"), about, scroll, rest, means);
  const heading = h("span", {}, ...sayWith("ledger.of", { name: title }));
  element.querySelector("h2")?.replaceChildren(heading, follow);
  const rowsOf = remembering();
  /** @type {RunCard["show"]} */
  const show = (run, seen) => {
    const node = run.nodes[seen.focus];
    renew(title, [named(node.name)]);
    follow.hidden = !seen.pinned;
    renew(about, describe(run, node, seen, dispatch));
    const { start, end } = page(node.pushedAt.length, countUpTo(node.pushedAt, seen.shown) - 1);
    const rows = rowsOf(node, start, end);
    const called = calledIn(run, [...seen.step.events, ...rows.map(({ use }) => use)]);
    const uses = rows.flatMap((each) => useRows(run, seen, each, called, dispatch));
    const body = h("tbody", {}, ...uses);
    const titles = sayEach("ledger.", LEDGER_COLUMNS);
    const name = caption(say("ledger.caption", { name: node.name }));
    renew(table, [name, header(...titles), body, total(run, seen, node, rows)]);
    const cells = [...table.querySelectorAll("tr:not(.reason) td")];
    const isLong = cells.some(({ textContent }) => (textContent ?? "").length > IN_COLUMN);
    table.classList.toggle("long", isLong);
    const some = say("ledger.some", { start: start + 1, end, all: node.pushedAt.length });
    setText(means, saysOf(run, seen, node));
    setText(rest, end - start < node.pushedAt.length ? some : "");
  };
  return { element, show };
}

/**
 * What the gradient of a node says, once it is complete.
 * @type {(run: Run, seen: Seen, node: RunNode) => string}
 */
function saysOf(run, seen, node) {
  if (seen.focus === run.output || !isDone(node, seen.shown) || !isMeant(run)) return "";
  return sentences(meaning(run.nodes[run.output].name, node.name, node), whyNone(run, seen.focus));
}

/** @type {(...said: Child[]) => HTMLParagraphElement} */
const quiet = (...said) => h("p", { class: "quiet" }, ...said);

/**
 * What a node is: its equation, where it belongs, what made it. Of a node that is not computed yet
 * there are no numbers.
 * @type {(run: Run, node: RunNode, seen: Seen, dispatch: Dispatch) => HTMLElement[]}
 */
function describe(run, node, seen, dispatch) {
  const symbols = operation(run, seen.focus, (place) => run.nodes[place].name);
  const formula = node.formula.length
    ? [node.formula.join(" = ")]
    : [...symbols, " = ", num(node.data)];
  const whole = isInner(node) ? formula : [named(node.name), " = ", num(node.data)];
  const lines = [h("p", { class: "formula" }, ...(node.computedAt > seen.shown ? symbols : whole))];
  const inputs = node.inputs.flatMap((input) => ("node" in input ? [input.node] : []));
  const few = [...new Set(inputs)].slice(0, INPUTS);
  const buttons = few.map((input) => pick(run, input, dispatch));
  if (buttons.length) lines.push(quiet(...sayWith("ledger.inputs", { inputs: buttons })));
  if (node.scope.length) lines.push(quiet(say("ledger.scope", { scope: node.scope.join(" / ") })));
  if (node.line) lines.push(h("p", {}, h("code", {}, node.line)));
  return lines;
}

/**
 * The last row: the gradient so far, and how many uses have contributed.
 * @type {(run: Run, seen: Seen, node: RunNode, rows: Row[]) => HTMLElement}
 */
function total(run, seen, node, rows) {
  const done = isDone(node, seen.shown);
  const happened = countUpTo(node.pushedAt, seen.shown);
  const all = node.pushedAt.length;
  const state = say(done ? "ledger.complete" : "ledger.far", { happened, all });
  const grad = gradientAt(node, seen.shown);
  const last = rows.findLast((each) => each.position <= seen.shown);
  const value = grad === null ? "–" : num(grad, "total", last ? last.sum.result : short(grad));
  const what = [inline(run, node), " ", h("small", {}, state)];
  const name = h("th", { scope: "row", colspan: "4" }, ...what);
  const more = isGrowing(node, seen.shown) ? " …" : "";
  const isSum = seen.step.events.some(({ kind, node: of }) => kind === "done" && of === seen.focus);
  const classes = [done ? "complete" : "", isSum ? "current" : ""].filter(Boolean).join(" ");
  return h("tfoot", {}, h("tr", { class: classes }, name, h("td", {}, value, more)));
}
