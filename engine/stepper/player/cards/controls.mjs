// The bar of controls: buttons and a slider that go to a step, and how it is stepped and seen.

import { h, icon } from "../elements/elements.mjs";
import { stepAt } from "../run/steps.mjs";

/** @import { Bar, Screen } from "../parts.d.ts" */
/** @import { Dispatch, Move, Run, Speed, Unit } from "../types.d.ts" */

/** @type {Unit[]} */
const UNITS = ["contribution", "node", "layer"];

/** @type {Record<Speed, string>} */
const SPEEDS = { slow: "½×", normal: "1×", fast: "4×" };

/** @type {(run: Run, dispatch: Dispatch, screen: Screen) => Bar} */
export function controlBar(run, dispatch, screen) {
  const play = h("button", { type: "button", class: "play",
    onclick: () => dispatch({ type: "play" }) });
  const scrub = slider(dispatch);
  const counter = h("output", { class: "counter" });
  const transport = h("div", { class: "transport" },
    mover(dispatch, "first", "First step", "Home"),
    mover(dispatch, "previous", "Previous step", "←"),
    play,
    mover(dispatch, "next", "Next step", "→"),
    mover(dispatch, "last", "Last step", "End"));
  const extras = extraControls(dispatch, screen);
  const element = h("div", { class: "bar", role: "toolbar", "aria-label": "Steps" },
    transport, h("div", { class: "place" }, scrub, counter), opener(), extras.element);
  /** @type {Bar["show"]} */
  const show = (state, seen, words) => {
    const { at, of } = seen;
    press(play, state.playing ? "pause" : "play");
    scrub.max = String(of);
    scrub.value = String(at);
    const seed = run.seed > run.last ? of : stepAt(run.steps[state.unit], run.seed);
    scrub.style.setProperty("--seed", percent(seed, of));
    scrub.setAttribute("aria-valuetext", `step ${at} of ${of}: ${words}`);
    counter.textContent = `${at} / ${of}`;
    extras.show(state, seen, words);
  };
  return { element, show };
}

/** @type {(play: HTMLElement, what: "play" | "pause") => void} */
function press(play, what) {
  const label = what === "play" ? "Play" : "Pause";
  play.replaceChildren(icon(what));
  play.setAttribute("aria-label", label);
  play.setAttribute("title", `${label} (Space)`);
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

/**
 * A button that opens the other controls where the bar has no room for them.
 * @type {() => HTMLElement}
 */
function opener() {
  const open = () => {
    const now = button.closest(".bar")?.toggleAttribute("data-open") ?? false;
    button.setAttribute("aria-expanded", String(now));
  };
  const button = h("button", { type: "button", class: "open", "aria-label": "More controls",
    "aria-expanded": "false", onclick: open }, "⋯");
  return button;
}

/**
 * The controls that are not needed at each step.
 * @type {(dispatch: Dispatch, screen: Screen) => Bar}
 */
function extraControls(dispatch, { fit, zoom, tables, help }) {
  const units = UNITS.map((unit, i) =>
    plain(unit, `Step by ${unit} (${i + 1})`, () => dispatch({ type: "unit", unit })));
  const speed = plain("", "Speed of playing", () => dispatch({ type: "speed" }));
  const quiz = plain("Predict", "Questions about the way back (P)", () =>
    dispatch({ type: "quiz" }));
  quiz.classList.add("quiz");
  const element = h("div", { class: "extras" },
    h("div", { class: "units", role: "group", "aria-label": "Step by" },
      h("span", { class: "quiet" }, "step by"), ...units),
    h("div", {}, speed, quiz),
    h("div", { class: "tools", role: "group", "aria-label": "Picture" },
      plain("−", "Smaller (−)", () => zoom(0.8), "Smaller"),
      plain("Fit", "The whole graph; once more: follow the steps (F)", fit),
      plain("+", "Larger (+)", () => zoom(1.25), "Larger")),
    h("div", {},
      plain("Tables", "Tables, shown or not (T)", tables),
      plain("?", "Keyboard (?)", help, "Keyboard")));
  /** @type {Bar["show"]} */
  const show = (state) => {
    units.forEach((button, i) =>
      button.setAttribute("aria-pressed", String(UNITS[i] === state.unit)),
    );
    quiz.setAttribute("aria-pressed", String(state.quiz));
    speed.textContent = SPEEDS[state.speed];
    speed.setAttribute("aria-label", `Speed: ${state.speed}`);
  };
  return { element, show };
}

/** @type {(text: string, title: string, onclick: () => void, label?: string) => HTMLElement} */
const plain = (text, title, onclick, label = "") =>
  h("button", { type: "button", title, onclick, ...(label ? { "aria-label": label } : {}) }, text);
