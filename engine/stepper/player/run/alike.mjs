// In how many digits the numbers of a screen are printed: in the same ones wherever one is seen.
//
// What is claimed of a step is printed in as many digits as it takes; so are, then, the same
// numbers in boxes, in tables and beside arrows. All others have four.

const USUAL_DIGITS = 4;

// The numbers of the screen by their sizes: a sign makes no digits.
let digitsNow = USUAL_DIGITS;
/** @type {ReadonlySet<number>} */
let sizes = new Set();

/**
 * The numbers of the screen by their sizes: another set each time that others are on it.
 * @type {() => ReadonlySet<number>}
 */
export const sizesOnScreen = () => sizes;

/** In how many digits its numbers are printed. @type {() => number} */
export const digitsOnScreen = () => digitsNow;

/**
 * Print these numbers in so many digits from here on, and all others as usual.
 * @type {(numbers: number[], digits: number) => void}
 */
export function printIn(numbers, digits) {
  digitsNow = digits;
  sizes = new Set(numbers.map(Math.abs));
}

/**
 * In how many digits a number of the screen is printed there; null for another one.
 * @type {(x: number) => number | null}
 */
export const digitsSeen = (x) => (sizes.has(Math.abs(x)) ? digitsNow : null);

/**
 * In how many digits a number is printed.
 * @type {(x: number) => number}
 */
export const digitsOf = (x) => digitsSeen(x) ?? USUAL_DIGITS;
