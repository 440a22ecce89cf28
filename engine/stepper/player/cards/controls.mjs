// The bar of controls: buttons and a slider that go to a step, the unit of a step, and the quiz.

import { h, icon } from "../elements.mjs";

/** @import { Bar } from "../parts.d.ts" */
/** @import { Dispatch, Move, Run, Unit } from "../types.d.ts" */

/** @type {Unit[]} */
const UNITS = ["contribution", "node", "layer"];

/** @type {(run: Run, dispatch: Dispatch, help: () => void) => Bar} */
export function controlBar(run, dispatch, help) {
  const play = h("button", { type: "button", class: "play",
    onclick: () => dispatch({ type: "play" }) });
  const scrub = slider(run, dispatch);
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
  const show = (state, words) => {
    play.replaceChildren(icon(state.playing ? "pause" : "play"));
    play.setAttribute("aria-label", state.playing ? "Pause" : "Play");
    play.setAttribute("title", `${state.playing ? "Pause" : "Play"} (Space)`);
    scrub.value = String(state.position);
    scrub.style.setProperty("--here", percent(state.position, run.last));
    scrub.setAttribute("aria-valuetext", `step ${state.position} of ${run.last}: ${words}`);
    counter.textContent = `${state.position} / ${run.last}`;
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
 * @type {(run: Run, dispatch: Dispatch) => HTMLInputElement}
 */
function slider(run, dispatch) {
  const seek = () => dispatch({ type: "seek", position: Number(scrub.value) });
  const scrub = h("input", {
    type: "range", min: "0", max: String(run.last), step: "1", "aria-label": "Step", oninput: seek,
  });
  scrub.style.setProperty("--seed", percent(run.seed, run.last));
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
