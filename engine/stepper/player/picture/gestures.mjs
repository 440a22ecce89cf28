// The pointer on the picture: wheel and pinch enlarge it, a drag moves it, a flick is a step.

/** @import { Camera } from "./camera.mjs" */
/** @import { Dispatch } from "../types.d.ts" */

// A pointer that moves less is a click; a flick is as long, this quick, and rather level.
const STILL = 6;
const FLICK = 48;
const QUICK = 350;

// What a notch of a wheel, some 100 pixels, does: a factor of about 1.2.
const PER_PIXEL = 0.0018;

/**
 * Let the pointer lead the camera; a wheel without a key only where no page has to scroll.
 * @type {(frame: HTMLElement, camera: Camera, plainWheel: boolean) => void}
 */
export function gestures(frame, camera, plainWheel) {
  frame.addEventListener("wheel", (event) => turned(event, frame, camera, plainWheel), {
    passive: false,
  });
  const drag = dragging(frame, camera);
  // A box may keep the pointer to itself, but not before it moves to the side.
  frame.addEventListener("pointerdown", drag.start, { capture: true });
  frame.addEventListener("pointermove", drag.move);
  for (const end of ["pointerup", "pointercancel"])
    frame.addEventListener(end, drag.end, { capture: true });
  frame.addEventListener("click", drag.click, { capture: true });
}

/** @type {(event: WheelEvent, frame: HTMLElement, camera: Camera, plain: boolean) => void} */
function turned(event, frame, camera, plain) {
  const pinched = event.ctrlKey || event.metaKey;
  if (!pinched && !plain) return;
  event.preventDefault();
  const line = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
  const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
  camera.jump(() => {
    if (sideways) camera.pan(-event.deltaX * line, 0);
    else camera.zoom(Math.exp(-event.deltaY * line * PER_PIXEL * (pinched ? 4 : 1)),
      within(frame, event));
  });
}

/**
 * The listeners of a drag with one pointer or two.
 * @type {(frame: HTMLElement, camera: Camera) => Record<"start" | "move" | "end" | "click", any>}
 */
function dragging(frame, camera) {
  /** @type {Map<number, PointerEvent>} */
  const down = new Map();
  let moved = 0;
  /** @type {(event: PointerEvent) => void} */
  const start = (event) => {
    if (down.size === 0) moved = 0;
    if (event.button === 0) down.set(event.pointerId, event);
  };
  /** @type {(event: PointerEvent) => void} */
  const move = (event) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const others = [...down.values()].filter((each) => each.pointerId !== event.pointerId);
    moved += Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY);
    down.set(event.pointerId, event);
    if (moved < STILL) return;
    frame.setPointerCapture(event.pointerId);
    camera.jump(() => {
      if (others.length) pinch(frame, camera, before, event, others[0]);
      else camera.pan(event.clientX - before.clientX, event.clientY - before.clientY);
    });
  };
  /** @type {(event: PointerEvent) => void} */
  const end = (event) => void down.delete(event.pointerId);
  /** @type {(event: Event) => void} */
  const click = (event) => {
    if (moved >= STILL) event.stopPropagation();
  };
  return { start, move, end, click };
}

/**
 * Of two fingers one has moved, the other is where it was.
 * @type {(
 *   frame: HTMLElement,
 *   camera: Camera,
 *   before: PointerEvent,
 *   after: PointerEvent,
 *   other: PointerEvent,
 * ) => void}
 */
function pinch(frame, camera, before, after, other) {
  /** @type {(one: PointerEvent) => number} */
  const apart = (one) =>
    Math.max(1, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY));
  const { x, y } = within(frame, after);
  const still = within(frame, other);
  camera.pan((after.clientX - before.clientX) / 2, (after.clientY - before.clientY) / 2);
  camera.zoom(apart(after) / apart(before), { x: (x + still.x) / 2, y: (y + still.y) / 2 });
}

/** @type {(frame: HTMLElement, event: MouseEvent) => { x: number, y: number }} */
function within(frame, { clientX, clientY }) {
  const { left, top } = frame.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
}

/**
 * Let a flick of one finger to the left go to the next step, to the right to the previous one.
 * @type {(element: HTMLElement, dispatch: Dispatch) => void}
 */
export function flicks(element, dispatch) {
  /** @type {PointerEvent | null} */
  let first = null;
  let fingers = 0;
  element.addEventListener("pointerdown", (event) => {
    fingers = event.isPrimary ? 1 : fingers + 1;
    if (event.isPrimary) first = event;
  });
  element.addEventListener("pointerup", (event) => {
    if (!first || event.pointerType !== "touch" || fingers > 1 || !event.isPrimary) return;
    const [x, y] = [event.clientX - first.clientX, event.clientY - first.clientY];
    const quick = event.timeStamp - first.timeStamp < QUICK;
    if (quick && Math.abs(x) > FLICK && Math.abs(x) > 2 * Math.abs(y)) {
      dispatch({ type: x < 0 ? "next" : "previous" });
    }
  });
}
