// The player: a run shown in an element, with the state that the reader changes.

import { aboutCard } from "./cards/about.mjs";
import { controlBar } from "./cards/controls.mjs";
import { h } from "./elements.mjs";
import { equationCard } from "./cards/equation.mjs";
import { pictureCard } from "./cards/graph.mjs";
import { handleKey, helpDialog } from "./cards/keys.mjs";
import { ledgerCard } from "./cards/ledger.mjs";
import { legend } from "./cards/legend.mjs";
import { pathsCard } from "./cards/paths.mjs";
import { prepare } from "./run.mjs";
import { START, reduce, view } from "./state.mjs";
import { named } from "./terms.mjs";
import { valuesCard } from "./cards/values.mjs";
import { sentence } from "./words.mjs";

/** @import { Options, Parts, Player } from "./parts.d.ts" */
/** @import { Dispatch, Run, State, Trace } from "./types.d.ts" */

// How long a step is shown while playing, in milliseconds; a long run takes a minute.
const SLOWEST = 1100;
const FASTEST = 60;
const WHOLE = 60_000;

/**
 * Show a trace in an element.
 * @type {(root: HTMLElement, trace: Trace, options?: Options) => Player}
 */
export function show(root, trace, options = {}) {
  const { svg = null, keys = root, changed = () => {}, initial = {} } = options;
  const run = prepare(trace);
  let state = { ...START, ...initial };
  /** @type {number | undefined} */
  let timer;
  /** @type {Dispatch} */
  const dispatch = (action) => {
    update(reduce(run, state, action));
    if (action.type === "answer") focusOnNext(parts);
  };
  const help = helpDialog();
  /** @type {Parts} */
  const parts = {
    now: equationCard(dispatch),
    picture: pictureCard(run, svg, dispatch),
    ledger: ledgerCard(dispatch),
    paths: pathsCard(dispatch),
    values: valuesCard(run, dispatch),
    about: aboutCard(run, dispatch),
    bar: controlBar(run, dispatch, () => help.showModal()),
  };
  /** @type {(event: KeyboardEvent) => void} */
  const onKey = (event) => handleKey(event, dispatch, { fit: parts.picture.fit, help });
  arrange(root, run, parts, help);
  parts.picture.start();
  keys.addEventListener("keydown", onKey);
  paint();
  return { set: (some) => update({ ...state, ...some }), state: () => state, run, end };

  /** @type {(next: State) => void} */
  function update(next) {
    if (next === state) return;
    state = next;
    schedule();
    paint();
    changed(state);
  }

  function paint() {
    const seen = view(run, state);
    root.toggleAttribute("data-predicting", seen.hidden);
    parts.now.show(run, seen);
    parts.picture.show(seen);
    parts.ledger.show(run, seen);
    parts.paths.show(run, seen);
    parts.values.show(seen);
    parts.about.show(run, seen);
    parts.bar.show(state, sentence(run, seen));
  }

  function schedule() {
    clearTimeout(timer);
    const pause = Math.max(FASTEST, Math.min(SLOWEST, WHOLE / run.stops[state.unit].length));
    if (state.playing) timer = setTimeout(() => dispatch({ type: "tick" }), pause);
  }

  function end() {
    clearTimeout(timer);
    keys.removeEventListener("keydown", onKey);
  }
}

/** @type {(root: HTMLElement, run: Run, parts: Parts, help: HTMLElement) => void} */
function arrange(root, run, parts, help) {
  const kind = h("span", { class: "quiet" }, ", forward and back");
  const title = h("h1", {}, ...(run.about?.title ? [run.about.title] : [named(run.title), kind]));
  const { now, picture, ledger, paths, values, about, bar } = parts;
  const said = run.about?.sentences.length ? [about.element] : [];
  const sides = h("div", { class: "sides" }, ...said, ledger.element, paths.element);
  const main = h("div", { class: "main" }, picture.element, sides);
  main.dataset.shape = picture.element.dataset.shape ?? "none";
  root.replaceChildren(title, now.element, main, values.element, legend(), bar.element, help);
}

/**
 * After an answer the key Enter goes on.
 * @type {(parts: Parts) => void}
 */
function focusOnNext({ bar }) {
  /** @type {HTMLElement | null} */
  const next = bar.element.querySelector(".next");
  next?.focus();
}
