// The keyboard: which key asks for what, and the list of all keys.

import { h, joined } from "../elements/elements.mjs";

/** @import { Place, Screen } from "../parts.d.ts" */
/** @import { Action, Dispatch } from "../types.d.ts" */

const KEYS = [
  ["→ ←", "next step, previous step"],
  ["Home End", "first step, last step"],
  ["Space", "play, pause"],
  ["S", "play slowly, normally or fast"],
  ["1 2 3", "step by contribution, by node, by layer"],
  ["P", "predict: questions about each step of the way back"],
  ["Enter", "in Predict: answer; a click on a box answers who is next"],
  ["→", "in Predict, with nothing written: see the answer, and go on"],
  ["F", "the whole graph; once more: follow the steps"],
  ["+ −", "larger, smaller"],
  ["Tab", "into the graph, and out of it"],
  ["⇧→ ⇧← ⇧↑ ⇧↓", "in the graph: to the next box or arrow (Shift and an arrow key)"],
  ["Enter", "in the graph: select the box"],
  ["T", "tables, shown or not"],
  ["Esc", "end Predict; let the tables follow the steps again"],
  ["?", "this list"],
];

/** @type {Map<string, Action>} */
const ACTIONS_BY_KEY = new Map([
  ["ArrowRight", { type: "next" }],
  ["ArrowLeft", { type: "previous" }],
  ["Home", { type: "first" }],
  ["End", { type: "last" }],
  [" ", { type: "play" }],
  ["1", { type: "unit", unit: "contribution" }],
  ["2", { type: "unit", unit: "node" }],
  ["3", { type: "unit", unit: "layer" }],
  ["p", { type: "quiz" }],
  ["s", { type: "speed" }],
  ["Escape", { type: "escape" }],
]);

/** @type {Record<string, (screen: Screen) => void>} */
const SCREEN_BY_KEY = {
  f: ({ fit }) => fit(),
  "+": ({ zoom }) => zoom(1.25),
  "=": ({ zoom }) => zoom(1.25),
  "-": ({ zoom }) => zoom(0.8),
  t: ({ tables }) => tables(),
  "?": ({ help }) => help(),
};

// What a field leaves to the page: what no answer has in it; and, while it is empty, all that moves
// in it, and letters with which no answer begins.
const ALWAYS = /^(?:Escape|\?)$/;
const WHERE_EMPTY = /^(?:ArrowRight|ArrowLeft|Home|End|[pft])$/i;

/**
 * The list of all keys but those `without` effect, closed at first.
 * @type {(without: string[]) => HTMLDialogElement}
 */
export function helpDialog(without) {
  const rows = KEYS.filter(([keys]) => !without.includes(keys)).flatMap(([keys, what]) => [
    h("dt", {}, ...joined(keys.split(" ").map((key) => h("kbd", {}, key)), " ")),
    h("dd", {}, what),
  ]);
  const dialog = h("dialog", { class: "help", "aria-label": "Keyboard" });
  const close = h("button", { type: "button", onclick: () => dialog.close() }, "Close");
  const pointer = "On the picture: drag to move it, wheel or pinch to enlarge it, click a Value " +
    "to keep the tables to it. A swipe is a step.";
  dialog.append(h("h2", {}, "Keyboard"), h("dl", {}, ...rows), h("p", {}, pointer), close);
  return dialog;
}

/**
 * What a key asks for, given where it was pressed; null if it is not ours.
 * @type {(key: string, place?: Place) => Action | null}
 */
export function actionOf(key, place = {}) {
  if (isWriting(key, place)) return null;
  if (key === " " && (place.tag === "BUTTON" || place.tag === "SUMMARY")) return null;
  return ACTIONS_BY_KEY.get(key.length === 1 ? key.toLowerCase() : key) ?? null;
}

/**
 * Whether a key that is pressed there writes a text, or moves in it.
 * @type {(key: string, place: Place) => boolean}
 */
function isWriting(key, { tag, type, text = "", letters = "" }) {
  if (tag !== "INPUT" || type === "range" || ALWAYS.test(key)) return false;
  const isLetter = letters.includes(key.toLowerCase());
  return type === "search" || text !== "" || isLetter || !WHERE_EMPTY.test(key);
}

/**
 * Do what a key asks for, and nothing else that the browser would do.
 * @type {(event: KeyboardEvent, dispatch: Dispatch, screen: Screen) => void}
 */
export function handleKey(event, dispatch, screen) {
  if (event.ctrlKey || event.metaKey || event.altKey || screen.isBusy()) return;
  const place = placeOf(event.target);
  const action = actionOf(event.key, place);
  const key = event.key.toLowerCase();
  if (action) dispatch(action);
  else if (Object.hasOwn(SCREEN_BY_KEY, key) && !isWriting(key, place)) SCREEN_BY_KEY[key](screen);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** @type {(target: EventTarget | null) => Place} */
function placeOf(target) {
  if (!(target instanceof Element)) return {};
  const [text, letters = ""] =
    target instanceof HTMLInputElement ? [target.value, target.dataset.letters] : [""];
  return { tag: target.tagName, type: target.getAttribute("type") ?? "", text, letters };
}
