// The state: how many events have happened, and what the reader has chosen.
//
// What is seen is a function of the run and of the state: `reduce` gives the state after an action,
// `view` what is seen in a state. Neither knows of a page.

import { answered, askedIn, givenAway, isOpen, questionOf } from "../questions/asking.mjs";
import { otherSpeed } from "./pace.mjs";
import { changedBy } from "./run.mjs";
import { endAfter, endBefore, endOf, placeOfStep } from "./places.mjs";
import { stepOf } from "./steps.mjs";

/** @import { Question } from "../questions/questions.d.ts" */
/** @import { Action, Actions, Run, Seen, State, Step } from "../types.d.ts" */

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
  kinds: [],
  tries: 0,
  reply: null,
  results: {},
};

/** @type {Pick<State, "tries" | "reply">} */
const UNANSWERED = { tries: 0, reply: null };

/** @type {{ [Type in keyof Actions]: (run: Run, state: State, given: Actions[Type]) => State }} */
const ACTIONS = {
  first: (run, state) => stoppedAt(state, 0),
  previous: (run, state) => stoppedAt(state, endBefore(run, state)),
  next: (run, state) =>
    isOpen(run, state) ? givenAway(run, state) : stoppedAt(state, endAfter(run, state)),
  last: (run, state) => stoppedAt(state, run.last),
  seek: (run, state, { at }) => movedTo(state, endOf(run, state, at)),
  go: (run, state, { position, node, path }) => ({
    ...stoppedAt(state, Math.min(position, run.last)),
    selected: node,
    path,
  }),
  unit: (run, state, { unit }) => ({ ...state, unit, quiz: state.quiz && unit === "contribution" }),
  select: (run, state, { node }) =>
    node !== null && isOpen(run, state) && questionOf(run, state)?.hides === "turn"
      ? answered(run, state, run.nodes[node].name)
      : { ...state, selected: node, path: null },
  follow: (run, state) => ({ ...state, selected: null, path: null }),
  escape: (run, state) =>
    state.quiz
      ? { ...state, quiz: false, ...UNANSWERED }
      : { ...state, selected: null, path: null },
  path: (run, state, { path }) => ({ ...state, path: state.path === path ? null : path }),
  quiz: (run, state) => ({
    ...state,
    quiz: !state.quiz,
    unit: state.quiz ? state.unit : "contribution",
    ...UNANSWERED,
    playing: false,
  }),
  kinds: (run, state, { kinds }) => ({ ...state, kinds, ...UNANSWERED }),
  answer: (run, state, { text }) => answered(run, state, text),
  again: (run, state) => ({ ...stoppedAt(state, 0), ...UNANSWERED, results: {} }),
  set: (run, state) => askedAnew(state),
  reset: (run, state) => askedAnew(state),
  speed: (run, state) => ({ ...state, speed: otherSpeed(state.speed) }),
  told: (run, state) => state,
  stop: (run, state) => ({ ...state, playing: false }),
  play: (run, state) => ({
    ...movedTo(state, state.position === run.last ? 0 : state.position),
    playing: !state.playing,
  }),
  tick: (run, state) => {
    if (isOpen(run, state)) return { ...state, playing: false };
    const moved = movedTo(state, endAfter(run, state));
    return { ...moved, playing: moved.position < run.last && !isOpen(run, moved) };
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
  return { ...state, position, path, ...UNANSWERED };
}

/**
 * An answer was given to other numbers.
 * @type {(state: State) => State}
 */
const askedAnew = (state) => (state.reply === null ? state : { ...state, reply: null });

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
 * What is seen: the step, how many events are over, and the node that is looked at. While it is
 * asked whose turn it is, that is what was seen before.
 * @type {(run: Run, state: State) => Seen}
 */
export function view(run, state) {
  const asked = askedIn(run, state);
  const plain = plainView(run, state);
  if (!asked?.isOpen) return { ...plain, asked };
  const { hides } = /** @type {Question} */ (asked.question);
  if (hides === "") return { ...plain, asked };
  const { start } = plain.step;
  if (hides === "step") return { ...plain, asked, shown: start, hidden: true };
  const before = plainView(run, { ...state, position: start });
  return { ...before, asked, at: plain.at, next: null, hidden: true };
}

/**
 * What is seen where nothing is hidden.
 * @type {(run: Run, state: State) => Omit<Seen, "asked">}
 */
function plainView(run, state) {
  const step = stepSoFar(run, state);
  const event = step.events.at(-1) ?? null;
  const steps = run.steps[state.unit];
  const at = placeOfStep(run, state);
  const rest = stepOf(run.nodes, run.events, state.position, steps[at].end);
  return {
    position: state.position,
    shown: state.position,
    step,
    next: rest.events.length ? rest : (steps[at + 1] ?? null),
    at,
    of: steps.length - 1,
    pushes: step.events.flatMap((each) => (each.kind === "push" ? [each] : [])),
    event,
    hidden: false,
    focus: state.selected ?? (event ? changedBy(event) : run.output),
    pinned: state.selected !== null,
    path: state.path,
  };
}
