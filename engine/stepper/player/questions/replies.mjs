// What is said to an answer: right, wrong and why, or no answer at all.

import { evaluated } from "./evaluate.mjs";
import { say, sayEach } from "../said/say.mjs";

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

/** @type {() => Reply} */
export const isRight = () => ({ is: "right", says: say("reply.right") });

/** @type {(says: string) => Reply} */
export const wrongFor = (says) => ({ is: "wrong", says });

/** @type {(says: string) => Reply} */
export const noAnswer = (says) => ({ is: "none", says });

/** @type {() => Reply} */
export const nothingWritten = () => noAnswer(say("reply.nothing"));

/**
 * What is said to a number: to a wrong one what the first slip with this value says, else a hint.
 * `right` are the numbers that are right, the truth first.
 * @type {(written: string, right: number[], slips: Slip[], hint: string) => Reply}
 */
export function replyToNumber(written, right, slips, hint) {
  if (written.trim() === "") return nothingWritten();
  const x = evaluated(written);
  if (x === null) return noAnswer(say("reply.number"));
  if (right.some((each) => isClose(x, each))) return isRight();
  return wrongFor(slips.find(({ value }) => isClose(x, value))?.says ?? hint);
}

/**
 * What is written on the buttons of choices.
 * @type {(choices: string[]) => string[]}
 */
export const choicesOf = (choices) => sayEach("choice.", choices);

/** @type {(choice: string) => string[]} */
const wordsFor = (choice) =>
  [...choicesOf([choice]), ...say(`choice.${choice}.words`).split(", ")];

/**
 * The choice that a word, or the sign of a number, stands for; null for none.
 * @type {(written: string, choices: string[]) => string | null}
 */
export function choiceIn(written, choices) {
  const word = written.trim().toLowerCase();
  /** @type {(choice: string) => boolean} */
  const means = (choice) => wordsFor(choice).some((each) => each.toLowerCase() === word);
  return choices.find(means) ?? null;
}
