// The note that numbers are others than the saved ones, with a button that brings these back.

import { h, setText } from "../elements/elements.mjs";
import { short } from "../run/numbers.mjs";
import { say } from "../said/say.mjs";

/** @import { RunCard } from "../parts.d.ts" */
/** @import { Dispatch, Run } from "../types.d.ts" */

// So many milliseconds after the last change it is told to those who do not see it.
const SILENCE = 700;

/**
 * What is said where numbers have changed; aloud only when they rest.
 * @type {(dispatch: Dispatch) => RunCard}
 */
export function changedNote(dispatch) {
  const button = h("button", { type: "button", class: "small reset",
    title: say("changed.back"), onclick: () => dispatch({ type: "reset" }) }, say("changed.reset"));
  const text = h("span", { class: "quiet" });
  const aloud = h("span", { class: "aloud", role: "status" });
  const chip = h("div", { class: "chip" }, text, button);
  const element = h("div", { class: "changed" }, chip, aloud);
  chip.hidden = true;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {RunCard["show"]} */
  const show = (run) => {
    const said = changeOf(run);
    if (said === text.textContent) return;
    chip.hidden = said === "";
    setText(text, said);
    clearTimeout(timer);
    if (said) timer = setTimeout(() => setText(aloud, said), SILENCE);
    else setText(aloud, "");
  };
  return { element, show };
}

/**
 * What a change of numbers has done to the output; empty without a change.
 * @type {(run: Run) => string}
 */
function changeOf({ live, nodes, output }) {
  if (!live?.isChanged) return "";
  const [now, before] = [live.data[output], live.saved[output]].map((x) => short(x));
  return say("changed", { name: nodes[output].name, now, before });
}
