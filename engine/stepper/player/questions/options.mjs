// The dialog of the questions: which kinds are asked, and the score as text that can be copied.

import { h } from "../elements/elements.mjs";
import { say } from "../said/say.mjs";
import { summary } from "./score.mjs";
import { KINDS } from "./table.mjs";

/** @import { Asked, Dispatch, Run } from "../types.d.ts" */

/** @typedef {{ element: HTMLDialogElement, show: (run: Run, asked: Asked) => void }} Options */

/** @type {(dispatch: Dispatch) => Options} */
export function questionOptions(dispatch) {
  const mix = checkbox(say("question.mix"), () => dispatch({ type: "kinds", kinds: [] }));
  const kinds = KINDS.map(({ asks }) =>
    ({ asks, ...checkbox(say(`question.${asks}`), () => choose()) }));
  const choose = () => {
    const chosen = kinds.filter(({ box }) => box.checked).map(({ asks }) => asks);
    dispatch({ type: "kinds", kinds: chosen });
  };
  const text = h("textarea", { readonly: "", rows: "4", "aria-label": say("score") });
  const copy = h("button", { type: "button", onclick: () => void copied() }, say("copy"));
  const again = () => {
    dispatch({ type: "again" });
    element.close();
  };
  const element = h("dialog", { class: "help asking", "aria-label": say("questions") },
    h("h2", {}, say("questions")),
    h("fieldset", {}, h("legend", {}, say("questions.for")), mix.label,
      ...kinds.map(({ label }) => label)),
    text,
    h("p", { class: "buttons" },
      copy,
      h("button", { type: "button", onclick: again }, say("questions.again")),
      h("button", { type: "button", onclick: () => element.close() }, say("close"))));
  /** @type {Options["show"]} */
  const show = (run, asked) => {
    mix.box.checked = asked.kinds.length === 0;
    for (const { box, asks } of kinds) box.checked = asked.kinds.includes(asks);
    text.value = summary(run, asked.results);
    copy.textContent = say("copy");
  };
  return { element, show };

  async function copied() {
    text.select();
    try {
      await navigator.clipboard.writeText(text.value);
    } catch {
      document.execCommand("copy"); // a frame may have no clipboard of its own
    }
    copy.textContent = say("copied");
  }
}

/** @type {(text: string, onchange: () => void) => { box: HTMLInputElement, label: HTMLElement }} */
function checkbox(text, onchange) {
  const box = h("input", { type: "checkbox", onchange });
  return { box, label: h("label", {}, box, ` ${text}`) };
}
