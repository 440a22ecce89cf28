// Which parts of the picture are in view: while numbers move, the others need not follow.

import { rectangleOf } from "../elements/rectangles.mjs";

/** @import { Rectangle } from "../parts.d.ts" */
/** @import { Camera } from "./camera.mjs" */

// By how much a number may become longer than its element was, in units of the picture.
const LONGER = 60;

// How many milliseconds the picture is on its way; by its style it is a little less.
const ON_ITS_WAY = 400;

/**
 * Whether one of these parts of the picture is in view, or may be: while the picture moves, each of
 * them. `comes` is called when others come into view.
 * @type {(
 *   camera: Camera,
 *   parts: Element[],
 *   comes: () => void,
 * ) => (element: Element) => boolean}
 */
export function viewing(camera, parts, comes) {
  const { frame, svg } = camera;
  /** @type {Map<Element, Rectangle | null>} */
  const places = new Map();
  /** @type {(element: Element) => Rectangle | null} */
  const placeOf = (element) => {
    const place = places.get(element) ?? placeWithRoom(svg, element);
    places.set(element, place);
    return place;
  };
  atLeisure(parts, placeOf);
  let [scale, x, y, arrival, width, height] = [1, 0, 0, Infinity, 0, 0];
  new ResizeObserver(() => {
    [width, height] = [frame.clientWidth, frame.clientHeight];
    comes();
  }).observe(frame);
  camera.moved = (...place) => {
    [scale, x, y] = place;
    arrival = performance.now() + ON_ITS_WAY;
    comes();
  };
  return (element) => {
    if (performance.now() < arrival) return true;
    const place = placeOf(element);
    if (!place) return true;
    const [left, top] = [place.left * scale + x, place.top * scale + y];
    const [right, below] = [left + place.width * scale, top + place.height * scale];
    return right > 0 && below > 0 && left < width && top < height;
  };
}

/**
 * Do something with each part while the browser has nothing else to do, if it tells of that: in the
 * first frame of a drag it would take as long as all else.
 * @type {(parts: Element[], task: (part: Element) => void) => void}
 */
function atLeisure(parts, task) {
  let done = 0;
  /** @type {IdleRequestCallback} */
  const work = (deadline) => {
    while (done < parts.length && deadline.timeRemaining() > 1) task(parts[done++]);
    if (done < parts.length) requestIdleCallback(work);
  };
  if ("requestIdleCallback" in window) requestIdleCallback(work);
}

/**
 * Where an element is in the picture, with room for a longer number; null if it is not drawn.
 * @type {(svg: SVGSVGElement, element: Element) => Rectangle | null}
 */
function placeWithRoom(svg, element) {
  const own = element instanceof SVGGraphicsElement ? rectangleOf(svg, element) : null;
  if (!own?.width) return null;
  const { left, top, width, height } = own;
  return { left: left - LONGER, top, width: width + 2 * LONGER, height };
}
