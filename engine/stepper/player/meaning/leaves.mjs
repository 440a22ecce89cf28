// The leaves of a run: which of them are data, and which learn.

import { isInner } from "../run/run.mjs";
import { say } from "../said/say.mjs";

/** @import { Examples } from "../trace.d.ts" */
/** @import { Run } from "../types.d.ts" */

// What data is called: x, y[3], x_1, features.x0, target.
const DATA = /^(?:x|y|t|data|feature|input|label|sample|target)s?_?\d*(?:\[.*\])*(?:#\d+)?$/i;

/**
 * Whether a leaf is data by its name.
 * @type {(name: string) => boolean}
 */
export const isData = (name) => DATA.test(name.split(".").at(-1) ?? "");

/**
 * The examples of a run, if the page can compute all of them.
 * @type {(run: Run) => Examples | null}
 */
export function examplesOf({ live }) {
  const examples = live?.document.examples ?? null;
  return examples?.leaves.every((place) => live?.stays[place] === "") ? examples : null;
}

/**
 * Which of its examples a run shows, by its numbers; -1 for none of them.
 * @type {(run: Run) => number}
 */
export function exampleShown(run) {
  const { leaves = [], rows = [] } = examplesOf(run) ?? {};
  return rows.findIndex((row) => row.every((x, k) => run.nodes[leaves[k]].data === x));
}

/**
 * Why the page does not compute the examples that a run has; empty if it does, or has none.
 * @type {(run: Run) => string}
 */
export function whyNoExamples({ live, nodes }) {
  const given = live?.document.examples?.leaves ?? [];
  const locked = given.find((place) => live?.stays[place] !== "");
  if (locked === undefined) return "";
  const reason = live?.stays[locked] ?? "";
  return say("examples.none", { name: nodes[locked].name, reason });
}

/**
 * The leaves of a run, the ones that examples give left out.
 * @type {(run: Run) => number[]}
 */
export function leavesOf(run) {
  const given = examplesOf(run)?.leaves ?? [];
  return run.rows.filter((place) => !isInner(run.nodes[place]) && !given.includes(place));
}

/**
 * The leaves that learn at first: all that can and are no data; if there are none, all that can.
 * @type {(run: Run) => number[]}
 */
export const learning = (run) =>
  noData(run, leavesOf(run).filter((place) => run.live?.stays[place] === ""));

/**
 * The leaves that are no data; if there are none, all.
 * @type {(run: Run) => number[]}
 */
export const parametersOf = (run) => noData(run, leavesOf(run));

/** @type {(run: Run, places: number[]) => number[]} */
function noData({ nodes }, places) {
  const own = places.filter((place) => !isData(nodes[place].name));
  return own.length ? own : places;
}

/**
 * Whether a leaf is data while others learn: an input or a target, which one does not change.
 * @type {(run: Run, place: number) => boolean}
 */
export const isGiven = (run, place) =>
  !isInner(run.nodes[place]) && !parametersOf(run).includes(place);

/**
 * The leaves, the one with the largest gradient first; nan is last.
 * @type {(places: number[], grads: ArrayLike<number>) => number[]}
 */
export function bySize(places, grads) {
  /** @type {(place: number) => number} */
  const size = (place) => (Number.isNaN(grads[place]) ? -1 : Math.abs(grads[place]));
  return places.toSorted((a, b) => size(b) - size(a) || a - b);
}
