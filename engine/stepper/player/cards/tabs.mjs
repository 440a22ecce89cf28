// Tabs: of several parts of the page one is seen, and the others can be.

import { h } from "../elements/elements.mjs";
import { say } from "../said/say.mjs";

/** @import { Tab, Tabs } from "../parts.d.ts" */

// Which tab an arrow or another key leads to, from a place among so many.
/** @type {Record<string, (place: number, count: number) => number>} */
const LEADS_TO = {
  ArrowRight: (place, count) => (place + 1) % count,
  ArrowLeft: (place, count) => (place + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

let tablists = 0;

/**
 * The parts in one place, the first of them open; nothing where there are none. `chosen` is told
 * when a reader has opened another one.
 * @type {(label: string, parts: Tab[], chosen?: () => void) => Tabs}
 */
export function tabs(label, parts, chosen = () => {}) {
  const own = `glassgrad-${(tablists += 1)}`;
  const buttons = parts.map(({ name }, i) =>
    h("button", { type: "button", role: "tab", id: `${own}-tab-${i}`, onclick: () => choose(name),
      "aria-controls": `${own}-panel-${i}`, "data-name": name, onmousedown: keepFocus },
    say(`tab.${name}`)),
  );
  const panels = parts.map(({ name, element }, i) =>
    h("div", { class: "panel", role: "tabpanel", id: `${own}-panel-${i}`, tabindex: "0",
      "aria-labelledby": `${own}-tab-${i}`, "data-name": name }, element),
  );
  const list = h("div", { class: "tabs", role: "tablist", "aria-label": label,
    onkeydown: (event) => lead(event, buttons) }, ...buttons);
  /** @type {(name: string) => void} */
  const open = (name) => {
    parts.forEach((part, i) => {
      buttons[i].setAttribute("aria-selected", String(part.name === name));
      buttons[i].tabIndex = part.name === name ? 0 : -1;
      panels[i].hidden = part.name !== name;
    });
    parts.find((part) => part.name === name)?.opened?.();
  };
  const choose = (/** @type {string} */ name) => {
    open(name);
    chosen();
  };
  const openOne = () => parts.find((_, i) => !panels[i].hidden)?.name ?? "";
  if (parts.length) open(parts[0].name);
  const element = h("section", { class: "tables", "aria-label": label }, list, ...panels);
  element.hidden = parts.length === 0;
  return { element, open, openOne, reveal: () => panels.forEach(reveal) };
}

/**
 * A click leaves the keys where they were: → is the next step, and not the next tab.
 * @type {(event: Event) => void}
 */
function keepFocus(event) {
  event.preventDefault();
  if (!(event.target instanceof Element)) return;
  /** @type {HTMLElement | null} */
  const player = event.target.closest(".glassgrad-stepper");
  player?.focus({ preventScroll: true });
}

/** @type {(event: Event, buttons: HTMLElement[]) => void} */
function lead(event, buttons) {
  if (!(event instanceof KeyboardEvent) || !(event.key in LEADS_TO)) return;
  const at = buttons.findIndex((button) => button === event.target);
  const next = buttons[LEADS_TO[event.key](at, buttons.length)];
  next.focus();
  next.click();
  event.preventDefault();
  event.stopPropagation();
}

/**
 * Scroll an open panel, and nothing else, to the rows of this step.
 * @type {(panel: HTMLElement) => void}
 */
function reveal(panel) {
  const rows = [...panel.querySelectorAll("tr.current, tr.selected")];
  if (panel.hidden || rows.length === 0) return;
  const places = rows.map((row) => row.getBoundingClientRect());
  const outer = panel.getBoundingClientRect();
  const head = panel.querySelector("thead")?.getBoundingClientRect().height ?? 0;
  const above = places[0].top - head - outer.top;
  const below = places[places.length - 1].bottom - outer.bottom + 4;
  if (above < 0) panel.scrollTop += above;
  else if (below > 0) panel.scrollTop += Math.min(above, below);
}
