// An element that is dragged to the left or to the right, with a mouse, a pen or a finger.

/** @import { Pull } from "../parts.d.ts" */

// A pointer that moves less has pressed the element. One that moves more up or down than sideways
// scrolls, or moves the picture.
const LEAST_PULL = 4;

/**
 * Let an element be dragged. Escape takes back what the drag has done.
 * @type {(element: HTMLElement | SVGElement, pull: Pull) => void}
 */
export function pulled(element, { begin, move, cancel, press }) {
  /** @type {{ id: number, x: number, y: number, way: number, goes: boolean } | null} */
  let drag = null;
  let swallowed = false;
  /** @type {(event: PointerEvent) => void} */
  const start = (event) => {
    swallowed = false;
    if (event.button !== 0 || !event.isPrimary || !begin()) return;
    event.stopPropagation();
    drag = { id: event.pointerId, x: event.clientX, y: event.clientY, way: 0, goes: false };
    element.setPointerCapture(event.pointerId);
    addEventListener("keydown", escape, { capture: true });
  };
  /** @type {(event: PointerEvent) => void} */
  const go = (event) => {
    if (drag?.id !== event.pointerId) return;
    const further = event.clientX - drag.x;
    const upright = Math.abs(event.clientY - drag.y);
    if (!drag.goes && upright >= LEAST_PULL && upright > Math.abs(further)) {
      stop();
      return;
    }
    event.stopPropagation();
    if (!drag.goes && Math.abs(further) < LEAST_PULL) return;
    drag = { ...drag, x: event.clientX, goes: true, way: drag.way + further * fast(event) };
    move(drag.way);
  };
  /** @type {(event: PointerEvent) => void} */
  const end = (event) => {
    if (drag?.id !== event.pointerId) return;
    event.stopPropagation();
    swallowed = drag.goes;
    if (!drag.goes && event.type === "pointerup") press?.();
    stop();
  };
  /** @type {(event: KeyboardEvent) => void} */
  const escape = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    event.preventDefault();
    if (drag?.goes) cancel();
    swallowed = true;
    stop();
  };
  const stop = () => {
    drag = null;
    removeEventListener("keydown", escape, { capture: true });
  };
  /** @type {(event: Event) => void} */
  const click = (event) => {
    if (swallowed) event.stopImmediatePropagation();
    swallowed = false;
  };
  element.addEventListener("pointerdown", /** @type {EventListener} */ (start));
  element.addEventListener("pointermove", /** @type {EventListener} */ (go));
  for (const name of ["pointerup", "pointercancel"])
    element.addEventListener(name, /** @type {EventListener} */ (end));
  element.addEventListener("click", click, { capture: true });
}

/**
 * With Shift a way counts ten times.
 * @type {(event: PointerEvent) => number}
 */
const fast = ({ shiftKey }) => (shiftKey ? 10 : 1);
