// The table of leaves: which of them learn, their gradients as bars, and which way they go.

import { h, setClass } from "../elements/elements.mjs";
import { caption, header, pick } from "../elements/tables.mjs";
import { num } from "../elements/terms.mjs";
import { isDone } from "../run/run.mjs";
import { say, sayEach, sentences } from "../said/say.mjs";
import { bySize, examplesOf, leavesOf } from "./leaves.mjs";
import { meanWithin } from "./outcomes.mjs";
import { wayDown } from "./says.mjs";
import { isMeant } from "../said/meaning.mjs";

/** @import { Dispatch, Run, Seen } from "../types.d.ts" */

/** @typedef {(run: Run, seen: Seen, grads: ArrayLike<number>) => void} ShowBars */

/** @typedef {{ element: HTMLElement, show: ShowBars }} Bars */

/** @typedef {(run: Run, seen: Seen, grad: number, most: number) => void} ShowBar */

/** @typedef {{ element: HTMLElement, show: ShowBar }} BarRow */

// How many leaves are listed.
const BARS_LISTED = 100;

/**
 * The table; the places of the leaves that learn are in `ticked`, which a reader changes.
 * @type {(ticked: Set<number>, dispatch: Dispatch) => Bars}
 */
export function leafBars(ticked, dispatch) {
  const body = h("tbody", {});
  const note = h("p", { class: "quiet" });
  const title = caption(say("bars.caption"));
  const table = h("table", { class: "bars" }, title, body);
  const element = h("div", {}, h("div", { class: "scroll" }, table), note);
  /** @type {Map<number, BarRow>} */
  const rows = new Map();
  let order = "";
  /** @type {ShowBars} */
  const show = (run, seen, grads) => {
    const all = known(run, seen, grads);
    const listed = all.slice(0, BARS_LISTED);
    const sizes = listed.map((each) => Math.abs(grads[each])).filter(Number.isFinite);
    const most = Math.max(0, ...sizes);
    for (const place of listed) {
      const row = rows.get(place) ?? barRow(run, place, ticked, dispatch);
      rows.set(place, row);
      row.show(run, seen, grads[place], most);
    }
    if (order === "") title.after(header(...titlesOf(run)));
    if (order !== listed.join()) {
      const focused = document.activeElement;
      body.replaceChildren(...listed.flatMap((place) => rows.get(place)?.element ?? []));
      if (focused instanceof HTMLElement && body.contains(focused)) focused.focus();
      order = listed.join();
    }
    const more = say("bars.more", { most: BARS_LISTED, all: all.length });
    const areAll = all.every((place) => isDone(run.nodes[place], seen.shown));
    note.textContent = sentences(
      areAll ? "" : say("bars.later"), all.length > BARS_LISTED ? more : "");
  };
  return { element, show };
}

/**
 * The leaves, first the ones whose gradient is there, by its size: no order tells of the others.
 * @type {(run: Run, seen: Seen, grads: ArrayLike<number>) => number[]}
 */
function known(run, { shown }, grads) {
  const leaves = leavesOf(run);
  const isThere = (/** @type {number} */ place) => isDone(run.nodes[place], shown);
  return [...bySize(leaves.filter(isThere), grads), ...leaves.filter((each) => !isThere(each))];
}

/** @type {(run: Run) => string[]} */
function titlesOf(run) {
  const gradient = examplesOf(run) ? "mean" : "gradient";
  const lower = say("bars.lower", { name: lossOf(run) });
  return [...sayEach("bars.", ["learns", "number", gradient]), lower];
}

/**
 * What is to be lowered, within a sentence.
 * @type {(run: Run) => string}
 */
function lossOf(run) {
  const { name } = run.nodes[run.output];
  return examplesOf(run) ? meanWithin(name) : name;
}

/** @type {(run: Run, place: number, ticked: Set<number>, dispatch: Dispatch) => BarRow} */
function barRow(first, place, ticked, dispatch) {
  const { name } = first.nodes[place];
  const reason = first.live?.stays[place] ?? "";
  const onchange = () => (tick.checked ? ticked.add(place) : ticked.delete(place));
  const tick = h("input", { type: "checkbox", "aria-label": say("bars.tick", { name }), onchange });
  tick.disabled = reason !== "";
  tick.checked = ticked.has(place);
  if (reason) tick.title = say("bars.kept", { reason });
  const [data, grad] = [h("td", {}), h("td", {})];
  const bar = h("span", { class: "length" });
  const track = h("span", { class: "track", "aria-hidden": "true" }, bar);
  const word = h("span", { class: "word" });
  const element = h("tr", { "data-leaf": String(place) },
    h("td", {}, tick, " ", pick(first, place, dispatch)), data, grad,
    h("td", { class: "way" }, word, track));
  /** @type {ShowBar} */
  const show = (run, seen, slope, most) => {
    const node = run.nodes[place];
    const isKnown = isDone(node, seen.shown);
    const loss = lossOf(run);
    setClass(element, "chosen", seen.pinned && seen.focus === place);
    data.replaceChildren(num(node.data));
    grad.replaceChildren(isKnown ? num(slope) : "–");
    word.textContent = isKnown ? wordOf(isMeant(run) ? slope : NaN) : "–";
    element.title = isKnown && isMeant(run) ? wayDown(run, place, loss, slope) : "";
    const part = isKnown && Number.isFinite(slope) && most > 0 ? Math.abs(slope) / most : 0;
    bar.style.width = `${50 * part}%`;
    setClass(bar, "down", slope > 0);
  };
  return { element, show };
}

/**
 * Which way a leaf goes to lower the output.
 * @type {(slope: number) => string}
 */
function wordOf(slope) {
  if (Number.isNaN(slope)) return "?";
  return say(slope > 0 ? "bars.down" : slope < 0 ? "bars.up" : "bars.stays");
}
