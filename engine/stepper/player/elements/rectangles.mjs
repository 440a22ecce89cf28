// Rectangles in a picture, in its own units, whatever part of it is in view.

/** @import { Rectangle } from "../parts.d.ts" */

/**
 * All of the picture.
 * @type {(svg: SVGSVGElement) => Rectangle}
 */
export function boundsOf(svg) {
  const { x, y, width, height } = svg.viewBox.baseVal;
  return { left: x, top: y, width, height };
}

/**
 * The rectangle around some elements of a picture; null if there are none.
 * @type {(svg: SVGSVGElement, elements: Element[]) => Rectangle | null}
 */
export function extentOf(svg, elements) {
  const all = elements.flatMap((each) => {
    const found = each instanceof SVGGraphicsElement ? rectangleOf(svg, each) : null;
    return found ? [found] : [];
  });
  if (all.length === 0) return null;
  const left = Math.min(...all.map((each) => each.left));
  const top = Math.min(...all.map((each) => each.top));
  const right = Math.max(...all.map((each) => each.left + each.width));
  const bottom = Math.max(...all.map((each) => each.top + each.height));
  return { left, top, width: right - left, height: bottom - top };
}

/**
 * The rectangle around an element in its own units, with its sides, which browsers leave out.
 * @type {(element: SVGGraphicsElement) => DOMRect}
 */
export const ownRectangle = (element) => DOMRect.fromRect(element.getBBox());

/**
 * The rectangle around an element of a picture; null if it is not drawn.
 * @type {(svg: SVGSVGElement, element: SVGGraphicsElement) => Rectangle | null}
 */
export function rectangleOf(svg, element) {
  const [whole, own] = [svg.getScreenCTM(), element.getScreenCTM()];
  if (!whole || !own) return null;
  const { x, y, width, height } = element.getBBox();
  const inside = whole.inverse().multiply(own);
  const start = new DOMPoint(x, y).matrixTransform(inside);
  return { left: start.x, top: start.y, width: width * inside.a, height: height * inside.d };
}

/**
 * How large the smallest letters of a picture are.
 * @type {(svg: SVGSVGElement) => number}
 */
export function smallestLetters(svg) {
  const sizes = [...svg.querySelectorAll("text")].map((text) =>
    Number(text.getAttribute("font-size") ?? NaN),
  );
  return Math.min(...sizes.filter((size) => size > 0), 11);
}

// So many pixels beside a border are seen badly.
export const MARGIN = 10;

/**
 * By how much a picture is moved so that a place of it is in the middle of a frame; it leaves no
 * room empty that it could fill.
 * @type {(frame: number, scale: number, place: number, start: number, size: number) => number}
 */
export function offset(frame, scale, place, start, size) {
  if (size * scale <= frame - 2 * MARGIN) return frame / 2 - (start + size / 2) * scale;
  const most = MARGIN - start * scale;
  const least = frame - MARGIN - (start + size) * scale;
  return Math.min(most, Math.max(least, frame / 2 - place * scale));
}

/**
 * How much of a frame is below the note that numbers have changed.
 * @type {(frame: HTMLElement) => number}
 */
export function coveredBelow(frame) {
  /** @type {HTMLElement | null | undefined} */
  const note = frame.parentElement?.querySelector(".chip:not([hidden])");
  if (!note) return 0;
  const covered = frame.getBoundingClientRect().bottom - note.getBoundingClientRect().top;
  return Math.max(0, Math.min(covered, frame.clientHeight / 2));
}
