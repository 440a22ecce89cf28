// The frame of the picture: how large the picture is in it, and which part of it is in view.

/** @import { Frame, Rectangle } from "../parts.d.ts" */

// Below this the letters of a picture can hardly be read, so it is scrolled instead.
const LEAST_ZOOM = 0.8;

// So many pixels beside a border are seen badly.
const MARGIN = 8;

/** @type {(frame: HTMLElement, svg: SVGSVGElement) => Frame} */
export function zooming(frame, svg) {
  const { width, height } = svg.viewBox.baseVal;
  const natural = 4 / 3; // a point is 4/3 pixels
  let scale = natural;
  /** @type {number | null} */
  let usual = null;
  /** @type {(wanted: number) => void} */
  const set = (wanted) => {
    scale = Math.min(4, Math.max(0.1, wanted));
    svg.style.width = `${Math.round(width * scale)}px`;
    svg.style.height = `${Math.round(height * scale)}px`;
  };
  const all = () => Math.min((frame.clientWidth - 24) / width, (frame.clientHeight - 24) / height);
  return {
    fit: () => set(Math.min(all(), 2)),
    start: () => set(Math.min(Math.max(all(), LEAST_ZOOM * natural), 1.15 * natural)),
    in: () => set(scale * 1.25),
    out: () => set(scale / 1.25),
    reveal: (groups) => {
      const widths = groups.map((group) => girth(extent(group)));
      const closest = groups[widths.indexOf(Math.min(...widths))] ?? [];
      const all = extent(closest);
      const wide = all.width + 2 * MARGIN;
      const high = all.height + 2 * MARGIN;
      const fits = wide <= frame.clientWidth && high <= frame.clientHeight;
      centre(frame, fits ? all : extent(closest.slice(0, 1)));
    },
    whole: (elements) => {
      if (usual !== null) set(usual);
      usual = null;
      const { width: wide, height: high } = extent(elements);
      const ratio = Math.min(frame.clientWidth / wide, frame.clientHeight / high);
      if (elements.length === 0) return;
      usual = scale;
      if (ratio < 1) set(Math.max(all(), 0.95 * ratio * scale));
      centre(frame, extent(elements));
    },
  };
}

/**
 * The rectangle around some elements; that of no element is empty.
 * @type {(elements: Element[]) => Rectangle}
 */
function extent(elements) {
  const all = elements.map((element) => element.getBoundingClientRect());
  const left = Math.min(...all.map((each) => each.left));
  const right = Math.max(...all.map((each) => each.right));
  const top = Math.min(...all.map((each) => each.top));
  const bottom = Math.max(...all.map((each) => each.bottom));
  return { left, right, top, bottom, width: right - left, height: bottom - top };
}

/** @type {(rectangle: Rectangle) => number} */
const girth = ({ width, height }) => width + height;

/**
 * Scroll the frame, and nothing else, so that a rectangle that is not in it is in the middle.
 * @type {(frame: HTMLElement, rectangle: Rectangle) => void}
 */
function centre(frame, { left, right, top, bottom }) {
  const view = frame.getBoundingClientRect();
  const inside =
    left >= view.left + MARGIN && right <= view.right - MARGIN &&
    top >= view.top + MARGIN && bottom <= view.bottom - MARGIN;
  if (inside || left > right) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  frame.scrollBy({
    left: (left + right - view.left - view.right) / 2,
    top: (top + bottom - view.top - view.bottom) / 2,
    behavior: calm ? "auto" : "smooth",
  });
}
