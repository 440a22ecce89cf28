// Phrases of which sentences are made: lists, how often, how much as much, what an operation does.

import { computation } from "./formulas.mjs";
import { abridged, printed, short } from "../run/numbers.mjs";
import { say } from "./say.mjs";

/** @import { Called, PushLine } from "./lines.d.ts" */
/** @import { Run, RunNode } from "../types.d.ts" */
/** @import { Places } from "./say.mjs" */

/**
 * A small number as a word.
 * @type {(count: number) => string}
 */
export const counting = (count) => say("number.words", { count });

/**
 * A sentence with a capital at its beginning.
 * @type {(text: string) => string}
 */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

// In some languages "and" is another word before such a sound: Spanish has y, and "x e y".
const LIKE_I = /^h?[iy]/i;

/**
 * A list in words: a, b and c; of a long one the beginning and the end.
 * @type {(parts: string[]) => string}
 */
export function listed(parts) {
  const last = parts.length - 1;
  if (last < 1) return parts.join("");
  const most = abridged(parts.slice(0, last)).join(say("list.comma"));
  return say(LIKE_I.test(parts[last]) ? "list.and.i" : "list.and", { most, last: parts[last] });
}

/**
 * In which of some messages it stands by how much something changes with something else, of a
 * derivative as printed: local.none, local.same, local.times, and the other way .turned, .back.
 * @type {(id: string, text: string, places: Places) => string}
 */
export function sayMuch(id, text, places) {
  const isBack = text.startsWith("-");
  const size = isBack ? text.slice(1) : text;
  const [same, times] = isBack ? ["turned", "back"] : ["same", "times"];
  return say(`${id}.${size === "0" ? "none" : size === "1" ? same : times}`, { ...places, size });
}

// Operations whose name stands between their inputs, and others that have messages of their own.
const BETWEEN = ["Add", "Sum", "Sub", "Mul", "Div", "Pow"];
const OF_INPUTS = ["Sum", "neg", "abs", "Sqrt"];

/**
 * What an operation does with its numbers, in a sentence.
 * @type {(run: Run, place: number, called: Called) => string}
 */
export function computed(run, place, called) {
  const node = run.nodes[place];
  const { parts, ...made } = computation(run, node);
  const [claim] = printed([{ parts, ...made }]);
  const inputs = node.inputs.map((each, i) =>
    "node" in each ? `${called(each.node)} (${claim.parts[i]})` : claim.parts[i],
  );
  if (node.op === "ReLU") return relu(inputs[0], node, claim.result);
  const is = claim.sign === "=" ? "computed.is" : "computed.about";
  const places = { what: inputsWith(node.op, inputs), result: claim.result };
  return Number.isFinite(node.data) ? say(is, places) : notFinite(node, places, inputs, parts);
}

/**
 * Why a result is no finite number: an input is none, or the operation has none to give.
 * @type {(node: RunNode, places: Places, inputs: string[], parts: number[]) => string}
 */
function notFinite({ data }, places, inputs, parts) {
  const input = inputs[parts.findIndex((each) => !Number.isFinite(each))];
  if (input) return say("computed.from", { ...places, input });
  return say(Number.isNaN(data) ? "computed.nan" : "computed.inf", places);
}

/** @type {(op: string, inputs: string[]) => string} */
function inputsWith(op, inputs) {
  if (BETWEEN.includes(op) && inputs.length > 1)
    return abridged(inputs).join(say(`between.${op}`));
  const id = OF_INPUTS.includes(op) ? `operation.${op}` : "operation";
  return say(id, { op, inputs: listed(inputs) });
}

/** @type {(input: string, node: RunNode, result: string) => string} */
function relu(input, { data }, result) {
  if (Number.isNaN(data)) return say("relu.nan", { input, result });
  return data > 0 ? say("relu.on", { input, result })
    : say("relu.off", { input, result: short(data) });
}

/**
 * Where a result goes, in a sentence.
 * @type {(run: Run, place: number, called: Called) => string}
 */
export function goesInto(run, place, called) {
  if (place === run.output) return say("goes.output");
  const consumers = [...new Set(run.nodes[place].uses.map((use) => called(use.node)))].toReversed();
  if (consumers.length > 3) return say("goes.several", { count: consumers.length });
  return say("goes", { names: listed(consumers) });
}

/**
 * What a push does where its operation is at a kink, in a sentence.
 * @type {(from: string, to: string, line: PushLine) => string}
 */
export const kinkInWords = (from, to, { product: { parts: [upstream, local], result, sign } }) =>
  say("said.kink", { from, to, upstream, local, sign, result });

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
