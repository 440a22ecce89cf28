// The player: a run shown in an element, with the state that the reader changes.

import { aboutCard } from "./cards/about.mjs";
import { controlBar } from "./cards/controls.mjs";
import { equationCard } from "./cards/equation.mjs";
import { flicks } from "./picture/gestures.mjs";
import { pictureCard } from "./picture/graph.mjs";
import { handleKey, helpDialog } from "./cards/keys.mjs";
import { ledgerCard } from "./cards/ledger.mjs";
import { legend } from "./cards/legend.mjs";
import { pathsCard } from "./cards/paths.mjs";
import { tabs } from "./cards/tabs.mjs";
import { valuesCard } from "./cards/values.mjs";
import { h } from "./elements/elements.mjs";
import { fitText, keepFitted } from "./elements/fitted.mjs";
import { pause } from "./run/pace.mjs";
import { prepare } from "./run/run.mjs";
import { postResults } from "./questions/score.mjs";
import { START, reduce, view } from "./run/state.mjs";
import { named } from "./elements/terms.mjs";
import { sentence } from "./said/words.mjs";

/** @import { Card, Kind, Options, Parts, Player, RunCard, Screen, Tabs } from "./parts.d.ts" */
/** @import { Dispatch, Run, Seen, State, Trace } from "./types.d.ts" */

/**
 * Show a trace in an element.
 * @type {(root: HTMLElement, trace: Trace, options?: Options) => Player}
 */
export function show(root, trace, options) {
  const without = { actions: [], keys: [] };
  return play(root, prepare(trace), { parts: partsOf, sentence, without, opens: "" }, options);
}

/**
 * Show a run in an element, with the parts of its kind.
 * @type {(root: HTMLElement, run: Run, kind: Kind, options?: Options) => Player}
 */
export function play(root, run, kind, options = {}) {
  const { svg = null, keys = root, changed = () => {}, initial = {} } = options;
  let state = { ...START, ...initial };
  /** @type {number | undefined} */
  let timer;
  /** @type {Dispatch} */
  const dispatch = (action) => {
    if (kind.without.actions.includes(action.type)) return;
    if (action.type === "select" && kind.opens) side.open(kind.opens);
    update(reduce(run, state, action));
    if (action.type === "answer" && !view(run, state).asked?.isOpen) focusOnNext(parts);
  };
  const help = helpDialog(kind.without.keys);
  const parts = kind.parts(run, svg, options.plainWheel ?? false, dispatch);
  const side = tabs("Tables", parts.tables);
  const screen = screenOf(root, parts, side, help);
  const bar = controlBar(run, dispatch, screen);
  /** @type {(event: KeyboardEvent) => void} */
  const onKey = (event) => handleKey(event, dispatch, screen);
  const top = arrange(root, run, parts, side, bar.element, help);
  flicks(top, dispatch);
  flicks(parts.picture.element, dispatch);
  const release = keepFitted(parts.now.element);
  keys.addEventListener("keydown", onKey);
  paint();
  return { set: (some) => update({ ...state, ...some }), state: () => state, run, end };

  /** @type {(next: State) => void} */
  function update(next) {
    if (next === state) return;
    postResults(run, state, next);
    state = next;
    paint();
    changed(state);
  }

  function paint() {
    const seen = view(run, state);
    const focused = root.contains(document.activeElement);
    root.toggleAttribute("data-predicting", seen.hidden);
    for (const part of [parts.now, ...parts.tables, parts.picture]) part.show(seen);
    bar.show(state, seen, kind.sentence(run, seen));
    fitText(parts.now.element);
    side.reveal();
    if (focused && !root.contains(document.activeElement)) root.focus({ preventScroll: true });
    schedule(seen);
  }

  /** @type {(seen: Seen) => void} */
  function schedule(seen) {
    clearTimeout(timer);
    const wait = pause(run, state, seen);
    if (state.playing) timer = setTimeout(() => dispatch({ type: "tick" }), wait);
  }

  function end() {
    clearTimeout(timer);
    release();
    keys.removeEventListener("keydown", onKey);
  }
}

/** @type {Kind["parts"]} */
function partsOf(run, svg, wheel, dispatch) {
  /** @type {(card: RunCard) => Card} */
  const ofRun = (card) => ({ element: card.element, show: (seen) => card.show(run, seen) });
  const about = { name: "About", ...ofRun(aboutCard(run, dispatch)) };
  return {
    now: ofRun(equationCard(dispatch)),
    picture: pictureCard(run, svg, dispatch, wheel),
    tables: [
      ...(run.about?.sentences.length ? [about] : []),
      { name: "Ledger", ...ofRun(ledgerCard(dispatch)) },
      { name: "Paths", ...ofRun(pathsCard(dispatch)) },
      { name: "Values", ...valuesCard(run, dispatch) },
      { name: "Marks", element: legend(), show: () => {} },
    ],
  };
}

/**
 * What the keys and the bar do that changes nothing of the run.
 * @type {(root: HTMLElement, parts: Parts, side: Tabs, help: HTMLDialogElement) => Screen}
 */
function screenOf(root, { picture }, side, help) {
  const tables = () => {
    const isSeen = side.element.getClientRects().length > 0;
    root.dataset.tables = isSeen ? "off" : "on";
    side.reveal();
  };
  const { fit, zoom } = picture;
  return { fit, zoom, tables, help: () => help.showModal(), isBusy: () => isBusy(root) };
}

/**
 * Whether a dialog is open.
 * @type {(root: HTMLElement) => boolean}
 */
const isBusy = (root) => root.querySelector("dialog[open]") !== null;

/**
 * Everything in its place; gives the strip at the top.
 * @type {(
 *   root: HTMLElement,
 *   run: Run,
 *   parts: Parts,
 *   side: Tabs,
 *   bar: HTMLElement,
 *   help: HTMLElement,
 * ) => HTMLElement}
 */
function arrange(root, run, { now, picture }, side, bar, help) {
  const kind = h("span", { class: "quiet" }, ", forward and back");
  const title = h("h1", {}, ...(run.about?.title ? [run.about.title] : [named(run.title), kind]));
  const top = h("div", { class: "top" }, title, now.element);
  const main = h("div", { class: "main" }, picture.element, side.element);
  root.replaceChildren(h("div", { class: "screen" }, top, main, bar), help);
  return top;
}

/**
 * After an answer the key Enter goes on.
 * @type {(root: Parts) => void}
 */
function focusOnNext({ now }) {
  /** @type {HTMLElement | null | undefined} */
  const next = now.element.closest(".screen")?.querySelector(".bar .next");
  next?.focus();
}
