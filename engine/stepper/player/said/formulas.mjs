// Formulas: an operation with names or numbers put in, whole or as a derivative by one slot.

import { short } from "../run/numbers.mjs";

/** @import { Called, Claim, Derivative, Equation, How, Part, Printed } from "./lines.d.ts" */
/** @import { Run, RunNode } from "../types.d.ts" */

// What stands between inputs in a derivative, as in rules.
const SIGNS = new Map([[" × ", "·"], [" ÷ ", " / "]]);

/** @typedef {{ nodes: { name: string }[] }} Named */
/** @typedef {{ inputs: ({ node: number } | { number: unknown })[] }} Made */

// The letters for slots, as in rules: d is a sign there, and e a number.
export const LETTERS = "abcfghijklmnopqrstuvwxyz";

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** @type {Map<string, How>} */
const HOW = new Map([
  ["Add", "+"], ["Sum", "+"], ["Sub", "−"], ["Mul", "×"], ["Div", "÷"], ["Pow", "^"],
]);

/**
 * The equation of an operation: with names, with numbers if that differs, and the result.
 * @type {(run: Run, place: number, claim: Printed, called: Called) => Equation}
 */
export function equationOf(run, place, { parts, result, sign }, called) {
  const node = run.nodes[place];
  const texts = parts.map((text) => operand(node, text));
  const names = node.inputs.map((each, i) =>
    "node" in each ? nameOf(run, each.node, called) : texts[i],
  );
  const [slots, pieces] = [abridgedSlots(names.length), raised(node)];
  const sides = [written(pieces, names, slots), written(pieces, texts, slots)];
  if (textOf(sides[1]) === result) sides.pop();
  return { node: place, sides, sign, result };
}

/**
 * An operation on numbers, and what it has given.
 * @type {(run: Pick<Run, "nodes">, node: RunNode) => Claim}
 */
export const computation = (run, node) => ({
  parts: node.inputs.map((each) => ("node" in each ? run.nodes[each.node].data : each.number)),
  result: node.data,
  by: HOW.get(node.op) ?? "f",
});

/**
 * The local derivative by a slot, d(a·b)/da, with that slot marked. A Value that is in several
 * slots has a letter in each of them: d(a·b)/da where a = b = x.
 * @type {(run: Run, place: number, slot: number, called: Called) => Derivative}
 */
export function derivative(run, place, slot, called) {
  const node = run.nodes[place];
  const texts = textsOf(run, node, called);
  const own = texts[slot].text;
  const letters = lettersOf(run, node, slot);
  for (const [each, text] of letters) texts[each] = { text };
  const by = texts[slot];
  const marked = texts.map((each, i) => (i === slot ? { ...each, marked: true } : each));
  const pieces = raised(node).map((piece) => SIGNS.get(piece) ?? piece);
  const of = written(pieces, marked, slotsAround(texts.length, slot));
  return { of, by, where: letters.size ? [...letters.values(), own] : [] };
}

/**
 * An operation with the names of its inputs; of many the first and the last.
 * @type {(run: Run, place: number, called: Called) => Part[]}
 */
export function formula(run, place, called) {
  const node = run.nodes[place];
  const texts = textsOf(run, node, called);
  return written(node.pieces, texts, slotsAround(texts.length, 0));
}

/**
 * The names and the plain numbers that an operation is made from.
 * @type {(run: Run, node: RunNode, called: Called) => Part[]}
 */
const textsOf = (run, node, called) =>
  node.inputs.map((input) =>
    "node" in input ? nameOf(run, input.node, called) : operand(node, short(input.number)),
  );

/**
 * A number in writing; between signs a negative one stands in parentheses.
 * @type {(node: RunNode, text: string) => Part}
 */
const operand = ({ inputs, pieces }, text) => ({
  text: pieces[0] === "" && inputs.length > 1 && text[0] === "-" ? `(${text})` : text,
});

/** @type {(run: Run, node: number, called: Called) => Part} */
const nameOf = (run, node, called) => ({ text: called(node), title: run.nodes[node].name });

/**
 * The letters for the slots that hold the same Value, as in its rule: those that no Value of the
 * run is called by, in full or in short; none for a Value in one slot.
 * @type {(run: Named, node: Made, slot: number) => Map<number, string>}
 */
export function lettersOf({ nodes }, { inputs }, slot) {
  const own = inputs[slot];
  const shown = new Set([...abridgedSlots(inputs.length), slot]);
  const same = [...inputs.keys()].filter((i) => {
    const each = inputs[i];
    return "node" in each && "node" in own && each.node === own.node;
  });
  if (same.length < 2) return new Map();
  const taken = new Set(nodes.flatMap(({ name }) => [name, name.slice(name.lastIndexOf(".") + 1)]));
  const numbered = [...inputs, ...nodes].map((_, i) => `a${i + 1}`);
  const free = [...LETTERS, ...numbered].filter((letter) => !taken.has(letter));
  const places = same.filter((each) => shown.has(each));
  return new Map(places.map((each, i) => [each, free[i]]));
}

/**
 * The pieces of an operation; an exponent that is a whole number is raised.
 * @type {(node: RunNode) => string[]}
 */
function raised({ inputs, op, pieces }) {
  const exponent = inputs[1];
  if (op !== "Pow" || "node" in exponent || !/^\d+$/.test(String(exponent.number))) return pieces;
  const digits = [...String(exponent.number)].map((digit) => RAISED[Number(digit)]);
  return ["", digits.join("")];
}

/**
 * The texts of these slots with the pieces around them, and dots for slots that are left out.
 * @type {(pieces: string[], texts: Part[], slots: number[]) => Part[]}
 */
function written(pieces, texts, slots) {
  const last = pieces.length - 1;
  const own = slots.filter((slot) => slot < last);
  const parts = own.flatMap((slot, i) => {
    const isGap = i > 0 && own[i - 1] < slot - 1;
    return [{ text: isGap ? `${pieces[slot]}…${pieces[slot]}` : pieces[slot] }, texts[slot]];
  });
  return [...parts, { text: pieces[last] }].filter(({ text }) => text !== "");
}

/**
 * A formula as text.
 * @type {(parts: Part[]) => string}
 */
const textOf = (parts) => parts.map(({ text }) => text).join("");

/**
 * All slots, or of more than twelve the first six and the last five.
 * @type {(length: number) => number[]}
 */
const abridgedSlots = (length) =>
  slotsWhere(length, (i) => length <= 12 || i < 6 || i >= length - 5);

/**
 * All slots, or of more than three the first, the one that counts, and the last.
 * @type {(length: number, slot: number) => number[]}
 */
const slotsAround = (length, slot) =>
  slotsWhere(length, (i) => length <= 3 || i === 0 || i === slot || i === length - 1);

/** @type {(length: number, isShown: (slot: number) => boolean) => number[]} */
const slotsWhere = (length, isShown) => [...Array.from({ length }).keys()].filter(isShown);
