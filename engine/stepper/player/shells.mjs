// Where a player stands: a page made by page.py, where it starts itself, or a widget of Jupyter.

import { h } from "./elements.mjs";
import { show } from "./player.mjs";

/** @import { Model } from "./parts.d.ts" */
/** @import { State, Trace } from "./types.d.ts" */

/**
 * The widget: `step` and `selected` are what Python reads and sets. Gives what ends it.
 * @type {(given: { model: Model, el: HTMLElement }) => () => void}
 */
export function render({ model, el }) {
  const root = h("div", { class: "glassgrad-stepper embedded", tabindex: "0" });
  el.append(root);
  /** @type {Trace} */
  const trace = JSON.parse(model.get("document"));
  /** @type {(name: string) => number | null} */
  const node = (name) => {
    const at = trace.nodes.findIndex((each) => each.name === name);
    return at >= 0 ? at : null;
  };
  const wanted = () => ({ position: model.get("step"), selected: node(model.get("selected")) });
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
 * Show the trace of a page in its place.
 * @type {(root: HTMLElement, text: string) => void}
 */
function startPage(root, text) {
  show(root, JSON.parse(text), { svg: root.querySelector("svg"), keys: document });
}

if (typeof document !== "undefined") {
  /** @type {HTMLElement | null} */
  const root = document.querySelector("main.glassgrad-stepper");
  const trace = document.getElementById("glassgrad-trace");
  if (root && trace) startPage(root, trace.textContent ?? "");
}
