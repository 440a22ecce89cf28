// The bar of controls: buttons and a slider that go to a step, and how it is stepped and seen.

import { h, icon } from "../elements/elements.mjs";
import { stepAt } from "../run/steps.mjs";
import { say } from "../said/say.mjs";
import { keyCalled } from "./keys.mjs";

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
    mover(dispatch, "first", "Home"),
    mover(dispatch, "previous", "←"),
    play,
    mover(dispatch, "next", "→"),
    mover(dispatch, "last", "End"));
  const extras = extraControls(dispatch, screen);
  const element = h("div", { class: "bar", role: "toolbar", "aria-label": say("bar.steps") },
    transport, h("div", { class: "place" }, scrub, counter), opener(), extras.element);
  /** @type {Bar["show"]} */
  const show = (state, seen, words) => {
    const { at, of } = seen;
    press(play, state.playing ? "pause" : "play");
    scrub.max = String(of);
    scrub.value = String(at);
    const seed = run.seed > run.last ? of : stepAt(run.steps[state.unit], run.seed);
    scrub.style.setProperty("--seed", percent(seed, of));
    scrub.setAttribute("aria-valuetext", say("bar.place", { at, of, words }));
    counter.textContent = `${at} / ${of}`;
    extras.show(state, seen, words);
  };
  return { element, show };
}

/** @type {(play: HTMLElement, what: "play" | "pause") => void} */
function press(play, what) {
  const label = say(`bar.${what}`);
  play.replaceChildren(icon(what));
  play.setAttribute("aria-label", label);
  play.setAttribute("title", say("bar.key", { label, key: keyCalled("Space") }));
}

/**
 * A button that goes to another step.
 * @type {(dispatch: Dispatch, type: Move, key: string) => HTMLElement}
 */
function mover(dispatch, type, key) {
  const label = say(`bar.${type}`);
  const onclick = () => dispatch({ type });
  const title = `${label} (${keyCalled(key)})`;
  return h("button", { type: "button", class: type, title, "aria-label": label, onclick },
    icon(type));
}

/**
 * The slider over all steps, with a mark where the backward sweep begins.
 * @type {(dispatch: Dispatch) => HTMLInputElement}
 */
function slider(dispatch) {
  const seek = () => dispatch({ type: "seek", at: Number(scrub.value) });
  const scrub = h("input", {
    type: "range", min: "0", step: "1", "aria-label": say("bar.step"), oninput: seek,
  });
  return scrub;
}

/**
 * What a button is called, with the key that does the same.
 * @type {(id: string, key: string) => string}
 */
const withKey = (id, key) => say("bar.key", { label: say(id), key });

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
  const button = h("button", { type: "button", class: "open", "aria-label": say("bar.more"),
    "aria-expanded": "false", onclick: open }, "⋯");
  return button;
}

/**
 * The controls that are not needed at each step.
 * @type {(dispatch: Dispatch, screen: Screen) => Bar}
 */
function extraControls(dispatch, { fit, zoom, tables, help }) {
  const units = UNITS.map((unit, i) => {
    const title = say(`unit.${unit}.title`, { key: i + 1 });
    return plain(say(`unit.${unit}`), title, () => dispatch({ type: "unit", unit }));
  });
  const speed = plain("", say("bar.speed"), () => dispatch({ type: "speed" }));
  const quiz = plain(say("bar.predict"), say("bar.predict.title"), () =>
    dispatch({ type: "quiz" }));
  quiz.classList.add("quiz");
  const element = h("div", { class: "extras" },
    h("div", { class: "units", role: "group", "aria-label": say("bar.by") },
      h("span", { class: "quiet" }, say("bar.by.short")), ...units),
    h("div", {}, speed, quiz),
    h("div", { class: "tools", role: "group", "aria-label": say("bar.picture") },
      plain("−", withKey("bar.smaller", "−"), () => zoom(0.8), say("bar.smaller")),
      plain(say("bar.fit"), say("bar.fit.title"), fit),
      plain("+", withKey("bar.larger", "+"), () => zoom(1.25), say("bar.larger"))),
    h("div", {},
      plain(say("bar.tables"), say("bar.tables.title"), tables),
      plain("?", withKey("keys", "?"), help, say("keys"))));
  /** @type {Bar["show"]} */
  const show = (state) => {
    units.forEach((button, i) =>
      button.setAttribute("aria-pressed", String(UNITS[i] === state.unit)),
    );
    quiz.setAttribute("aria-pressed", String(state.quiz));
    speed.textContent = SPEEDS[state.speed];
    speed.setAttribute("aria-label", say(`bar.speed.${state.speed}`));
  };
  return { element, show };
}

/** @type {(text: string, title: string, onclick: () => void, label?: string) => HTMLElement} */
const plain = (text, title, onclick, label = "") =>
  h("button", { type: "button", title, onclick, ...(label ? { "aria-label": label } : {}) }, text);
