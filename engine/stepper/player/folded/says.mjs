// What is said of a step of a folded run, in whole sentences.

import { counted } from "../run/numbers.mjs";
import { listed } from "../said/phrases.mjs";
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
  if (step === null) return "Start";
  if (step.kind === "forward") return `Forward ${position} of ${seed - 1}`;
  if (step.kind === "seed") return "Backward begins";
  const to = namesOf(folded, step.arrows.map((each) => folded.fold.arrows[each].tail));
  const from = folded.fold.classes[step.groups[0]].name;
  return `Backward ${position - seed} of ${last - seed}: from ${from} to ${to}`;
}

/** @type {(folded: FoldedRun, places: number[]) => string} */
function namesOf({ fold }, places) {
  const names = [...new Set(places)].map((place) => fold.classes[place].name);
  return names.length > 3 ? `${names.length} classes` : listed(names);
}

/**
 * The step in words.
 * @type {(folded: FoldedRun, seen: FoldSeen) => string}
 */
export function saidOf(folded, { position, step }) {
  const { fold, run } = folded;
  if (step === null) {
    return `${fold.title} has a graph of ${thousands(fold.size)} nodes, too many to walk one by ` +
      "one. Values made alike share a box: a step computes all of them, or passes gradient along " +
      "all edges of an arrow. Click a box to open it; press → for the first step.";
  }
  const { name, count } = fold.classes[step.groups[0]];
  if (step.kind === "forward") return forwardInWords(folded, step);
  if (step.kind === "seed") {
    return `The gradient of ${name} by itself is 1. From here it flows against the arrows.`;
  }
  const all = count > 1 ? `The ${thousands(count)} of ${name}` : name;
  const passed = step.arrows.length > 1
    ? `${all} pass${count > 1 ? "" : "es"} all that arrives to each input.`
    : passedInWords(fold.arrows[step.arrows[0]]);
  const end = position === run.last ? " This was the last step." : "";
  return `${passed} ${changedInWords(folded, position, step)}${end}`;
}

/** @type {(folded: FoldedRun, step: Step) => string} */
function forwardInWords(folded, { groups }) {
  const { arrows, classes } = folded.fold;
  const inputs = arrows.filter(({ head }) => head === groups[0]).map(({ tail }) => tail);
  const [{ count, data, name }, ...others] = groups.map((place) => classes[place]);
  const [who, verb] = count > 1 ? [`All ${thousands(count)} of ${name}`, "are"] : [name, "is"];
  const then = others.map((each) => `${each.name}: ${each.data}`).join("; ");
  const start = `${who} ${verb} computed from ${namesOf(folded, inputs)}: ${data}.`;
  return then ? `${start} Then, ${count > 1 ? "one by one" : "from it"}, ${then}.` : start;
}

/**
 * What an arrow passes, and where nothing passes.
 * @type {(arrow: Arrow) => string}
 */
export function passedInWords({ closed, count, nothing, passes }) {
  const edges = count === 1 ? "the one edge" : `${thousands(count)} edges`;
  const start = `Along ${edges}, ${passes} of |gradient| passes.`;
  if (nothing === 0) return start;
  const some = `${start} ${thousands(nothing)} of ${thousands(count)} pass nothing: `;
  if (closed === 0) return `${some}nothing arrives there.`;
  if (closed === nothing) return `${some}the local derivative is 0 there.`;
  const flat = `at ${thousands(closed)} the local derivative is 0`;
  const reasons = `${flat}, at the others nothing arrives`;
  return `${some}${reasons}.`;
}

/** @type {(folded: FoldedRun, position: number, step: Step) => string} */
function changedInWords(folded, position, step) {
  const tails = new Set(step.arrows.map((each) => folded.fold.arrows[each].tail));
  const told = [...tails].slice(0, 3).map((place) => {
    const { name } = folded.fold.classes[place];
    const { complete, text } = classGradient(folded, place, position);
    return complete ? `${name} is complete: ${text}.` : `${name} so far: ${text}.`;
  });
  return told.join(" ");
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
  if (isSame && step.kind === "push") return `Next: ${name} to its next input.`;
  return `Next: ${name}, all of whose uses have passed.`;
}
