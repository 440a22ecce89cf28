// Where a player stands: a page made by page.py, where it starts itself, or a widget of Jupyter.

import { readAddress, writeAddress } from "./address.mjs";
import { takeKey } from "./cards/keys.mjs";
import { h } from "./elements/elements.mjs";
import { showFold } from "./folded/show.mjs";
import { changedLeaves, otherNumbers, valuesOf } from "./live/leaves.mjs";
import { show } from "./graph.mjs";
import { stepAt } from "./run/steps.mjs";

/** @import { Fold } from "./folded/types.d.ts" */
/** @import { Address, Model, Options, Player } from "./parts.d.ts" */
/** @import { Run, State, Trace } from "./types.d.ts" */

// So many milliseconds after a change the address says it: browsers allow only so many changes.
const SETTLED = 300;

/**
 * The widget: `step`, `selected` and `values` are what Python reads and sets. Gives what ends it.
 * @type {(given: { model: Model, el: HTMLElement }) => () => void}
 */
export function render({ model, el }) {
  const root = h("div", { class: "glassgrad-stepper embedded", tabindex: "0" });
  el.append(root);
  /** @type {Trace | Fold} */
  const trace = JSON.parse(model.get("document"));
  const names = namesIn(trace);
  const wanted = () => ({
    position: model.get("step"),
    selected: placeNamed(names, model.get("selected")),
  });
  /** @type {NonNullable<Options["changed"]>} */
  const changed = (state, live) => {
    model.set("step", state.position);
    model.set("selected", state.selected === null ? "" : names[state.selected]);
    if (live) model.set("values", valuesOf(names, live));
    model.save_changes();
  };
  const player = shown(root, trace, { svg: pictureOf(trace), changed, initial: wanted() });
  const asked = () => {
    const { position, selected } = wanted();
    const now = player.state();
    if (position !== now.position || selected !== now.selected) {
      player.set({ position, selected, path: null, tries: 0, reply: null });
    }
  };
  const given = () => {
    setLeaves(player, names, Object.entries(model.get("values")));
  };
  given();
  model.on("change:step", asked);
  model.on("change:selected", asked);
  model.on("change:values", given);
  return () => {
    model.off("change:values", given);
    model.off("change:step", asked);
    model.off("change:selected", asked);
    player.end();
  };
}

/**
 * Show a run in an element: that of a graph, or of its fold.
 * @type {(root: HTMLElement, run: Trace | Fold, options: Options) => Player}
 */
const shown = (root, run, options) =>
  run.format === "glassgrad fold" ? showFold(root, run, options) : show(root, run, options);

/**
 * The names of what can be selected.
 * @type {(run: Trace | Fold) => string[]}
 */
const namesIn = (run) =>
  (run.format === "glassgrad fold" ? run.classes : run.nodes).map(({ name }) => name);

/**
 * Give leaves other numbers, by their names.
 * @type {(player: Player, names: string[], given: [string, number][]) => void}
 */
function setLeaves(player, names, given) {
  const { live } = player.run();
  const numbers = live ? otherNumbers(names, live, given) : new Map();
  if (numbers.size) player.dispatch({ type: "set", numbers });
}

/**
 * The place of a name; null for none.
 * @type {(names: string[], name: string) => number | null}
 */
function placeNamed(names, name) {
  const at = names.indexOf(name);
  return at >= 0 ? at : null;
}

/**
 * The picture of a trace as an element; null if it has none.
 * @type {(trace: Trace | Fold) => SVGSVGElement | null}
 */
function pictureOf(trace) {
  if (!trace.picture.svg) return null;
  const parsed = new DOMParser().parseFromString(trace.picture.svg, "image/svg+xml");
  const svg = parsed.querySelector("svg");
  return svg && document.importNode(svg, true);
}

/**
 * Show the trace of a page in its place, at the step that its address names.
 * @type {(root: HTMLElement, text: string) => void}
 */
function startPage(root, text) {
  /** @type {number | undefined} */
  let timer;
  let { view = "" } = readAddress(location.search, location.hash);
  root.dataset.view = view;
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => tell(addressOf(player, names, viewInHash())), SETTLED);
  };
  /** @type {Trace | Fold} */
  const run = JSON.parse(text);
  const names = namesIn(run);
  const player = shown(root, run, {
    svg: root.querySelector("svg"), keys: document, changed, plainWheel: window.top === window,
  });
  const asked = () => {
    const address = readAddress(location.search, location.hash);
    root.dataset.view = view = address.view ?? "";
    player.set(stateOf(player.run(), names, address));
    player.dispatch({ type: "reset" });
    player.tell(address);
    setLeaves(player, names, address.set ?? []);
  };
  if (location.hash) asked();
  addEventListener("hashchange", asked);
  addEventListener("message", takeKey);
}

/** @type {() => string} */
const viewInHash = () => readAddress("", location.hash).view ?? "";

/**
 * What an address says of the state.
 * @type {(run: Run, names: string[], address: Address) => Partial<State>}
 */
function stateOf(run, names, { step = 0, unit = "contribution", select = "" }) {
  const steps = run.steps[unit];
  const position = steps[Math.min(step, steps.length - 1)].end;
  const selected = placeNamed(names, select);
  return { unit, position, selected, path: null, tries: 0, reply: null };
}

/** @type {(player: Player, names: string[], view: string) => Address} */
function addressOf(player, names, view) {
  const { unit, position, selected } = player.state();
  const { live, steps } = player.run();
  const select = selected === null ? "" : names[selected];
  const set = live ? changedLeaves(names, live) : [];
  return { step: stepAt(steps[unit], position), unit, select, view, set, ...player.told() };
}

/**
 * Let the address of the page say where it is. A page in a frame may have none.
 * @type {(address: Address) => void}
 */
function tell(address) {
  if (location.protocol === "about:") return;
  try {
    history.replaceState(null, "", writeAddress(address) || location.pathname + location.search);
  } catch {
    // A browser may refuse, and the page works as well without.
  }
}

if (typeof document !== "undefined") {
  /** @type {HTMLElement | null} */
  const root = document.querySelector("main.glassgrad-stepper");
  const trace = document.getElementById("glassgrad-trace");
  if (root && trace) startPage(root, trace.textContent ?? "");
}
