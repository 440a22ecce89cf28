// The screen: where the parts of the page stand, and what the keys and the bar do with them.

import { h } from "./elements/elements.mjs";
import { named } from "./elements/terms.mjs";
import { say } from "./said/say.mjs";

/** @import { Parts, Screen, Tabs } from "./parts.d.ts" */
/** @import { Run } from "./types.d.ts" */

/**
 * What the keys and the bar do that changes nothing of the run.
 * @type {(root: HTMLElement, parts: Parts, side: Tabs, help: HTMLDialogElement) => Screen}
 */
export function screenOf(root, { picture }, side, help) {
  const tables = () => {
    const isSeen = side.element.getClientRects().length > 0;
    root.dataset.tables = isSeen ? "off" : "on";
    side.reveal();
  };
  const { fit, zoom } = picture;
  const isBusy = () => root.querySelector("dialog[open]") !== null;
  return { fit, zoom, tables, help: () => help.showModal(), isBusy };
}

/**
 * Everything in its place; gives the strip at the top.
 * @type {(
 *   root: HTMLElement,
 *   run: Run,
 *   parts: Parts,
 *   side: Tabs,
 *   bar: HTMLElement,
 *   help: HTMLElement,
 * ) => HTMLElement}
 */
export function arrange(root, run, { now, picture }, side, bar, help) {
  const kind = h("span", { class: "quiet" }, say("title.ways"));
  const title = h("h1", {}, ...(run.about?.title ? [run.about.title] : [named(run.title), kind]));
  const top = h("div", { class: "top" }, title, now.element);
  const main = h("div", { class: "main" }, picture.element, side.element);
  root.replaceChildren(h("div", { class: "screen" }, top, main, bar), help);
  return top;
}

/**
 * After an answer the key Enter goes on.
 * @type {(root: Parts) => void}
 */
export function focusOnNext({ now }) {
  /** @type {HTMLElement | null | undefined} */
  const next = now.element.closest(".screen")?.querySelector(".bar .next");
  next?.focus();
}
