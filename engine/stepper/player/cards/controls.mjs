// The bar of controls: buttons and a slider that go to a step, the unit of a step, and the quiz.

import { h, icon } from "../elements.mjs";
import { stepAt } from "../steps.mjs";

/** @import { Bar } from "../parts.d.ts" */
/** @import { Dispatch, Move, Run, Unit } from "../types.d.ts" */

/** @type {Unit[]} */
const UNITS = ["contribution", "node", "layer"];

/** @type {(run: Run, dispatch: Dispatch, help: () => void) => Bar} */
export function controlBar(run, dispatch, help) {
  const play = h("button", { type: "button", class: "play",
    onclick: () => dispatch({ type: "play" }) });
  const scrub = slider(dispatch);
  const counter = h("output", { class: "counter" });
  const units = unitButtons(dispatch);
  const quiz = h("button", { type: "button", class: "quiz", title: "Predict each number (P)",
    onclick: () => dispatch({ type: "quiz" }) }, "Predict");
  const more = h("button", { type: "button", class: "more", "aria-label": "Keyboard",
    title: "Keyboard (?)", onclick: help }, "?");
  const element = h(
    "div",
    { class: "bar", role: "toolbar", "aria-label": "Steps" },
    h("div", { class: "transport" },
      mover(dispatch, "first", "First step", "Home"),
      mover(dispatch, "previous", "Previous step", "←"),
      play,
      mover(dispatch, "next", "Next step", "→"),
      mover(dispatch, "last", "Last step", "End")),
    h("div", { class: "place" }, scrub, counter),
    h("div", { class: "units", role: "group", "aria-label": "Step by" },
      h("span", { class: "quiet" }, "step by"), ...units),
    h("div", { class: "extras" }, quiz, more),
  );
  /** @type {Bar["show"]} */
  const show = (state, seen, words) => {
    play.replaceChildren(icon(state.playing ? "pause" : "play"));
    play.setAttribute("aria-label", state.playing ? "Pause" : "Play");
    play.setAttribute("title", `${state.playing ? "Pause" : "Play"} (Space)`);
    const { at, of } = seen;
    scrub.max = String(of);
    scrub.value = String(at);
    scrub.style.setProperty("--here", percent(at, of));
    scrub.style.setProperty("--seed", percent(stepAt(run.steps[state.unit], run.seed), of));
    scrub.setAttribute("aria-valuetext", `step ${at} of ${of}: ${words}`);
    counter.textContent = `${at} / ${of}`;
    units.forEach((button, i) =>
      button.setAttribute("aria-pressed", String(UNITS[i] === state.unit)),
    );
    quiz.setAttribute("aria-pressed", String(state.quiz));
  };
  return { element, show };
}

/**
 * A button that goes to another step.
 * @type {(dispatch: Dispatch, type: Move, label: string, key: string) => HTMLElement}
 */
const mover = (dispatch, type, label, key) =>
  h(
    "button",
    { type: "button", class: type, title: `${label} (${key})`, "aria-label": label,
      onclick: () => dispatch({ type }) },
    icon(type),
  );

/**
 * The slider over all steps, with a mark where the backward sweep begins.
 * @type {(dispatch: Dispatch) => HTMLInputElement}
 */
function slider(dispatch) {
  const seek = () => dispatch({ type: "seek", at: Number(scrub.value) });
  const scrub = h("input", {
    type: "range", min: "0", step: "1", "aria-label": "Step", oninput: seek,
  });
  return scrub;
}

/** @type {(position: number, last: number) => string} */
const percent = (position, last) => `${(100 * position) / Math.max(1, last)}%`;

/** @type {(dispatch: Dispatch) => HTMLElement[]} */
const unitButtons = (dispatch) =>
  UNITS.map((unit, i) =>
    h("button", { type: "button", title: `Step by ${unit} (${i + 1})`,
      onclick: () => dispatch({ type: "unit", unit }) }, unit),
  );
