// The state: how many events have happened, and what the reader has chosen.
//
// What is seen is a function of the run and of the state: `reduce` gives the state after an action,
// `view` what is seen in a state. Neither knows of a page.

import { otherSpeed } from "./pace.mjs";
import { changedBy } from "./run.mjs";
import { stepAt, stepOf } from "./steps.mjs";

/** @import { Action, Actions, Push, Run, RunEvent, Seen, State, Step } from "../types.d.ts" */

/**
 * The state in which a reader begins.
 * @type {State}
 */
export const START = {
  position: 0,
  unit: "contribution",
  selected: null,
  path: null,
  playing: false,
  speed: "normal",
  quiz: false,
  answer: null,
};

/**
 * The position at the end of the step at a place of the unit; of the first or last one beyond them.
 * @type {(run: Run, state: State, at: number) => number}
 */
function endOf(run, { unit }, at) {
  const steps = run.steps[unit];
  return steps[Math.min(steps.length - 1, Math.max(0, Math.round(at) || 0))].end;
}

/** @type {(run: Run, state: State) => number} */
const placeOfStep = (run, state) => stepAt(run.steps[state.unit], state.position);

/** @type {(run: Run, state: State) => number} */
const endBefore = (run, state) => endOf(run, state, placeOfStep(run, state) - 1);

/**
 * The end of the step that has been begun, else of the next one.
 * @type {(run: Run, state: State) => number}
 */
function endAfter(run, state) {
  const at = placeOfStep(run, state);
  return endOf(run, state, at + (endOf(run, state, at) === state.position ? 1 : 0));
}

/** @type {{ [Type in keyof Actions]: (run: Run, state: State, given: Actions[Type]) => State }} */
const ACTIONS = {
  first: (run, state) => stoppedAt(state, 0),
  previous: (run, state) => stoppedAt(state, endBefore(run, state)),
  next: (run, state) =>
    isHidden(run, state)
      ? { ...state, answer: "" }
      : stoppedAt(state, endAfter(run, state)),
  last: (run, state) => stoppedAt(state, run.last),
  seek: (run, state, { at }) => movedTo(state, endOf(run, state, at)),
  go: (run, state, { position, node, path }) => ({
    ...stoppedAt(state, position),
    selected: node,
    path,
  }),
  unit: (run, state, { unit }) => ({
    ...state,
    unit,
    quiz: state.quiz && unit === "contribution",
  }),
  select: (run, state, { node }) => ({ ...state, selected: node, path: null }),
  follow: (run, state) => ({ ...state, selected: null, path: null }),
  escape: (run, state) =>
    state.quiz
      ? { ...state, quiz: false, answer: null }
      : { ...state, selected: null, path: null },
  path: (run, state, { path }) => ({ ...state, path: state.path === path ? null : path }),
  quiz: (run, state) => ({
    ...state,
    quiz: !state.quiz,
    unit: state.quiz ? state.unit : "contribution",
    answer: null,
    playing: false,
  }),
  answer: (run, state, { text }) => ({ ...state, answer: text }),
  set: (run, state) => askedAnew(state),
  reset: (run, state) => askedAnew(state),
  speed: (run, state) => ({ ...state, speed: otherSpeed(state.speed) }),
  stop: (run, state) => ({ ...state, playing: false }),
  play: (run, state) => ({
    ...movedTo(state, state.position === run.last ? 0 : state.position),
    playing: !state.playing,
  }),
  tick: (run, state) => {
    const position = endAfter(run, state);
    return { ...movedTo(state, position), playing: position < run.last };
  },
};

/**
 * The state after an action of the reader.
 * @type {<Type extends keyof Actions>(run: Run, state: State, action: Action<Type>) => State}
 */
export function reduce(run, state, action) {
  return ACTIONS[action.type](run, state, action);
}

/**
 * A path that is shown belongs to one Value: it goes out when another comes into view.
 * @type {(state: State, position: number) => State}
 */
function movedTo(state, position) {
  if (position === state.position) return state;
  const path = state.selected === null ? null : state.path;
  return { ...state, position, path, answer: null };
}

/**
 * An answer was given to other numbers.
 * @type {(state: State) => State}
 */
const askedAnew = (state) => (state.answer === null ? state : { ...state, answer: null });

/** @type {(state: State, position: number) => State} */
const stoppedAt = (state, position) => ({ ...movedTo(state, position), playing: false });

/**
 * The step up to the position, which may be inside of it.
 * @type {(run: Run, state: State) => Step}
 */
function stepSoFar(run, state) {
  const step = run.steps[state.unit][placeOfStep(run, state)];
  const { position } = state;
  return step.end === position ? step : stepOf(run.nodes, run.events, step.start, position);
}

/**
 * Whether the reader is to predict the number of this step, and has not done so yet.
 * @type {(run: Run, state: State) => boolean}
 */
function isHidden(run, state) {
  const { kind } = stepSoFar(run, state);
  return state.quiz && (kind === "push" || kind === "spread") && state.answer === null;
}

/** @type {(events: RunEvent[]) => Push[]} */
const pushesOf = (events) => events.flatMap((event) => (event.kind === "push" ? [event] : []));

/**
 * What is seen: the step, how many events are over, and the node that is looked at.
 * @type {(run: Run, state: State) => Seen}
 */
export function view(run, state) {
  const step = stepSoFar(run, state);
  const event = step.events.at(-1) ?? null;
  const steps = run.steps[state.unit];
  const at = placeOfStep(run, state);
  const rest = stepOf(run.nodes, run.events, state.position, steps[at].end);
  const hidden = isHidden(run, state);
  return {
    position: state.position,
    shown: hidden ? step.start : state.position,
    step,
    next: rest.events.length ? rest : (steps[at + 1] ?? null),
    at,
    of: steps.length - 1,
    pushes: pushesOf(step.events),
    event,
    hidden,
    focus: state.selected ?? (event ? changedBy(event) : run.output),
    pinned: state.selected !== null,
    path: state.path,
    answer: state.answer,
  };
}
