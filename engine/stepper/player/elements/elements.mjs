// Elements of a page, made from text that stays text: a label of a trace is never read as HTML.

/** @import { Attributes, Child } from "../parts.d.ts" */

/**
 * An element with attributes, listeners (`onclick`) and children; text becomes text.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "string") element.setAttribute(name, value);
    else hear(element, name.slice(2), value);
  }
  element.append(...children);
  if (LISTENERS.has(element) || children.some(isHeard)) HEARD.add(element);
  return element;
}

/**
 * What elements do at an event, by its name.
 * @type {WeakMap<Element, Map<string, (event: Event) => void>>}
 */
const LISTENERS = new WeakMap();

/**
 * Elements that do something at an event, or that were made with such a one in them.
 * @type {WeakSet<Child & object>}
 */
const HEARD = new WeakSet();

/** Whether something is done at an event of a part or in it. @type {(part: Child) => boolean} */
export const isHeard = (part) => typeof part !== "string" && HEARD.has(part);

/** @type {(element: Element, type: string, listener: (event: Event) => void) => void} */
function hear(element, type, listener) {
  LISTENERS.set(element, new Map([...(LISTENERS.get(element) ?? []), [type, listener]]));
  element.addEventListener(type, (event) => LISTENERS.get(element)?.get(type)?.(event));
}

/**
 * Let an element do what another one does; gives whether it can, which listens to the same events.
 * @type {(element: Element, other: Element) => boolean}
 */
export function takeListeners(element, other) {
  const [own, others] = [element, other].map((each) => LISTENERS.get(each) ?? new Map());
  const isAlike = [...own.keys()].join() === [...others.keys()].join();
  if (isAlike && own.size) LISTENERS.set(element, others);
  return isAlike;
}

/**
 * A part of the page with a title.
 * @type {(name: string, title: string, ...children: Child[]) => HTMLElement}
 */
export const card = (name, title, ...children) =>
  h(
    "section",
    { class: `card ${name}`, "aria-label": title },
    h("h2", { tabindex: "-1" }, title),
    ...children,
  );

/**
 * The parts with a text between each two.
 * @type {(parts: Child[], between: string) => Child[]}
 */
export const joined = (parts, between) =>
  parts.flatMap((part, i) => (i ? [between, part] : [part]));

/**
 * Set a text only where it changes: a picture has many boxes.
 * @type {(element: Element, text: string) => void}
 */
export function setText(element, text) {
  const { firstChild } = element;
  if (firstChild instanceof Text && firstChild === element.lastChild) setData(firstChild, text);
  else if (element.textContent !== text) element.textContent = text;
}

/**
 * Write in a text anew only where it changes: it is laid out faster than another one in its place.
 * @type {(node: Text, text: string) => void}
 */
export function setData(node, text) {
  if (node.data !== text) node.data = text;
}

/**
 * Set an attribute only where it changes.
 * @type {(element: Element, name: string, value: string) => void}
 */
export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * Set or remove a class only where that changes something.
 * @type {(element: Element, name: string, on: boolean) => void}
 */
export function setClass(element, name, on) {
  if (element.classList.contains(name) !== on) element.classList.toggle(name, on);
}

const ICONS = {
  first: "M5 5v14M19 5l-10 7 10 7z",
  previous: "M16 5l-10 7 10 7z",
  next: "M8 5l10 7-10 7z",
  last: "M19 5v14M5 5l10 7-10 7z",
  play: "M7 4l13 8-13 8z",
  pause: "M8 5v14M16 5v14",
};

/**
 * The picture on a button.
 * @type {(name: keyof typeof ICONS) => SVGSVGElement}
 */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}
