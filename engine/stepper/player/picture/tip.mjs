// What is told of an arrow under the pointer, or of the one that has the focus: why its number.

import { h, setText } from "../elements/elements.mjs";

/** @import { Tip } from "./picture.d.ts" */

// So many pixels lie between an arrow and what is told of it; so long a pointer may be on its way.
const GAP = 10;
const WAY_TO_TIP = 150;

/**
 * A small card over the picture; a pointer may go onto it.
 * @type {(section: HTMLElement) => Tip}
 */
export function tipOver(section) {
  const card = h("div", { class: "tip", "aria-hidden": "true" });
  card.hidden = true;
  section.append(card);
  /** @type {number | undefined} */
  let leaving;
  const hide = () => {
    clearTimeout(leaving);
    card.hidden = true;
  };
  const leave = () => {
    clearTimeout(leaving);
    leaving = setTimeout(hide, WAY_TO_TIP);
  };
  card.addEventListener("pointerenter", () => clearTimeout(leaving));
  card.addEventListener("pointerleave", leave);
  /** @type {Tip["show"]} */
  const show = (text, place) => {
    clearTimeout(leaving);
    setText(card, text);
    card.hidden = false;
    put(card, section.getBoundingClientRect(), place.getBoundingClientRect());
  };
  return { show, hide, leave };
}

/**
 * Above a place, or below it where there is no room, and within the section.
 * @type {(card: HTMLElement, section: DOMRect, place: DOMRect) => void}
 */
function put(card, section, place) {
  const { offsetWidth: width, offsetHeight: height } = card;
  const left = (place.left + place.right) / 2 - section.left - width / 2;
  const above = place.top - section.top - height - GAP;
  const top = above >= 0 ? above : place.bottom - section.top + GAP;
  card.style.left = `${Math.max(GAP, Math.min(section.width - width - GAP, left))}px`;
  card.style.top = `${Math.max(GAP, Math.min(section.height - height - GAP, top))}px`;
}
