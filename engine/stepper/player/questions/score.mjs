// The score of a reader: how many questions, how many right; as text, and for the page around it.
//
// A page in a frame tells the page around it what happens, so that a learning platform can note it
// (Moodle, H5P, a wrapper for SCORM or xAPI). To the parent window it posts
//
//     {type: "glassgrad", event: "answered", title: "Loss",
//      asked: 3, right: 2, atOnce: 1, later: 1, questions: 12,
//      question: {step: 9, asks: "local", right: true, tries: 2}}
//
// when a question is settled; and the same with event "finished" and without `question` when all of
// them are, or the last step is reached. `right` is atOnce + later; `tries` is 0 for what was not
// answered right. A wrapper that scores takes, say, right / questions:
//
//     addEventListener("message", ({data, source}) => {
//       if (source === frame.contentWindow && data.type === "glassgrad") report(data);
//     });

import { say } from "../said/say.mjs";
import { KINDS, planOf } from "./table.mjs";

/** @import { Run, State } from "../types.d.ts" */
/** @import { Message, Result, Score } from "./questions.d.ts" */

/** @typedef {Record<number, Result>} Results by the step of the question */

/** @typedef {Pick<State, "quiz" | "kinds" | "results" | "position">} Asking */

/** @type {(results: Results) => Score} */
export function scoreOf(results) {
  const tries = Object.values(results).map((each) => each.tries);
  const count = (/** @type {number} */ number) => tries.filter((each) => each === number).length;
  return { asked: tries.length, atOnce: count(1), later: count(2) };
}

/**
 * The score in a sentence.
 * @type {(score: Score) => string}
 */
export function scoreInWords({ asked, atOnce, later }) {
  return say("score.words", { count: asked, atOnce, later, missed: asked - atOnce - later });
}

/**
 * The score as text to be copied: all questions, and those of each kind.
 * @type {(run: Run, results: Results) => string}
 */
export function summary(run, results) {
  const all = Object.values(results);
  const lines = KINDS.flatMap(({ asks }) => {
    const own = all.filter((each) => each.asks === asks);
    const right = own.filter((each) => each.tries > 0).length;
    const places = { kind: say(`question.${asks}`), right, all: own.length };
    return own.length ? [say("score.kind", places)] : [];
  });
  const title = run.about?.title ?? run.title;
  return [title, scoreInWords(scoreOf(results)), ...lines].join("\n");
}

/**
 * What is posted when a state follows on another: that a question is settled, and that all is over.
 * @type {(run: Run, before: Asking, after: Asking) => Message[]}
 */
export function messagesFor(run, before, after) {
  const score = scoreOf(after.results);
  const common = {
    type: /** @type {const} */ ("glassgrad"),
    title: run.about?.title ?? run.title,
    ...score,
    right: score.atOnce + score.later,
    questions: planOf(run, after.kinds).size,
  };
  const settled = Object.keys(after.results).map(Number).filter((at) => !(at in before.results));
  /** @type {Message[]} */
  const answered = settled.map((step) => ({
    ...common,
    event: "answered",
    question: { step, ...after.results[step], right: after.results[step].tries > 0 },
  }));
  const isNew = isOver(run, after) && !isOver(run, before);
  return isNew ? [...answered, { ...common, event: "finished" }] : answered;
}

/**
 * Whether all questions are settled, or the reader is at the end and none is open there.
 * @type {(run: Run, state: Asking) => boolean}
 */
export function isOver(run, { quiz, kinds, results, position }) {
  const places = [...planOf(run, kinds).keys()];
  if (!quiz || Object.keys(results).length === 0) return false;
  const last = run.steps.contribution.length - 1;
  const isAtEnd = position === run.last && (!places.includes(last) || last in results);
  return isAtEnd || places.every((at) => at in results);
}

/**
 * Tell the page around this one, if there is one, what has changed in the results.
 * @type {(run: Run, before: Asking, after: Asking) => void}
 */
export function postResults(run, before, after) {
  if (window.parent === window || !after.quiz) return;
  for (const message of messagesFor(run, before, after)) window.parent.postMessage(message, "*");
}
