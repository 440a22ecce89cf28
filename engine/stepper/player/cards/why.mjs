// Why a local derivative is what it is: the rule of its operation, and the slot that it is by.

import { h, joined } from "../elements/elements.mjs";
import { calledIn } from "../said/names.mjs";
import { inFull, shownNumber } from "../run/numbers.mjs";
import { slotOf } from "../run/run.mjs";
import { edgeOf, ruleText, shortRule } from "../said/rules.mjs";
import { sayWith } from "../said/say.mjs";
import { asOperand, named, num, sign } from "../elements/terms.mjs";
import { slotName } from "../said/words.mjs";

/** @import { Called } from "../said/lines.d.ts" */
/** @import { Child } from "../parts.d.ts" */
/** @import { Push, Run, RunNode } from "../types.d.ts" */

// In how many digits a rule may have its numbers.
const PRECISIONS = [4, 5, 6, 9, 17];

// A number that is no part of a name.
const NUMBER = /(?<![\w.,#[-])-?(?:\d+(?:[.,]\d+)?(?:e[-+]\d+)?|inf|nan)(?![\w.\]])/g;

// How many inputs of an operation are written at either end of a long list.
const FIRST = 4;
const LAST = 2;

/**
 * The rule of a push, d(a²)/da = 2·a = 2 × 0.9637 = 1.927, and where in its operation it applies.
 * @type {(run: Run, push: Push) => HTMLElement}
 */
export function whyLine(run, push) {
  const node = run.nodes[push.node];
  const slot = slotOf(run, push);
  const called = calledIn(run, [push]);
  const place = operation(run, push.node, called, slot);
  const where = node.inputs.length > 1 ? "why.slot" : "why.place";
  return h(
    "p",
    { class: "why" },
    h("span", { class: "rule" }, ...ruleOf(run, push, called)),
    " ",
    h("span", { class: "place quiet" }, ...sayWith(where, { place, slot: slotName(node, slot) })),
  );
}

/**
 * The rule of a push in the names of its step, with all digits of its numbers as their titles.
 * @type {(run: Run, push: Push, called?: Called) => Child[]}
 */
export function ruleOf(run, push, called = calledIn(run, [push])) {
  const text = shortRule(run, push, called);
  const whole = ruleText(edgeOf(run, push));
  const [derivative, ...sides] = text.split(/ (?=[=≈] )/);
  const known = [push.local, ...dataOf(run, run.nodes[push.node])];
  const parts = sides.flatMap((side) => [sign(side[0]), ...withNumbers(side.slice(2), known)]);
  return [h("span", { class: "local", title: whole }, derivative), ...parts];
}

/**
 * Whether an operation has an input in several slots.
 * @type {(node: RunNode, place: number) => boolean}
 */
export const isRepeated = ({ inputs }, place) =>
  inputs.filter((input) => "node" in input && input.node === place).length > 1;

/** @type {(run: Run, node: RunNode) => number[]} */
const dataOf = (run, node) =>
  node.inputs.map((input) => ("node" in input ? run.nodes[input.node].data : input.number));

/**
 * A text whose numbers, if they are known, have all their digits in their titles.
 * @type {(text: string, known: number[]) => Child[]}
 */
function withNumbers(text, known) {
  const words = text.split(NUMBER);
  const numbers = [...text.matchAll(NUMBER)].map(([printed]) => {
    const whole = known.find((x) => isPrinted(printed, x));
    return whole === undefined ? printed : num(whole, "", printed);
  });
  return words.flatMap((word, i) => [word, ...numbers.slice(i, i + 1)]).filter(Boolean);
}

/** @type {(printed: string, x: number) => boolean} */
const isPrinted = (printed, x) =>
  Number.isFinite(x)
    ? PRECISIONS.some((digits) => shownNumber(printed) === Number(x.toPrecision(digits)))
    : printed === inFull(x).replace("Infinity", "inf").replace("NaN", "nan");

/**
 * The operation of a node in symbols, y = x × x, with the input in one slot marked.
 * @type {(run: Run, place: number, called: Called, slot?: number) => Child[]}
 */
export function operation(run, place, called, slot = -1) {
  const { inputs, pieces } = run.nodes[place];
  const between = pieces[0] === "";
  const written = inputs.map((input, i) => {
    if (!("node" in input)) return between ? asOperand(input.number) : num(input.number);
    const name = named(called(input.node), run.nodes[input.node].name);
    return i === slot ? h("u", { class: "slot" }, name) : name;
  });
  const count = written.length;
  /** @type {(i: number) => boolean} */
  const isShown = (i) => i < FIRST || i >= count - LAST || i === slot || count <= FIRST + LAST + 2;
  const shown = [...written.keys()].filter(isShown);
  const terms = shown.flatMap((i, at) => [
    ...(at > 0 && shown[at - 1] < i - 1 ? ["…"] : []),
    written[i],
  ]);
  const middle = joined(terms, pieces[1]);
  const last = pieces[pieces.length - 1];
  const own = named(called(place), run.nodes[place].name);
  return [own, sign("="), pieces[0], ...(count > 1 ? middle : written), last];
}
