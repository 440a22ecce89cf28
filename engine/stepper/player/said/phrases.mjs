// Phrases of which sentences are made: lists, how often, how much as much, what an operation does.

import { computation } from "./formulas.mjs";
import { abridged, printed, short } from "../run/numbers.mjs";

/** @import { Called, PushLine } from "./lines.d.ts" */
/** @import { Run, RunNode } from "../types.d.ts" */

const WORDS = [
  "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
];

/**
 * A small number as a word.
 * @type {(count: number) => string}
 */
export const counting = (count) => WORDS[count] ?? String(count);

/**
 * A sentence with a capital at its beginning.
 * @type {(text: string) => string}
 */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * How often: once, twice, 3 times.
 * @type {(count: number) => string}
 */
export const often = (count) => ["never", "once", "twice"][count] ?? `${counting(count)} times`;

/**
 * A list in words: a, b and c; of a long one the beginning and the end.
 * @type {(parts: string[]) => string}
 */
export function listed(parts) {
  const last = parts.length - 1;
  if (last < 1) return parts.join("");
  return `${abridged(parts.slice(0, last)).join(", ")} and ${parts[last]}`;
}

/**
 * By how much something changes with something else, of a derivative as printed.
 * @type {(text: string) => string}
 */
export function asMuch(text) {
  if (text === "0") return "not at all";
  const [size, way] = text.startsWith("-") ? [text.slice(1), ", the other way"] : [text, ""];
  return `${size === "1" ? "just" : `${size} times`} as much${way}`;
}

/** @type {Record<string, string>} */
const BETWEEN = {
  Add: " plus ", Sum: " plus ", Sub: " minus ", Mul: " times ", Div: " divided by ",
  Pow: " to the power ",
};

/**
 * What an operation does with its numbers, in a sentence.
 * @type {(run: Run, place: number, called: Called) => string}
 */
export function computed(run, place, called) {
  const node = run.nodes[place];
  const [claim] = printed([computation(run, node)]);
  const inputs = node.inputs.map((each, i) =>
    "node" in each ? `${called(each.node)} (${claim.parts[i]})` : claim.parts[i],
  );
  const is = claim.sign === "=" ? "is" : "is about";
  if (node.op === "ReLU") return relu(inputs[0], node, claim.result);
  const between = BETWEEN[node.op];
  const what = between && inputs.length > 1
    ? abridged(inputs).join(between)
    : `${WHAT[node.op] ?? `${node.op} of`} ${listed(inputs)}`;
  return `${what} ${is} ${claim.result}.`;
}

/** @type {Record<string, string>} */
const WHAT = { Sum: "The sum of", neg: "Minus", abs: "The size of", Sqrt: "The square root of" };

/** @type {(input: string, node: RunNode, result: string) => string} */
function relu(input, { data }, result) {
  if (Number.isNaN(data)) return `${input} is no number, and so ReLU gives none: ${result}.`;
  return data > 0
    ? `${input} is positive, so ReLU lets it through: ${result}.`
    : `${input} is not positive, so ReLU gives ${short(data)}.`;
}

/**
 * Where a result goes, in a sentence.
 * @type {(run: Run, place: number, called: Called) => string}
 */
export function goesInto(run, place, called) {
  if (place === run.output) return "It is the output.";
  const consumers = [...new Set(run.nodes[place].uses.map((use) => called(use.node)))].toReversed();
  if (consumers.length > 3) return `It goes into ${consumers.length} operations.`;
  return `It goes into ${listed(consumers)}.`;
}

/**
 * What a push does where its operation is at a kink, in a sentence.
 * @type {(from: string, to: string, line: PushLine) => string}
 */
export const kinkInWords = (from, to, { product: { parts: [upstream, local], result, sign } }) =>
  `${from} has a kink just at this ${to}: its slopes to the left and to the right differ, and ` +
  `${local} is taken for the slope here (local). The contribution is upstream × local = ` +
  `${upstream} × ${local} ${sign} ${result}.`;

/** @type {Record<string, (inputs: number[]) => boolean>} */
const KINKS = {
  ReLU: ([x]) => x === 0,
  abs: ([x]) => x === 0,
  max: ([a, b]) => a === b,
  min: ([a, b]) => a === b,
};

/**
 * Whether an operation is at a kink.
 * @type {(run: Run, node: RunNode) => boolean}
 */
export function isAtKink({ nodes }, { op, inputs }) {
  const numbers = inputs.map((each) => ("node" in each ? nodes[each.node].data : each.number));
  return Object.hasOwn(KINKS, op) && KINKS[op](numbers);
}
