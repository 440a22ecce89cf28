// What is said to an answer: right, wrong and why, or no answer at all.

import { evaluated } from "./evaluate.mjs";

/** @import { Reply, Slip } from "./questions.d.ts" */

// How far an answer may be from the truth, as a part of it: numbers on the page have four digits or
// more, and a reader may go on with three of them.
const CLOSE = 0.005;

/**
 * Whether an answer is a number, as far as one can read it on the page; none is infinite.
 * @type {(x: number, truth: number) => boolean}
 */
export const isClose = (x, truth) =>
  Number.isFinite(truth) && Math.abs(x - truth) <= CLOSE * Math.abs(truth);

/** @type {Reply} */
export const RIGHT = { is: "right", says: "Right." };

/** @type {(says: string) => Reply} */
export const wrongFor = (says) => ({ is: "wrong", says });

/** @type {(says: string) => Reply} */
export const noAnswer = (says) => ({ is: "none", says });

export const NOTHING_WRITTEN = noAnswer("Nothing is written: an answer and Enter, or → to see it.");

const NO_NUMBER = noAnswer("That is no number: write 3, -0.5, 1/3, 2*0.9637 or 1e-3.");

/**
 * What is said to a number: to a wrong one what the first slip with this value says, else a hint.
 * `right` are the numbers that are right, the truth first.
 * @type {(written: string, right: number[], slips: Slip[], hint: string) => Reply}
 */
export function replyToNumber(written, right, slips, hint) {
  if (written.trim() === "") return NOTHING_WRITTEN;
  const x = evaluated(written);
  if (x === null) return NO_NUMBER;
  if (right.some((each) => isClose(x, each))) return RIGHT;
  return wrongFor(slips.find(({ value }) => isClose(x, value))?.says ?? hint);
}

/**
 * The choice that a word, or the sign of a number, stands for; null for none.
 * @type {(written: string, words: Record<string, string[]>) => string | null}
 */
export function choiceIn(written, words) {
  const word = written.trim().toLowerCase();
  const found = Object.entries(words).find(
    ([choice, others]) => choice.toLowerCase() === word || others.includes(word),
  );
  return found ? found[0] : null;
}
