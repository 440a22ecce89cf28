// Long lines of boxes, drawn more narrowly: measured without laying out the page, which moves.

/** @import { Box } from "../picture/picture.d.ts" */

// Lines of so many letters are in their boxes, and others have so much room at either side.
const USUAL_LETTERS = 12;
const AT_SIDES = 4;

const PEN = document.createElement("canvas").getContext("2d");

/**
 * How much room lines have in a box, whose size never changes.
 * @type {WeakMap<Element, number>}
 */
const ROOMS = new WeakMap();

/** @type {WeakMap<Element, { classes: string, letters: string }>} */
const FONTS = new WeakMap();

/**
 * Draw lines of boxes more narrowly, where they are longer than the boxes are wide.
 * @type {(boxes: Iterable<Box>) => void}
 */
export function narrow(boxes) {
  for (const { element, data, grad } of boxes)
    for (const line of [data, grad])
      if (isTooLong(element, line)) drawIn(line, String(roomIn(element)));
      else if (line.hasAttribute("textLength")) line.removeAttribute("textLength");
}

/** @type {(line: Element, room: string) => void} */
function drawIn(line, room) {
  if (line.getAttribute("textLength") === room) return;
  line.setAttribute("textLength", room);
  line.setAttribute("lengthAdjust", "spacingAndGlyphs");
}

/** @type {(box: SVGElement, line: Element) => boolean} */
function isTooLong(box, line) {
  const text = line.textContent ?? "";
  return text.length > USUAL_LETTERS && widthOf(box, line, text) > roomIn(box);
}

/**
 * How wide a text is in the letters of a line: in units of the picture, as their size is.
 * @type {(box: SVGElement, line: Element, text: string) => number}
 */
function widthOf(box, line, text) {
  if (!PEN) return 0;
  PEN.font = fontOf(box, line);
  return PEN.measureText(text).width;
}

/**
 * The letters of a line, which are others only where the box has other classes: to ask for them is
 * to have the page laid out.
 * @type {(box: SVGElement, line: Element) => string}
 */
function fontOf(box, line) {
  const classes = box.getAttribute("class") ?? "";
  const known = FONTS.get(line);
  if (known?.classes === classes) return known.letters;
  const { fontWeight, fontSize, fontFamily } = getComputedStyle(line);
  const letters = `${fontWeight} ${fontSize} ${fontFamily}`;
  FONTS.set(line, { classes, letters });
  return letters;
}

/**
 * The room for a line in a box; without end where there is no shape that is drawn.
 * @type {(box: SVGElement) => number}
 */
function roomIn(box) {
  const known = ROOMS.get(box);
  if (known !== undefined) return known;
  const shape = box.querySelector("polygon, path, ellipse, rect");
  const width = shape instanceof SVGGraphicsElement ? shape.getBBox().width : 0;
  const room = width > 2 * AT_SIDES ? width - 2 * AT_SIDES : Infinity;
  if (width) ROOMS.set(box, room);
  return room;
}
