// Long numbers, drawn more narrowly: measured without laying out the page, which moves.

import { setAttribute } from "./elements.mjs";
import { ownRectangle } from "./rectangles.mjs";

/** @import { Arrow, Box } from "../picture/picture.d.ts" */

// Lines of so many letters are in their boxes, and others have so much room at either side. A
// number on an arrow has so much beside it; and what part of its width a text keeps at least.
const USUAL_LETTERS = 12;
const AT_SIDES = 4;
const BESIDE = 3;
const NARROWEST = 0.5;

/** @typedef {Pick<DOMRect, "left" | "right" | "top" | "bottom" | "width">} Extent */

/**
 * Where boxes are, and how much room a number on an arrow has, which never change.
 * @type {WeakMap<Element, Extent>}
 */
const EXTENTS = new WeakMap();
/** @type {WeakMap<Element, number>} */
const ROOMS = new WeakMap();

/**
 * The letters of lines, by what decides on them.
 * @type {Map<string, string>}
 */
const FONTS = new Map();

/**
 * What a line said, in which classes of its part, when it was drawn in its room.
 * @type {WeakMap<Element, string>}
 */
const DRAWN = new WeakMap();

/**
 * What measures text; made when it is needed, since there is a script without a page in tests.
 * @type {CanvasRenderingContext2D | null | undefined}
 */
let pen;

/**
 * Draw lines of boxes more narrowly, where they are longer than the boxes are wide.
 * @type {(boxes: Iterable<Box>) => void}
 */
export function narrow(boxes) {
  for (const { element, data, grad } of boxes)
    for (const line of [data, grad])
      if ((line.textContent ?? "").length > USUAL_LETTERS) squeeze(line, element, roomIn(element));
      else widen(line);
}

/**
 * Draw the numbers on arrows more narrowly, where they would cover boxes.
 * @type {(arrows: Iterable<Arrow>, boxes: Box[]) => void}
 */
export function narrowNumbers(arrows, boxes) {
  for (const { element, label } of arrows)
    if (label.textContent) squeeze(label, element, roomAt(label, boxes));
}

/**
 * Draw a line as it is, or in its room.
 * @type {(line: Element, part: SVGElement, room: number) => void}
 */
function squeeze(line, part, room) {
  const text = line.textContent ?? "";
  const drawn = `${part.getAttribute("class")} ${room} ${text}`;
  if (DRAWN.get(line) === drawn) return;
  const width = widthOf(part, line, text);
  if (width <= room) widen(line);
  DRAWN.set(line, drawn);
  if (width <= room) return;
  setAttribute(line, "textLength", Math.max(room, NARROWEST * width).toFixed(1));
  setAttribute(line, "lengthAdjust", "spacingAndGlyphs");
}

/** @type {(line: Element) => void} */
function widen(line) {
  DRAWN.delete(line);
  if (line.hasAttribute("textLength")) line.removeAttribute("textLength");
}

/**
 * How wide a text is in the letters of a line: in units of the picture, as their size is.
 * @type {(part: SVGElement, line: Element, text: string) => number}
 */
function widthOf(part, line, text) {
  pen ??= document.createElement("canvas").getContext("2d");
  if (!pen) return 0;
  pen.font = fontOf(part, line);
  return pen.measureText(text).width;
}

/**
 * The letters of a line, which depend on the classes of its part, on its size, and on whether it is
 * the first or the last one: each of these is asked for once, since the page is laid out for it.
 * @type {(part: SVGElement, line: Element) => string}
 */
function fontOf(part, line) {
  const lines = part.querySelectorAll("text");
  const place = `${line === lines[0]} ${line === lines[lines.length - 1]}`;
  const key = `${part.getAttribute("class")} ${line.getAttribute("font-size")} ${place}`;
  const known = FONTS.get(key);
  if (known) return known;
  const { fontWeight, fontSize, fontFamily } = getComputedStyle(line);
  const letters = `${fontWeight} ${fontSize} ${fontFamily}`;
  FONTS.set(key, letters);
  return letters;
}

/**
 * The room for a line in a box; without end where there is no shape that is drawn.
 * @type {(box: SVGElement) => number}
 */
function roomIn(box) {
  const { width } = sidesOf(box);
  return width > 2 * AT_SIDES ? width - 2 * AT_SIDES : Infinity;
}

/**
 * The room for a number on an arrow, as far as the nearest box beside it.
 * @type {(label: Element, boxes: Box[]) => number}
 */
function roomAt(label, boxes) {
  const known = ROOMS.get(label);
  if (known !== undefined) return known;
  const { left, right, top, bottom, width } = drawnAt(label);
  const middle = (left + right) / 2;
  const beside = boxes
    .map(({ element }) => sidesOf(element))
    .filter((box) => box.top < bottom && box.bottom > top)
    .map((box) => Math.max(box.left - middle, middle - box.right));
  const room = 2 * (Math.min(...beside.filter((far) => far > 0)) - BESIDE);
  if (width) ROOMS.set(label, room);
  return room;
}

/** @type {(box: SVGElement) => Extent} */
function sidesOf(box) {
  const known = EXTENTS.get(box);
  if (known) return known;
  const found = drawnAt(box.querySelector("polygon, path, ellipse, rect"));
  if (found.width) EXTENTS.set(box, found);
  return found;
}

/** @type {(element: Element | null) => Extent} */
const drawnAt = (element) =>
  element instanceof SVGGraphicsElement ? ownRectangle(element) : new DOMRect();
