// Where a reader answers: a field, and buttons for what can be chosen.

import { h } from "../elements/elements.mjs";
import { say } from "../said/say.mjs";

/** @import { Asked, Dispatch } from "../types.d.ts" */

/**
 * The field and its buttons, which stay the same while a question is open: so does what is written.
 * `show` is told what is asked; `settle`, when they stand in their place, gives them the focus if
 * the question is new, or if they had it before.
 * @typedef {{ element: HTMLElement, show: (asked: Asked) => void, settle: () => void }} Form
 */

/** @type {(dispatch: Dispatch) => Form} */
export function answerForm(dispatch) {
  const field = h("input", { type: "text", autocomplete: "off", autocapitalize: "off",
    spellcheck: "false", "aria-label": say("answer.field"), placeholder: "?" });
  const choices = h("span", { class: "choices" });
  const answer = () => dispatch({ type: "answer", text: field.value });
  const send = h("button", { type: "button", class: "small", onclick: answer }, say("answer"));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // the button that then has the focus is not pressed by it
    answer();
  });
  // No form: a frame with a sandbox, as of a notebook, may have none.
  const element = h("div", { class: "prediction" }, field, choices, send);
  let shown = "";
  let isWanted = false;
  /** @type {Form["show"]} */
  const show = ({ question, key, tries, reply }) => {
    isWanted = element.contains(document.activeElement);
    const now = `${key} ${tries} ${reply?.says}`;
    if (shown === now || question === null) return;
    isWanted ||= isFinePointer();
    if (!shown.startsWith(`${key} `)) field.value = "";
    shown = now;
    field.dataset.letters = question.letters;
    field.dataset.asks = question.asks;
    choices.replaceChildren(...question.choices.map((each) => choice(each, dispatch)));
    send.hidden = question.choices.length > 0;
  };
  const settle = () => {
    if (!isWanted || element.contains(document.activeElement)) return;
    field.focus({ preventScroll: true });
    field.select();
  };
  return { element, show, settle };
}

/** @type {(text: string, dispatch: Dispatch) => HTMLElement} */
const choice = (text, dispatch) =>
  h("button", { type: "button", class: "small",
    onclick: () => dispatch({ type: "answer", text }) }, text);

/**
 * Whether a keyboard does not cover the page when a field has the focus.
 * @type {() => boolean}
 */
const isFinePointer = () => !matchMedia("(pointer: coarse)").matches;
