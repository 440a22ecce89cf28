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
 * Fit it again when its room changes and, where `soon` is called, in the same frame once the page
 * is laid out, which for a measure alone would be done twice; then it only becomes smaller.
 * @type {(element: HTMLElement) => { soon: () => void, release: () => void }}
 */
export function keepFitted(element) {
  let shrinks = false;
  const observer = new ResizeObserver(() => {
    fitText(element, shrinks);
    shrinks = false;
  });
  observer.observe(element);
  const soon = () => {
    shrinks = true;
    observer.unobserve(element);
    observer.observe(element); // what begins to be observed is told of at once
  };
  return { soon, release: () => observer.disconnect() };
}
