// Numbers that are wrong for a reason: a factor missing, the inverse, the sign, = for +=.
//
// Where a number fits two reasons, the first one is said: lists begin with what is most basic. Each
// reason says what the number is, so it is true whatever the reader has thought.

import { edgeOf } from "../said/rules.mjs";
import { say } from "../said/say.mjs";

/** @import { Run } from "../types.d.ts" */
/** @import { Slip } from "./questions.d.ts" */
/** @import { Scene } from "./scene.mjs" */

/** @type {(value: number, says: string) => Slip} */
const slip = (value, says) => ({ value, says });

/** @type {(run: Run, scene: Scene) => number[]} */
const inputsOf = (run, { node }) =>
  node.inputs.map((each) => ("node" in each ? run.nodes[each.node].data : each.number));

/** @type {(truth: number) => Slip} */
const turnedSign = (truth) => slip(-truth, say("slip.sign"));

/**
 * What is taken for a slope: a value, or the slope of something else.
 * @type {Record<string, (inputs: number[], result: number, slot: number) => Slip[]>}
 */
const RULES = {
  Pow: ([a, n], result, slot) => slot > 0 ? [] : [
    slip(a ** (n - 1), say("slip.power.factor")),
    slip(n * result, say("slip.power.less")),
    slip(n, say("slip.power.base")),
  ],
  tanh: ([a], result) => [
    slip(1 - a * a, say("slip.tanh.input")),
    slip(result * result, say("slip.tanh.square")),
    slip(1 - result, say("slip.tanh.result")),
  ],
  exp: ([a], result) => [
    slip(a * (result / Math.E), say("slip.exp")),
  ],
  Div: ([a, b], _, slot) => slot > 0 ? [slip(-a / b, say("slip.quotient"))] : [],
  Sum: (inputs) => [
    slip(1 / inputs.length, say("slip.mean")),
  ],
};

/**
 * Wrong answers to what the local derivative is.
 * @type {(run: Run, scene: Scene) => Slip[]}
 */
export function localSlips(run, scene) {
  const { push, node, from, input } = scene;
  const names = { from, input };
  const rules = Object.hasOwn(RULES, node.op) ? RULES[node.op] : () => [];
  return [
    ...rules(inputsOf(run, scene), node.data, edgeOf(run, push).slot),
    turnedSign(push.local),
    slip(1 / push.local, say("slip.inverse.local", names)),
    slip(push.contribution, say("slip.product")),
    ...otherInputs(run, scene).map(({ name, local }) =>
      slip(local, say("slip.other.local", { name, input }))),
    slip(node.data, say("slip.value", names)),
    slip(run.nodes[push.input].data, say("slip.value.input", names)),
    slip(push.upstream, say("slip.upstream.local", names)),
  ];
}

/**
 * Wrong answers to what a push contributes.
 * @type {(run: Run, scene: Scene) => Slip[]}
 */
export function contributionSlips(run, scene) {
  const { push, node, from, input, count, isSpread } = scene;
  const names = { from, input };
  const { upstream, local, contribution, before, after } = push;
  const isSecond = run.nodes[push.input].uses[0] !== push;
  const divided = say("slip.divided");
  return [
    slip(local, say("slip.local", names)),
    slip(upstream, say("slip.upstream", names)),
    turnedSign(contribution),
    ...(isSpread
      ? [slip(upstream / count, say("slip.shared"))]
      : []),
    slip(upstream / local, divided),
    slip(local / upstream, divided),
    slip(1 / contribution, say("slip.inverse")),
    slip(upstream + local, say("slip.added")),
    ...otherInputs(run, scene).map((other) =>
      slip(upstream * other.local, say("slip.other", { name: other.name, input }))),
    ...(isSecond ? [
      slip(after, say("slip.after", names)),
      slip(before, say("slip.before", names)),
    ] : []),
    slip(node.data, say("slip.forward", { name: from })),
    slip(run.nodes[push.input].data, say("slip.forward", { name: input })),
    slip(upstream * run.nodes[push.input].data, say("slip.upstream.value", names)),
  ];
}

/**
 * Wrong answers to what a gradient is after another use.
 * @type {(run: Run, scene: Scene) => Slip[]}
 */
export function sumSlips(run, { push, node, from, input }) {
  const { contribution, before, after, upstream, local } = push;
  const names = { from, input };
  return [
    slip(contribution, say("slip.forgotten", names)),
    slip(before, say("slip.sum.before", names)),
    turnedSign(after),
    slip(before * contribution, say("slip.sum.multiplied")),
    slip(before - contribution, say("slip.sum.subtracted")),
    slip(after / 2, say("slip.sum.mean")),
    slip(1 / after, say("slip.inverse")),
    slip(local, say("slip.sum.local", names)),
    slip(upstream, say("slip.sum.upstream", names)),
    slip(run.nodes[push.input].data, say("slip.forward", { name: input })),
    slip(node.data, say("slip.forward", { name: from })),
  ];
}

/**
 * The other inputs of an operation, with the derivatives by them.
 * @type {(run: Run, scene: Scene) => { name: string, local: number }[]}
 */
function otherInputs(run, { push, node, called }) {
  const own = edgeOf(run, push);
  return node.inputs.flatMap((each) =>
    "node" in each && each.slot !== own.slot && each.node !== push.input
      ? [{ name: called(each.node), local: each.local }]
      : [],
  );
}
