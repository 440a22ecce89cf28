// What a reader is asked in a state, and the state after an answer.

import { placeOfStep } from "../run/places.mjs";
import { sentences } from "../said/say.mjs";
import { isOver, scoreOf } from "./score.mjs";
import { nextQuestion, questionAt } from "./table.mjs";

/** @import { Asked, Run, State } from "../types.d.ts" */
/** @import { Question } from "./questions.d.ts" */

// How often a reader may answer a question.
const MOST_TRIES = 2;

/**
 * Whether questions are asked: about single contributions only.
 * @type {(state: State) => boolean}
 */
const isAsking = ({ quiz, unit }) => quiz && unit === "contribution";

/**
 * The question about the step, settled or not; null for none.
 * @type {(run: Run, state: State) => Question | null}
 */
export const questionOf = (run, state) =>
  isAsking(state) ? questionAt(run, state.kinds, placeOfStep(run, state)) : null;

/**
 * Whether the reader is to answer a question about this step, and has not done so yet.
 * @type {(run: Run, state: State) => boolean}
 */
export const isOpen = (run, state) =>
  questionOf(run, state) !== null && !(placeOfStep(run, state) in state.results);

/**
 * The state after an answer: the question is settled by a right one, and by the last try.
 * @type {(run: Run, state: State, text: string) => State}
 */
export function answered(run, state, text) {
  const question = questionOf(run, state);
  if (question === null || !isOpen(run, state)) return state;
  const reply = question.judge(text);
  if (reply.is === "none") return { ...state, reply };
  const tries = state.tries + 1;
  if (reply.is === "right") return settled(run, { ...state, reply }, question, tries);
  if (tries < MOST_TRIES) return { ...state, tries, reply };
  const says = sentences(reply.says, question.because);
  return settled(run, { ...state, reply: { is: "wrong", says } }, question, 0);
}

/**
 * The state after an answer is asked for: the question is settled, and not right.
 * @type {(run: Run, state: State) => State}
 */
export function givenAway(run, state) {
  const question = /** @type {Question} */ (questionOf(run, state));
  const reply = { is: /** @type {const} */ ("none"), says: question.because };
  return settled(run, { ...state, reply }, question, 0);
}

/** @type {(run: Run, state: State, question: Question, tries: number) => State} */
const settled = (run, state, { asks }, tries) => ({
  ...state,
  tries: 0,
  results: { ...state.results, [placeOfStep(run, state)]: { asks, tries } },
});

/**
 * What is asked, and how the reader has done so far; null where nothing is.
 * @type {(run: Run, state: State) => Asked | null}
 */
export function askedIn(run, state) {
  if (!isAsking(state)) return null;
  const { kinds, results, tries, reply } = state;
  const at = placeOfStep(run, state);
  return {
    question: questionOf(run, state),
    isOpen: isOpen(run, state),
    key: `${at} ${kinds.join()}`,
    tries,
    reply,
    kinds,
    results,
    score: scoreOf(results),
    next: nextQuestion(run, kinds, at, results),
    isOver: isOver(run, state),
  };
}
