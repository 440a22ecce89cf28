// Where a player stands: a page made by page.py, where it starts itself, or a widget of Jupyter.

import { readAddress, writeAddress } from "./address.mjs";
import { h } from "./elements.mjs";
import { show } from "./player.mjs";
import { stepAt } from "./steps.mjs";

/** @import { Address, Model } from "./parts.d.ts" */
/** @import { Run, State, Trace } from "./types.d.ts" */

// So many milliseconds after a change the address says it: browsers allow only so many changes.
const SETTLED = 300;

/**
 * The widget: `step` and `selected` are what Python reads and sets. Gives what ends it.
 * @type {(given: { model: Model, el: HTMLElement }) => () => void}
 */
export function render({ model, el }) {
  const root = h("div", { class: "glassgrad-stepper embedded", tabindex: "0" });
  el.append(root);
  /** @type {Trace} */
  const trace = JSON.parse(model.get("document"));
  const wanted = () => ({
    position: model.get("step"),
    selected: placeNamed(trace, model.get("selected")),
  });
  /** @type {(state: State) => void} */
  const changed = (state) => {
    model.set("step", state.position);
    model.set("selected", state.selected === null ? "" : trace.nodes[state.selected].name);
    model.save_changes();
  };
  const player = show(root, trace, { svg: pictureOf(trace), changed, initial: wanted() });
  const asked = () => {
    const { position, selected } = wanted();
    const now = player.state();
    if (position !== now.position || selected !== now.selected) {
      player.set({ position, selected, answer: null, path: null });
    }
  };
  model.on("change:step", asked);
  model.on("change:selected", asked);
  return () => {
    model.off("change:step", asked);
    model.off("change:selected", asked);
    player.end();
  };
}

/**
 * The place of the node with a name; null for none.
 * @type {(trace: { nodes: { name: string }[] }, name: string) => number | null}
 */
function placeNamed({ nodes }, name) {
  const at = nodes.findIndex((each) => each.name === name);
  return at >= 0 ? at : null;
}

/**
 * The picture of a trace as an element; null if it has none.
 * @type {(trace: Trace) => SVGSVGElement | null}
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
    timer = setTimeout(() => tell(addressOf(player.run, player.state(), viewInHash())), SETTLED);
  };
  const player = show(root, JSON.parse(text), {
    svg: root.querySelector("svg"), keys: document, changed, plainWheel: window.top === window,
  });
  const asked = () => {
    const address = readAddress(location.search, location.hash);
    root.dataset.view = view = address.view ?? "";
    player.set(stateOf(player.run, address));
  };
  if (location.hash) asked();
  addEventListener("hashchange", asked);
}

/** @type {() => string} */
const viewInHash = () => readAddress("", location.hash).view ?? "";

/**
 * What an address says of the state.
 * @type {(run: Run, address: Address) => Partial<State>}
 */
function stateOf(run, { step = 0, unit = "contribution", select = "" }) {
  const steps = run.steps[unit];
  const position = steps[Math.min(step, steps.length - 1)].end;
  return { unit, position, selected: placeNamed(run, select), path: null, answer: null };
}

/** @type {(run: Run, state: State, view: string) => Address} */
function addressOf(run, { unit, position, selected }, view) {
  const select = selected === null ? "" : run.nodes[selected].name;
  return { step: stepAt(run.steps[unit], position), unit, select, view };
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
