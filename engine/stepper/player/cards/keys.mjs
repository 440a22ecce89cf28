// The keyboard: which key asks for what, and the list of all keys.

import { h, joined } from "../elements.mjs";

/** @import { KeyParts, Place } from "../parts.d.ts" */
/** @import { Action, Dispatch } from "../types.d.ts" */

const KEYS = [
  ["→ ←", "next step, previous step"],
  ["Home End", "first step, last step"],
  ["Space", "play, pause"],
  ["1 2 3", "step by contribution, by node, by layer"],
  ["P", "predict each contribution before it is shown"],
  ["F", "fit the whole graph"],
  ["Tab", "into the graph, and out of it"],
  ["⇧→ ⇧← ⇧↑ ⇧↓", "in the graph: to the next box or arrow (Shift and an arrow key)"],
  ["Enter", "in the graph: select the box"],
  ["Esc", "let the tables follow the steps again"],
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
  ["Escape", { type: "follow" }],
]);

/**
 * The list of all keys, closed at first.
 * @type {() => HTMLDialogElement}
 */
export function helpDialog() {
  const rows = KEYS.flatMap(([keys, what]) => [
    h("dt", {}, ...joined(keys.split(" ").map((key) => h("kbd", {}, key)), " ")),
    h("dd", {}, what),
  ]);
  const dialog = h("dialog", { class: "help", "aria-label": "Keyboard" });
  const close = h("button", { type: "button", onclick: () => dialog.close() }, "Close");
  dialog.append(h("h2", {}, "Keyboard"), h("dl", {}, ...rows), close);
  return dialog;
}

/**
 * What a key asks for, given where it was pressed; null if it is not ours.
 * @type {(key: string, place?: Place) => Action | null}
 */
export function actionOf(key, { tag = "", type = "" } = {}) {
  if (isWriting({ tag, type }) && key !== "Escape") return null;
  if (key === " " && (tag === "BUTTON" || tag === "SUMMARY")) return null;
  return ACTIONS_BY_KEY.get(key.length === 1 ? key.toLowerCase() : key) ?? null;
}

/**
 * Whether a key that is pressed there writes a text.
 * @type {(place: Place) => boolean}
 */
const isWriting = ({ tag, type }) => tag === "INPUT" && type !== "range";

/**
 * Do what a key asks for, and nothing else that the browser would do.
 * @type {(event: KeyboardEvent, dispatch: Dispatch, more: KeyParts) => void}
 */
export function handleKey(event, dispatch, { fit, help }) {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  const place = placeOf(event.target);
  const action = actionOf(event.key, place);
  if (action) dispatch(action);
  else if (event.key.toLowerCase() === "f" && !isWriting(place)) fit();
  else if (event.key === "?" && !isWriting(place)) help.showModal();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** @type {(target: EventTarget | null) => Place} */
function placeOf(target) {
  if (!(target instanceof Element)) return {};
  return { tag: target.tagName, type: target.getAttribute("type") ?? "" };
}
