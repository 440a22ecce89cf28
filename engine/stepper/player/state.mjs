// The state: how many events have happened, and what the reader has chosen.
//
// What is seen is a function of the run and of the state: `reduce` gives the state after an action,
// `view` what is seen in a state. Neither knows of a page.

import { changedBy, countUpTo } from "./run.mjs";

/** @import { Action, Actions, Run, Seen, State } from "./types.d.ts" */

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
  quiz: false,
  answer: null,
};

/** @type {(run: Run, state: State) => number} */
function stopBefore(run, state) {
  const list = run.stops[state.unit];
  return list[Math.max(0, countUpTo(list, state.position - 1) - 1)];
}

/** @type {(run: Run, state: State) => number} */
function stopAfter(run, state) {
  const list = run.stops[state.unit];
  return list[Math.min(list.length - 1, countUpTo(list, state.position))];
}

/** @type {{ [Type in keyof Actions]: (run: Run, state: State, given: Actions[Type]) => State }} */
const ACTIONS = {
  first: (run, state) => stoppedAt(state, 0),
  previous: (run, state) => stoppedAt(state, stopBefore(run, state)),
  next: (run, state) =>
    isHidden(run, state)
      ? { ...state, answer: "" }
      : stoppedAt(state, stopAfter(run, state)),
  last: (run, state) => stoppedAt(state, run.last),
  seek: (run, state, { position }) => movedTo(state, clamped(run, position)),
  go: (run, state, { position, node, path }) => ({
    ...stoppedAt(state, position),
    selected: node,
    path,
  }),
  unit: (run, state, { unit }) => ({ ...state, unit }),
  select: (run, state, { node }) => ({ ...state, selected: node, path: null }),
  follow: (run, state) => ({ ...state, selected: null, path: null }),
  path: (run, state, { path }) => ({ ...state, path: state.path === path ? null : path }),
  quiz: (run, state) => ({ ...state, quiz: !state.quiz, answer: null, playing: false }),
  answer: (run, state, { text }) => ({ ...state, answer: text }),
  stop: (run, state) => ({ ...state, playing: false }),
  play: (run, state) => ({
    ...movedTo(state, state.position === run.last ? 0 : state.position),
    playing: !state.playing,
  }),
  tick: (run, state) => {
    const position = stopAfter(run, state);
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

/** @type {(run: Run, position: number) => number} */
const clamped = (run, position) => Math.min(run.last, Math.max(0, Math.round(position) || 0));

/**
 * A path that is shown belongs to one Value: it goes out when another comes into view.
 * @type {(state: State, position: number) => State}
 */
function movedTo(state, position) {
  if (position === state.position) return state;
  const path = state.selected === null ? null : state.path;
  return { ...state, position, path, answer: null };
}

/** @type {(state: State, position: number) => State} */
const stoppedAt = (state, position) => ({ ...movedTo(state, position), playing: false });

/**
 * Whether the reader is to predict the number of this step, and has not done so yet.
 * @type {(run: Run, state: State) => boolean}
 */
function isHidden(run, state) {
  const event = run.events[state.position - 1];
  return state.quiz && event?.kind === "push" && state.answer === null;
}

/**
 * What is seen: the event, how many are over, and the node that is looked at.
 * @type {(run: Run, state: State) => Seen}
 */
export function view(run, state) {
  const event = run.events[state.position - 1] ?? null;
  const hidden = isHidden(run, state);
  return {
    position: state.position,
    shown: state.position - (hidden ? 1 : 0),
    event,
    hidden,
    focus: state.selected ?? (event ? changedBy(event) : run.output),
    pinned: state.selected !== null,
    path: state.path,
    answer: state.answer,
  };
}
