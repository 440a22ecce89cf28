// The course of a descent: the buttons that make steps, and the loss over the steps so far.

import { h } from "../elements/elements.mjs";
import { say } from "../said/say.mjs";
import { lossPlot } from "./plots.mjs";

/** @import { Run } from "../types.d.ts" */
/** @import { Descent } from "./meaning.d.ts" */

// How many steps the buttons make.
const STEP_COUNTS = [1, 10, 100];

/**
 * The loss over the steps so far, and what is said of the last ones. It ends when the numbers are
 * others than the ones that the steps led to.
 * @type {(loss: string) => {
 *   element: HTMLElement,
 *   goOn: (made: Descent, says: string) => void,
 *   end: (says: string) => void,
 *   show: (run: Run) => void,
 * }}
 */
export function lossCourse(loss) {
  /** @type {number[]} */
  let losses = [];
  /** @type {Map<number, number>} */
  let reached = new Map();
  const said = h("p", { class: "outcome", role: "status" });
  const plot = h("div", {});
  const end = (/** @type {string} */ says) => {
    losses = [];
    reached = new Map();
    said.textContent = says;
    plot.replaceChildren();
  };
  end("");
  return {
    element: h("div", { class: "course" }, said, plot),
    goOn: (made, says) => {
      losses = [...losses, ...made.losses.slice(losses.length ? 1 : 0)];
      reached = made.numbers;
      said.textContent = says;
      plot.replaceChildren(...(losses.length > 1 ? [lossPlot(losses, loss)] : []));
    },
    end,
    show: ({ nodes }) => {
      if ([...reached].some(([place, x]) => !Object.is(nodes[place].data, x))) end("");
    },
  };
}

/**
 * The buttons that make steps, and the one that brings back what was saved.
 * @type {(descend: (count: number) => void, reset: () => void) => HTMLElement}
 */
export function stepButtons(descend, reset) {
  const steps = STEP_COUNTS.map((count) =>
    h("button", { type: "button", class: "small", onclick: () => descend(count),
      ...(count > 1 ? { "aria-label": say("descent.steps", { count }) } : {}) },
    count > 1 ? String(count) : say("descent.steps", { count })));
  const back = h("button", { type: "button", class: "small", onclick: reset,
    title: say("descent.reset") }, say("changed.reset"));
  const title = say("descent");
  const said = { class: "tools", role: "group", "aria-label": title, title };
  return h("div", said, ...steps, back);
}
