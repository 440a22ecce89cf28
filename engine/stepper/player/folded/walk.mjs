// A folded run: what is known of each class and each arrow at each step.
//
// A position counts steps: at position 3 the first three have happened.

/** @import { Fold, FoldedRun, FoldSeen, Gradient } from "./types.d.ts" */
/** @import { State, Step } from "../types.d.ts" */

/**
 * The document as the modules below use it.
 * @type {(document: Fold) => FoldedRun}
 */
export function foldedRun(document) {
  const { arrows, classes, steps } = document;
  /** @type {FoldedRun} */
  const folded = {
    fold: document,
    run: stepsOnly(document),
    computedAt: classes.map(() => 0),
    changes: classes.map(() => []),
    passedAt: arrows.map(() => 0),
  };
  steps.forEach((step, i) => {
    const at = i + 1;
    if (step.kind === "forward") for (const each of step.groups) folded.computedAt[each] = at;
    for (const place of step.arrows) folded.passedAt[place] = at;
    for (const change of step.grads) folded.changes[change.group].push({ ...change, at });
  });
  return folded;
}

/**
 * What the bar and the keys have to know: steps of one event each, without the events.
 * @type {(document: Fold) => FoldedRun["run"]}
 */
function stepsOnly({ title, heading, classes, picture, steps }) {
  /** @type {Step[]} */
  const list = [
    { start: 0, end: 0, kind: "start", events: [] },
    ...steps.map(({ kind }, i) => ({ start: i, end: i + 1, kind, events: [] })),
  ];
  return {
    title,
    output: classes.length - 1,
    about: heading === null ? null : { title: heading, sentences: [] },
    numericNote: "",
    pictureNote: picture.note,
    last: steps.length,
    nodes: [],
    events: [],
    seed: steps.findIndex(({ kind }) => kind === "seed") + 1,
    steps: { contribution: list, node: list, layer: list },
    rows: [],
    rank: [],
    live: null,
  };
}

/**
 * What is seen in a state: the class that is open, else the one that the step is about.
 * @type {(folded: FoldedRun, state: Pick<State, "position" | "selected">) => FoldSeen}
 */
export function seenOf({ fold }, { position, selected }) {
  const step = fold.steps[position - 1] ?? null;
  const changed = step?.grads[0]?.group ?? step?.groups.at(-1) ?? fold.classes.length - 1;
  const arrow = step?.arrows.length ? fold.arrows[step.arrows[0]].tail : changed;
  return { position, step, focus: selected ?? arrow, pinned: selected !== null };
}

/**
 * The gradient of a class at a position.
 * @type {(folded: FoldedRun, place: number, position: number) => Gradient}
 */
export function classGradient({ changes }, place, position) {
  const now = changes[place].filter(({ at }) => at <= position).at(-1);
  return {
    text: now === undefined ? "–" : now.complete ? now.grad : `${now.grad} …`,
    reached: now !== undefined,
    complete: now?.complete ?? false,
  };
}

/**
 * The data of a class at a position; "–" until it has been computed.
 * @type {(folded: FoldedRun, place: number, position: number) => string}
 */
export const dataAt = ({ fold, computedAt }, place, position) =>
  computedAt[place] <= position ? fold.classes[place].data : "–";

/**
 * The arrows from a class to what consumes it.
 * @type {(folded: FoldedRun, place: number) => number[]}
 */
export const arrowsFrom = ({ fold }, place) =>
  [...fold.arrows.keys()].filter((each) => fold.arrows[each].tail === place);
