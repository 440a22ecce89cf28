// Two numbers side by side, in as many digits as it takes to tell them apart.
//
// A number that has changed, and is printed as the one before, would seem to have stayed.

import { short, shownNumber } from "./numbers.mjs";

// In at most so many digits two numbers are told apart, and so near comes their printed difference.
const MOST_DIGITS = 12;
const AS_FAR = 1e-3;

/**
 * Two numbers in the fewest digits in which they differ by about what they really do.
 * @type {(from: number, to: number) => string[]}
 */
export function toldApart(from, to) {
  for (let digits = 4; ; digits++) {
    const texts = [from, to].map((x) => short(x, digits));
    const gap = shownNumber(texts[1]) - shownNumber(texts[0]) - (to - from);
    if (digits === MOST_DIGITS || Math.abs(gap) <= AS_FAR * Math.abs(to - from)) return texts;
  }
}

/**
 * Two numbers in four digits; in more, if these are needed to see that they differ.
 * @type {(from: number, to: number) => string[]}
 */
export function differing(from, to) {
  const texts = [from, to].map((x) => short(x));
  return texts[0] === texts[1] && from !== to ? toldApart(from, to) : texts;
}
