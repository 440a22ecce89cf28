// The picture by keyboard: one stop of the Tab key, from which Shift and an arrow key go on.

/** @import { Walk } from "./picture.d.ts" */

/** @type {Record<string, [number, number]>} */
const DIRECTIONS = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

// How much farther a thing is that lies to the side.
const ASIDE = 2;

/**
 * Let the focus go among boxes and arrows: Enter or Space presses one, Shift and an arrow key go
 * to the nearest in that direction. After a click the keys do what they do elsewhere.
 * @type {(frame: HTMLElement, all: SVGElement[], walk: Walk) => void}
 */
export function walking(frame, all, { press, arrive }) {
  let [current] = all;
  let pointed = false;
  current?.setAttribute("tabindex", "0");
  for (const each of all.slice(1)) each.setAttribute("tabindex", "-1");
  frame.addEventListener("focusin", ({ target }) => {
    const found = all.find((each) => each === target);
    if (!found) return;
    current.setAttribute("tabindex", "-1");
    current = found;
    current.setAttribute("tabindex", "0");
    pointed = !current.matches(":focus-visible");
    if (!pointed) arrive(current);
  });
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== current) return;
    const way = event.shiftKey ? DIRECTIONS[event.key] : undefined;
    if (way) nearest(current, all, way)?.focus({ preventScroll: true });
    else if (!pointed && (event.key === "Enter" || event.key === " ")) press(current);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

/**
 * The nearest of the elements in a direction; undefined if there is none.
 * @type {(from: SVGElement, all: SVGElement[], way: [number, number]) => SVGElement | undefined}
 */
function nearest(from, all, [right, down]) {
  const here = centreOf(from);
  let least = Infinity;
  let found;
  for (const each of all) {
    const there = centreOf(each);
    const [x, y] = [there.x - here.x, there.y - here.y];
    const along = x * right + y * down;
    const distance = along + ASIDE * Math.abs(x * down - y * right);
    if (along > 1 && distance < least) [least, found] = [distance, each];
  }
  return found;
}

/** @type {(element: SVGElement) => { x: number, y: number }} */
function centreOf(element) {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return { x: (left + right) / 2, y: (top + bottom) / 2 };
}
