// The number of a leaf, which a reader changes: typed, by arrow keys, or dragged.

import { h } from "../elements/elements.mjs";
import { pulled } from "../elements/pulled.mjs";
import { MANY, inField, nudged, stepFor, typedNumber } from "../run/nudges.mjs";
import { exact, inFull, short } from "../run/numbers.mjs";
import { say } from "../said/say.mjs";

/** @import { Pull, RunCard } from "../parts.d.ts" */
/** @import { Dispatch, Run } from "../types.d.ts" */

// How many letters a field has room for; it grows for more.
const FIELD_SIZE = 8;

// How many pixels of a drag are a step.
const PIXELS = 10;

/** @type {Record<string, number>} */
const STEPS_BY_KEY = { ArrowUp: 1, ArrowDown: -1, PageUp: MANY, PageDown: -MANY };

/**
 * Whether a reader may change the number of a node.
 * @type {(run: Run, place: number) => boolean}
 */
export const mayChange = ({ live }, place) => live?.stays[place] === "";

/**
 * How a drag changes the number of a leaf; `runNow` gives the run that is shown.
 * @type {(place: number, runNow: () => Run, dispatch: Dispatch) => Pull}
 */
export function pullOf(place, runNow, dispatch) {
  let [from, step] = [0, 0];
  /** @type {(x: number) => void} */
  const set = (x) => dispatch({ type: "set", numbers: new Map([[place, x]]) });
  const begin = () => {
    const { live, nodes } = runNow();
    [from, step] = [nodes[place].data, stepFor(live?.saved[place] ?? 0)];
    return live !== null;
  };
  const move = (/** @type {number} */ way) => set(nudged(from, Math.round(way), step / PIXELS));
  return { begin, move, cancel: () => set(from) };
}

/**
 * The field of a leaf, which `hint` describes. What is typed in it is left as it is.
 * @type {(first: Run, place: number, hint: string, dispatch: Dispatch) => RunCard}
 */
export function numberField(first, place, hint, dispatch) {
  let run = first;
  let [now, atFocus, isTyping] = [NaN, NaN, false];
  const field = h("input", { type: "text", class: "number", role: "spinbutton",
    autocomplete: "off", spellcheck: "false", "aria-describedby": hint,
    "aria-label": say("values.field", { name: first.nodes[place].name }) });
  const isFocused = () => document.activeElement === field;
  const write = () => {
    isTyping = false;
    field.removeAttribute("aria-invalid");
    field.value = isFocused() ? inField(now) : short(now);
    field.size = Math.max(FIELD_SIZE, field.value.length);
  };
  /** @type {(x: number) => void} */
  const set = (x) => {
    now = x;
    dispatch({ type: "set", numbers: new Map([[place, x]]) });
  };
  /** @type {Record<string, () => void>} */
  const keys = {
    Enter: () => field.select(),
    Escape: () => (isTyping || !Object.is(now, atFocus) ? set(atFocus) : field.blur()),
  };
  /** @type {(event: KeyboardEvent) => void} */
  const onKey = (event) => {
    const { key, shiftKey } = event;
    const steps = Object.hasOwn(STEPS_BY_KEY, key) ? STEPS_BY_KEY[key] : 0;
    const step = stepFor(run.live?.saved[place] ?? 0);
    if (steps) set(nudged(now, steps * (shiftKey ? MANY : 1), step));
    else if (Object.hasOwn(keys, key)) keys[key]();
    else return;
    write();
    event.preventDefault();
    event.stopPropagation();
  };
  field.addEventListener("keydown", onKey);
  field.addEventListener("input", () => {
    const x = typedNumber(field.value);
    isTyping = true;
    field.setAttribute("aria-invalid", String(x === null));
    if (x === null) field.title = say("field.number");
    else set(x);
  });
  field.addEventListener("focus", () => {
    atFocus = now;
    write();
    field.select();
  });
  field.addEventListener("blur", write);
  field.addEventListener("mousedown", (event) => {
    if (!isFocused()) event.preventDefault();
  });
  const pull = pullOf(place, () => run, dispatch);
  pulled(field, { ...pull, begin: () => !isFocused() && pull.begin(), press: () => field.focus() });
  /** @type {RunCard["show"]} */
  const show = (shown) => {
    run = shown;
    now = run.nodes[place].data;
    if (!isTyping) write();
    field.title = inFull(now);
    if (Number.isFinite(now)) field.setAttribute("aria-valuenow", exact(now));
    field.setAttribute("aria-valuetext", short(now));
  };
  return { element: field, show };
}
