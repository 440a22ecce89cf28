// The note that numbers are others than the saved ones, with a button that brings these back.

import { h } from "../elements/elements.mjs";

/** @import { Live } from "../live/live.d.ts" */
/** @import { RunCard } from "../parts.d.ts" */
/** @import { Dispatch, Run } from "../types.d.ts" */

/**
 * What is said where numbers have changed.
 * @type {(dispatch: Dispatch) => RunCard}
 */
export function changedNote(dispatch) {
  const button = h("button", { type: "button", class: "small reset",
    title: "Bring back the saved numbers", onclick: () => dispatch({ type: "reset" }) }, "reset");
  const text = h("span", { class: "quiet" });
  const element = h("span", { class: "changed" }, text, " ", button);
  /** @type {RunCard["show"]} */
  const show = (run) => {
    const count = countChanged(run);
    element.hidden = count === 0;
    text.textContent = count === 1 ? "one number changed" : `${count} numbers changed`;
  };
  return { element, show };
}

/**
 * How many leaves have another number than the saved one.
 * @type {(run: Run) => number}
 */
const countChanged = ({ live }) =>
  (live?.stays ?? []).filter((stays, i) => stays === "" && live && isMoved(live, i)).length;

/** @type {(live: Live, place: number) => boolean} */
const isMoved = ({ data, saved }, place) => !Object.is(data[place], saved[place]);
