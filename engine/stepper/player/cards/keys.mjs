// The keyboard: which key asks for what, and the list of all keys.

import { h, joined } from "../elements/elements.mjs";
import { say } from "../said/say.mjs";

/** @import { Place, Screen } from "../parts.d.ts" */
/** @import { Action, Dispatch } from "../types.d.ts" */

// The keys, and the message that tells what they do.
const KEYS = [
  ["→ ←", "keys.move"],
  ["Home End", "keys.ends"],
  ["Space", "keys.play"],
  ["S", "keys.speed"],
  ["1 2 3", "keys.units"],
  ["P", "keys.predict"],
  ["Enter", "keys.answer"],
  ["→", "keys.give-up"],
  ["F", "keys.fit"],
  ["+ −", "keys.zoom"],
  ["Tab", "keys.graph"],
  ["⇧→ ⇧← ⇧↑ ⇧↓", "keys.walk"],
  ["Enter", "keys.select"],
  ["T", "keys.tables"],
  ["Esc", "keys.escape"],
  ["?", "keys.list"],
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
    h("dt", {}, ...joined(keys.split(" ").map((key) => h("kbd", {}, keyCalled(key))), " ")),
    h("dd", {}, say(what)),
  ]);
  const dialog = h("dialog", { class: "help", "aria-label": say("keys") });
  const close = h("button", { type: "button", onclick: () => dialog.close() }, say("close"));
  const pointer = h("p", {}, say("keys.pointer"));
  dialog.append(h("h2", {}, say("keys")), h("dl", {}, ...rows), pointer, close);
  return dialog;
}

/**
 * What is written on a key.
 * @type {(key: string) => string}
 */
export const keyCalled = (key) => (/^[A-Z][a-z]/.test(key) ? say(`key.${key}`) : key);

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

/**
 * Take a key from the page around a frame, which has the keys until somebody clicks into the frame.
 * It passes one on: `frame.contentWindow.postMessage({type: "glassgrad", key: "ArrowRight"}, "*")`.
 * @type {(event: MessageEvent) => void}
 */
export function takeKey({ data, source }) {
  if (source === window || source !== window.parent || data?.type !== "glassgrad") return;
  if (typeof data.key === "string")
    document.dispatchEvent(new KeyboardEvent("keydown", { key: data.key }));
}

/** @type {(target: EventTarget | null) => Place} */
function placeOf(target) {
  if (!(target instanceof Element)) return {};
  const [text, letters = ""] =
    target instanceof HTMLInputElement ? [target.value, target.dataset.letters] : [""];
  return { tag: target.tagName, type: target.getAttribute("type") ?? "", text, letters };
}
