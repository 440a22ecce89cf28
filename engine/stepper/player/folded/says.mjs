// What is said of a step of a folded run, in whole sentences.

import { counted } from "../run/numbers.mjs";
import { capital, listed } from "../said/phrases.mjs";
import { say, sentences } from "../said/say.mjs";
import { classGradient } from "./walk.mjs";

/** @import { Arrow, Step } from "./fold.d.ts" */
/** @import { FoldedRun, FoldSeen } from "./types.d.ts" */

/**
 * A whole number with thousands apart.
 * @type {(count: number) => string}
 */
export const thousands = (count) => counted(String(count));

/**
 * A class with the number of its members.
 * @type {(folded: FoldedRun, place: number) => string}
 */
export function withCount({ fold }, place) {
  const { name, count } = fold.classes[place];
  return count === 1 ? name : `${name} ×${thousands(count)}`;
}

/**
 * Which way the run goes, and through which classes.
 * @type {(folded: FoldedRun, seen: FoldSeen) => string}
 */
export function phaseOf(folded, { position, step }) {
  const { seed, last } = folded.run;
  if (step === null) return say("fold.start");
  if (step.kind === "forward") return say("fold.forward", { at: position, of: seed - 1 });
  if (step.kind === "seed") return say("fold.seed");
  const to = namesOf(folded, step.arrows.map((each) => folded.fold.arrows[each].tail));
  const from = folded.fold.classes[step.groups[0]].name;
  return say("fold.backward", { at: position - seed, of: last - seed, from, to });
}

/** @type {(folded: FoldedRun, places: number[]) => string} */
function namesOf({ fold }, places) {
  const names = [...new Set(places)].map((place) => fold.classes[place].name);
  return names.length > 3 ? say("fold.classes", { count: names.length }) : listed(names);
}

/**
 * The step in words.
 * @type {(folded: FoldedRun, seen: FoldSeen) => string}
 */
export function saidOf(folded, { position, step }) {
  const { fold, run } = folded;
  if (step === null) {
    return say("fold.said.start", { title: fold.title, size: thousands(fold.size) });
  }
  const { name, count } = fold.classes[step.groups[0]];
  if (step.kind === "forward") return forwardInWords(folded, step);
  if (step.kind === "seed") {
    return say("fold.said.seed", { name });
  }
  const passed = step.arrows.length > 1
    ? say("fold.passes", { count, members: thousands(count), name })
    : passedInWords(fold.arrows[step.arrows[0]]);
  const end = position === run.last ? [say("fold.end")] : [];
  return sentences(passed, changedInWords(folded, position, step), ...end);
}

/** @type {(folded: FoldedRun, step: Step) => string} */
function forwardInWords(folded, { groups }) {
  const { arrows, classes } = folded.fold;
  const inputs = arrows.filter(({ head }) => head === groups[0]).map(({ tail }) => tail);
  const [{ count, data, name }, ...others] = groups.map((place) => classes[place]);
  const places = { count, members: thousands(count), name, data, inputs: namesOf(folded, inputs) };
  const start = capital(say("fold.computed", places));
  const told = others.map((each) => say("list.colon", { name: each.name, text: each.data }));
  const then = told.join(say("list.semicolon"));
  return sentences(start, then && say("fold.then", { count, others: then }));
}

/**
 * What an arrow passes, and where nothing passes.
 * @type {(arrow: Arrow) => string}
 */
export function passedInWords({ closed, count, nothing, passes }) {
  const start = say("fold.along", { count, edges: thousands(count), passes });
  if (nothing === 0) return start;
  const some = closed === 0 ? "unreached" : closed === nothing ? "closed" : "some";
  const [none, all, flat] = [nothing, count, closed].map(thousands);
  return sentences(start, say(`fold.nothing.${some}`, { none, all, flat }));
}

/** @type {(folded: FoldedRun, position: number, step: Step) => string} */
function changedInWords(folded, position, step) {
  const tails = new Set(step.arrows.map((each) => folded.fold.arrows[each].tail));
  const told = [...tails].slice(0, 3).map((place) => {
    const { name } = folded.fold.classes[place];
    const { complete, text } = classGradient(folded, place, position);
    return say(complete ? "fold.complete" : "fold.far", { name, text });
  });
  return sentences(...told);
}

/**
 * Who is next, and why.
 * @type {(folded: FoldedRun, seen: FoldSeen) => string}
 */
export function nextOf({ fold }, { position, step }) {
  const next = fold.steps[position];
  if (next?.kind !== "push" || step === null) return "";
  const { name } = fold.classes[next.groups[0]];
  const isSame = next.groups[0] === step.groups[0];
  if (isSame && step.kind === "push") return say("fold.next.input", { name });
  return say("fold.next", { name });
}
