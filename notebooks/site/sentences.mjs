// Sentences whose numbers are dragged: the others follow, computed by the rows of the table.
//
// Where the numbers and the rows stand is said in sentences.py. Without this script a sentence reads
// with the numbers that it begins with.

import { pulled } from "../../engine/stepper/player/elements/pulled.mjs";
import { graphOf, recordedData, swept } from "../../engine/stepper/player/live/sweep.mjs";
import { MANY, nudged, stepFor } from "../../engine/stepper/player/run/nudges.mjs";
import { short } from "../../engine/stepper/player/run/numbers.mjs";

/** @import { Graph, Swept } from "../../engine/stepper/player/live/live.d.ts" */

/** @typedef {(run: Swept) => number} Reading */
/** @typedef {{ place: number, low: number, high: number, now: number, step: number }} Slider */

// How many pixels of a drag are a step; and how far a number may be from what is printed of it.
const PIXELS_OF_A_STEP = 6;
const AS_PRINTED = 1e-12;

/** @type {Record<string, number>} */
const STEPS_OF_KEYS = {
  ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: MANY, PageDown: -MANY,
};

/**
 * What is read from a run: a number, a gradient, the local derivative of an operation by an input,
 * or what that operation adds to the gradient of the input.
 * @type {(graph: Graph, shown: string) => Reading}
 */
function readingOf(graph, shown) {
  const [kind, ...places] = shown.split(" ");
  const [node, input] = places.map(Number);
  /** @type {Reading} */
  const local = ({ locals }) => {
    const { from, slots } = graph[node];
    return locals[node].reduce((sum, each, i) => sum + (from[slots[i]] === input ? each : 0), 0);
  };
  /** @type {Record<string, Reading>} */
  const readings = {
    data: ({ data }) => data[node],
    grad: ({ grads }) => grads[node],
    local,
    push: (run) => run.grads[node] * local(run),
  };
  return readings[kind];
}

/**
 * Let the numbers of a sentence be dragged, and moved by keys.
 * @type {(sentence: HTMLElement) => void}
 */
function enliven(sentence) {
  const told = sentence.querySelector("script");
  const run = JSON.parse(told?.textContent ?? "");
  const graph = graphOf(run);
  const data = recordedData(run);
  /** @type {NodeListOf<HTMLElement>} */
  const elements = sentence.querySelectorAll("[data-shown]");
  const shown = [...elements].map((element) => ({
    element,
    reading: readingOf(graph, element.dataset.shown ?? ""),
    slider: sliderOf(element, data),
  }));
  /** @type {NodeListOf<HTMLElement>} */
  const signs = sentence.querySelectorAll("[data-sign]");
  const write = () => {
    const now = swept(graph, data);
    const isExact = shown
      .map(({ element, reading, slider }) => writeNumber(element, reading(now), slider))
      .every(Boolean);
    for (const each of signs) each.textContent = isExact ? "=" : "≈";
  };
  // Who listens hears a changed sentence as a whole.
  sentence.setAttribute("aria-live", "polite");
  sentence.setAttribute("aria-atomic", "true");
  for (const { element, slider } of shown)
    if (slider)
      letMove(element, slider, (x) => {
        data[slider.place] = x;
        write();
      });
  write();
}

/**
 * Write a number where it stands; gives whether it is what is printed of it.
 * @type {(element: HTMLElement, x: number, slider: Slider | null) => boolean}
 */
function writeNumber(element, x, slider) {
  const text = short(x);
  element.textContent = "operand" in element.dataset && x < 0 ? `(${text})` : text;
  if (slider) {
    element.setAttribute("aria-valuenow", String(x));
    element.setAttribute("aria-valuetext", text);
  }
  return Math.abs(Number(text) - x) <= AS_PRINTED * Math.abs(x);
}

/**
 * The leaf that an element changes; null for an element that follows.
 * @type {(element: HTMLElement, data: Float64Array) => Slider | null}
 */
function sliderOf({ dataset }, data) {
  if (dataset.low === undefined) return null;
  const place = Number(dataset.shown?.split(" ")[1]);
  const [low, high] = [Number(dataset.low), Number(dataset.high)];
  return { place, low, high, now: data[place], step: stepFor(data[place]) };
}

/**
 * Make a slider of an element; `set` is told of each number.
 * @type {(element: HTMLElement, slider: Slider, set: (x: number) => void) => void}
 */
function letMove(element, slider, set) {
  const { low, high, now: start, step } = slider;
  let before = start;
  /** @type {(x: number) => void} */
  const to = (x) => {
    slider.now = Math.min(Math.max(x, low), high);
    set(slider.now);
  };
  const attributes = {
    role: "slider", tabindex: "0", "aria-label": element.dataset.name ?? "",
    "aria-valuemin": String(low), "aria-valuemax": String(high),
    title: "Drag it to the left or to the right, or press arrow keys",
  };
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  /** @type {Record<string, number>} */
  const jumps = { Home: low, End: high, Escape: start };
  element.addEventListener("keydown", (event) => {
    const { key, shiftKey, altKey, ctrlKey, metaKey } = event;
    if (altKey || ctrlKey || metaKey) return;
    if (Object.hasOwn(jumps, key)) to(jumps[key]);
    else if (Object.hasOwn(STEPS_OF_KEYS, key))
      to(nudged(slider.now, STEPS_OF_KEYS[key] * (shiftKey ? MANY : 1), step));
    else return;
    event.preventDefault();
  });
  pulled(element, {
    begin: () => {
      before = slider.now;
      return true;
    },
    move: (way) => to(nudged(before, Math.round(way / PIXELS_OF_A_STEP), step)),
    cancel: () => to(before),
    press: () => element.focus(),
  });
}

/** @type {NodeListOf<HTMLElement>} */
const liveSentences = document.querySelectorAll(".live-sentence");
for (const each of liveSentences) enliven(each);
