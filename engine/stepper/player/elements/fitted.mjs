// Text that has to fit in a part of fixed height: its letters become smaller until all is seen.

// How large the letters are: as they are meant to be, and smaller where there is more to say than
// would fit in.
const SIZES = [1, 0.92, 0.84, 0.76, 0.68, 0.6, 0.52];

/**
 * Give the largest size at which the element needs no more room than it has; no larger one than it
 * has had, so that nothing jumps, where `shrinks` says so.
 * @type {(element: HTMLElement, shrinks?: boolean) => void}
 */
export function fitText(element, shrinks = false) {
  const before = Number(element.style.getPropertyValue("--fit")) || 1;
  for (const size of shrinks ? SIZES.filter((each) => each <= before) : SIZES) {
    if (size !== before || !shrinks) element.style.setProperty("--fit", String(size));
    if (isWhole(element)) return;
  }
}

/** @type {(element: HTMLElement) => boolean} */
const isWhole = ({ scrollHeight, clientHeight, scrollWidth, clientWidth }) =>
  scrollHeight <= clientHeight && scrollWidth <= clientWidth;

/**
 * Fit it again when its room changes.
 * @type {(element: HTMLElement) => () => void}
 */
export function keepFitted(element) {
  const observer = new ResizeObserver(() => fitText(element));
  observer.observe(element);
  return () => observer.disconnect();
}
