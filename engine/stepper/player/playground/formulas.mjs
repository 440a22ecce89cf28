// Formulas as they are typed: read, given numbers, and refused where they are too large to be seen.

import { USUAL_NUMBERS } from "../formula/made.mjs";
import { parsed } from "../language/parser.mjs";
import { listed } from "../said/phrases.mjs";
import { say } from "../said/say.mjs";

/** @import { Expression } from "../language/parser.mjs" */
/** @import { Trace } from "../trace.d.ts" */
/** @import { RunSentence } from "../said/lines.d.ts" */
/** @import { Run } from "../types.d.ts" */
/** @import { Entry, GallerySentence, Values } from "./playground.d.ts" */

// The most boxes of a picture, as in engine/stepper/marked_svg.py.
const MOST_SEEN = 300;

// Numbers for new names: a usual one for x, and ones that one can multiply in one's head.
const FOR_X = 2;
const FOR_OTHERS = [0.5, -0.5, 1, 3, 2, -1];

// Who has not typed for so many milliseconds begins another edit.
const PAUSE = 2000;

/**
 * Tells at each key whether an edit begins with it: one goes on until a reader pauses.
 * @type {(now?: () => number) => () => boolean}
 */
export function editing(now = () => performance.now()) {
  let last = -Infinity;
  return () => {
    const isAnother = now() - last > PAUSE;
    last = now();
    return isAnother;
  };
}

/**
 * The formula that a text writes, or why it is none.
 * @type {(text: string, functions: Map<string, number>) => Expression | string}
 */
export function formulaIn(text, functions) {
  try {
    const found = parsed(text, functions);
    const count = found.program.filter((step) => "name" in step || "row" in step).length;
    return count > MOST_SEEN ? say("formula.large", { count, most: MOST_SEEN }) : found;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * A number for each name: the known one, or a sensible one that no other name has, if there is one.
 * Names such as pi have the number that they have everywhere.
 * @type {(names: string[], known: Values) => Values}
 */
export function numbersFor(names, known) {
  const used = new Set(names.flatMap((name) => known.get(name) ?? []));
  /** @type {(name: string) => number} */
  const sensible = (name) => {
    const usual = USUAL_NUMBERS.get(name);
    if (usual !== undefined) return usual;
    const wanted = name.startsWith("x") ? [FOR_X, ...FOR_OTHERS] : FOR_OTHERS;
    const found = wanted.find((each) => !used.has(each)) ?? wanted[0];
    used.add(found);
    return found;
  };
  return new Map(names.map((name) => [name, known.get(name) ?? sensible(name)]));
}

/**
 * The names that a formula gives to its parts, and the ones that need a number.
 * @type {(expression: Expression) => Set<string>}
 */
export const namesInFormula = ({ names, program }) =>
  new Set([...names, ...program.flatMap((step) => ("assign" in step ? [step.assign] : []))]);

/**
 * What is said of the names of a formula on which its output does not depend; empty without any.
 * @type {(expression: Expression) => string}
 */
export function unusedSays(expression) {
  const used = usedIn(expression.program);
  const assigned = expression.program.flatMap((step) => ("assign" in step ? [step.assign] : []));
  const unused = [...assigned, ...expression.names].filter((name) => !used.has(name));
  if (unused.length === 0) return "";
  return say("formula.unused", { count: unused.length, names: listed(unused) });
}

/**
 * The names on which the output of a program depends.
 * @type {(program: Expression["program"]) => Set<string>}
 */
function usedIn(program) {
  /** @type {Map<string, Set<string>>} */
  const known = new Map();
  /** @type {Set<string>[]} */
  const operands = [];
  for (const step of program)
    if ("number" in step) operands.push(new Set());
    else if ("name" in step) operands.push(new Set([step.name, ...(known.get(step.name) ?? [])]));
    else if ("row" in step)
      operands.push(new Set(operands.splice(-step.count).flatMap((each) => [...each])));
    else known.set(step.assign, operands.pop() ?? new Set());
  return operands[0];
}

/**
 * The formula of the gallery that this is; null if it is none of them.
 * @type {(text: string, gallery: Entry[]) => Entry | null}
 */
export const galleryEntry = (text, gallery) =>
  gallery.find(({ formula }) => formula.trim() === text.trim()) ?? null;

/**
 * What a formula of the gallery adds to its document: what is said of it, and its examples.
 * @type {(
 *   entry: Entry | null,
 *   document: Pick<Trace, "nodes" | "events">,
 * ) => Pick<Trace, "examples"> & Pick<Run, "about">}
 */
export function galleryParts(entry, { nodes, events }) {
  /** @type {(each: GallerySentence) => RunSentence} */
  const told = (each) => {
    if (typeof each === "string") return { text: each, at: null, select: null, path: null };
    const ends = each.after.map((name) =>
      events.findIndex(([kind, node]) => kind === "done" && nodes[node].name === name) + 1);
    const waits = listed(each.after);
    return { text: each.text, at: Math.max(...ends), select: null, path: null, waits };
  };
  const about = entry && { title: entry.title, sentences: entry.sentences.map(told) };
  if (!entry?.examples) return { about, examples: null };
  const [names, columns] = [Object.keys(entry.examples), Object.values(entry.examples)];
  const leaves = names.map((each) => nodes.findIndex(({ name }) => name === each));
  const rows = columns[0].map((_, at) => columns.map((column) => column[at]));
  return { about, examples: { leaves, rows } };
}
