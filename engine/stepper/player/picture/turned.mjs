// Arrows that point the way a gradient goes: each arrow can have a twin with its head at the input.

/** @import { Points } from "./picture.d.ts" */

// The length of a head and half of its width, and how many pieces a curve is drawn in, in points.
const HEAD = 8;
const HALF = 3;
const PIECES = 32;

/**
 * An element of a drawing.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} attributes
 * @param {(Node | string)[]} children
 */
export function drawn(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * The line of an arrow, from the input to the result, with a broad one for pointers beside it.
 * @type {(arrow: SVGElement) => SVGPathElement | null}
 */
export function touchable(arrow) {
  const line = arrow.querySelector("path");
  line?.before(drawn("polyline", { class: "reach", points: polygonOf(pointsOf(arrow, line, 0)) }));
  return line;
}

/**
 * Give an arrow its twin, if it has none yet.
 * @type {(arrow: SVGElement, line: SVGPathElement) => void}
 */
export function turn(arrow, line) {
  if (arrow.querySelector(".twin")) return;
  const points = polygonOf(pointsOf(arrow, line, HEAD - 1));
  const twin = drawn("g", { class: "twin" });
  for (const name of ["line", "core"]) twin.append(drawn("polyline", { class: name, points }));
  twin.append(drawn("polygon", { points: headAt(line) }));
  line.before(twin);
}

/**
 * Give a box a line in its border, if it has none yet.
 * @type {(box: SVGElement) => void}
 */
export function double(box) {
  if (box.querySelector(".core")) return;
  const [border] = box.querySelectorAll("path, polygon");
  const core = /** @type {Element} */ (border.cloneNode());
  core.setAttribute("class", "core");
  box.querySelector("text")?.before(core);
}

/**
 * Points along an arrow, from so far behind its beginning to its tip.
 * @type {(arrow: SVGElement, line: SVGPathElement, start: number) => Points}
 */
function pointsOf(arrow, line, start) {
  const points = along(line, start, line.getTotalLength());
  const tip = arrow.querySelector("polygon")?.points[1];
  return tip ? [...points, tip] : points;
}

/**
 * Points along a line, between two places on it.
 * @type {(line: SVGPathElement, from: number, to: number) => Points}
 */
export const along = (line, from, to) =>
  Array.from({ length: PIECES + 1 }, (_, i) =>
    line.getPointAtLength(from + ((to - from) * i) / PIECES),
  );

/**
 * A triangle with its tip where the line begins.
 * @type {(line: SVGPathElement) => string}
 */
function headAt(line) {
  const tip = line.getPointAtLength(0);
  const base = line.getPointAtLength(HEAD);
  const length = Math.hypot(base.x - tip.x, base.y - tip.y) || 1;
  const [x, y] = [((base.x - tip.x) / length) * HALF, ((base.y - tip.y) / length) * HALF];
  return polygonOf([tip, { x: base.x - y, y: base.y + x }, { x: base.x + y, y: base.y - x }]);
}

/** @type {(points: Points) => string} */
const polygonOf = (points) => points.map(({ x, y }) => `${x.toFixed(2)},${y.toFixed(2)}`).join(" ");
