// The equation of a step with one event, or with one number that goes to several inputs.

import { h, joined } from "../elements/elements.mjs";
import { formula } from "../said/formulas.mjs";
import { say, sayWith } from "../said/say.mjs";
import { abridged } from "../run/numbers.mjs";
import { isInner } from "../run/run.mjs";
import { asOperand, captioned, named, num } from "../elements/terms.mjs";
import { partOf, partial, sign, slope, term } from "../elements/terms.mjs";

/** @import { Child } from "../parts.d.ts" */
/** @import { Called, Equation, PushLine, SumLine } from "../said/lines.d.ts" */
/** @import { Run, Seen } from "../types.d.ts" */

// How many gradients are named at the start.
const WANTED = 3;

/** A Value as an element. @type {(run: Run, called: Called, node: number) => HTMLElement} */
export const nameIn = (run, called, node) => named(called(node), run.nodes[node].name);

/**
 * The gradient of a Value in symbols.
 * @type {(run: Run, called: Called, node: number) => HTMLElement}
 */
export const gradient = (run, called, node) =>
  partial(nameIn(run, called, run.output), nameIn(run, called, node));

/**
 * What is looked for: the gradients of the leaves.
 * @type {(run: Run, called: Called) => Child[]}
 */
export function wanted(run, called) {
  const leaves = run.rows.filter((node) => !isInner(run.nodes[node]) && node !== run.output);
  if (leaves.length === 0) return [];
  const some = leaves.slice(0, WANTED).map((node) => gradient(run, called, node));
  const more = leaves.length > WANTED ? [say("list.comma"), "…"] : [];
  return [...joined(some, ","), ...more, sign("="), "?"];
}

/**
 * A computation, or a sum.
 * @type {(run: Run, line: Equation | SumLine, called: Called) => Child[]}
 */
export const wholeParts = (run, line, called) =>
  "sides" in line ? forwardParts(run, line, called) : sumParts(run, line, called);

/** @type {(run: Run, equation: Equation, called: Called) => Child[]} */
function forwardParts(run, { node, result, sides, sign: last }, called) {
  const formulas = sides.flatMap((side) => [
    sign("="),
    h("span", { class: "side" }, ...side.map(partOf)),
  ]);
  const data = num(run.nodes[node].data, "data", result);
  return [nameIn(run, called, node), ...formulas, sign(last), data];
}

/**
 * The sum of what has been added to a gradient; of one part, as of the output, the gradient.
 * @type {(run: Run, line: SumLine, called: Called) => Child[]}
 */
function sumParts(run, { node, parts, sum }, called) {
  const several = parts.length > 1 ? [...parts.keys()] : [];
  const terms = abridged(several).flatMap((each, i) => [
    sign(i ? "+" : "="),
    typeof each === "number" ? asOperand(parts[each], sum.parts[each]) : each,
  ]);
  const total = num(run.nodes[node].grad, "grad", sum.result);
  return [gradient(run, called, node), ...terms, sign(sum.sign), total];
}

/**
 * A push in symbols and in numbers.
 * @type {(run: Run, line: PushLine, called: Called) => Child[]}
 */
export const pushParts = (run, line, called) => [
  ...pushSymbols(run, line, called),
  ...factors(line),
  ...contribution(line),
];

/**
 * A push in symbols: the gradient to which it adds, and its two factors.
 * @type {(run: Run, line: PushLine, called: Called) => Child[]}
 */
export function pushSymbols(run, line, called) {
  const result = term("result", say("term.gradient"), gradient(run, called, line.push.input));
  const adds = sign(line.change === null ? "=" : "+=");
  return [result, adds, ...symbols(run, line, called, localOf(line))];
}

/**
 * A local derivative in symbols.
 * @type {(line: PushLine) => HTMLElement}
 */
export const localOf = (line) => captioned("local", slope(line.local));

/**
 * The derivative of a sum by each of its terms.
 * @type {(run: Run, line: PushLine, called: Called) => HTMLElement}
 */
export function localOfEach(run, line, called) {
  const of = formula(run, line.push.node, called);
  const by = { text: ` ${say("term.each")}` };
  return captioned("local", slope({ of, by, where: [] }));
}

/**
 * What an operation passes on to all of its inputs, in symbols.
 * @type {(run: Run, line: PushLine, called: Called) => Child[]}
 */
export function spreadSymbols(run, line, called) {
  const output = nameIn(run, called, run.output);
  const each = partial(output, h("i", {}, say("term.each")));
  const result = term("result", say("term.gradient"), each);
  return [result, sign("="), ...symbols(run, line, called, localOfEach(run, line, called))];
}

/**
 * What an operation passes on to all of its inputs as it is, and which these are.
 * @type {(run: Run, seen: Seen, lines: PushLine[], called: Called) => Child[]}
 */
export function spreadParts(run, { pushes }, lines, called) {
  const [line] = lines;
  const { product, push } = line;
  const number = num(push.contribution, "", product.result);
  const targets = lines.map((each) =>
    h("span", { class: "target" }, nameIn(run, called, each.push.input), ...bracket(each)),
  );
  const isAll = targets.length === pushes.length;
  const shown = isAll ? targets : [...targets.slice(0, 6), "…", ...targets.slice(6)];
  const places = { targets: joined(shown, say("list.comma")) };
  return [
    ...spreadSymbols(run, line, called),
    ...factors(line),
    sign(product.sign),
    captioned("contribution", number),
    h("span", { class: "targets" }, ...sayWith("sides.to", places)),
  ];
}

/** @type {(run: Run, line: PushLine, called: Called, local: HTMLElement) => Child[]} */
const symbols = (run, { push }, called, local) =>
  [captioned("upstream", gradient(run, called, push.node)), sign("·"), local, sign("=")];

/** @type {(line: PushLine) => Child[]} */
function factors({ product, push }) {
  const [upstream, slopes] = product.parts;
  return [
    captioned("upstream", asOperand(push.upstream, upstream)),
    sign("×"),
    captioned("local", asOperand(push.local, slopes)),
  ];
}

/** @type {(line: PushLine) => Child[]} */
function contribution(line) {
  const { product, push } = line;
  const number = num(push.contribution, "", product.result);
  return [sign(product.sign), captioned("contribution", number), ...bracket(line)];
}

/**
 * How the gradient changes, in brackets, if other uses add to it too.
 * @type {(line: PushLine) => HTMLElement[]}
 */
const bracket = (line) =>
  line.change === null ? [] : [h("span", { class: "change" }, "   (", ...change(line), ")")];

/**
 * The gradient before and after a push; of the only use of a node the gradient.
 * @type {(line: PushLine) => Child[]}
 */
export function change({ change: made, product, push }) {
  if (made === null) return [num(push.after, "", product.result)];
  const before = made.before === "–" ? "–" : num(push.before, "", made.before);
  const after = num(push.after, "", made.after);
  return [before, " → ", ...(made.sign === "=" ? [after] : sayWith("sides.about", { after }))];
}
