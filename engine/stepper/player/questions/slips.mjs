// Numbers that are wrong for a reason: a factor missing, the inverse, the sign, = for +=.
//
// Where a number fits two reasons, the first one is said: lists begin with what is most basic. Each
// reason says what the number is, so it is true whatever the reader has thought.

import { edgeOf } from "../said/rules.mjs";

/** @import { Run } from "../types.d.ts" */
/** @import { Slip } from "./questions.d.ts" */
/** @import { Scene } from "./scene.mjs" */

/** @type {(value: number, says: string) => Slip} */
const slip = (value, says) => ({ value, says });

/** @type {(run: Run, scene: Scene) => number[]} */
const inputsOf = (run, { node }) =>
  node.inputs.map((each) => ("node" in each ? run.nodes[each.node].data : each.number));

/** @type {(truth: number) => Slip} */
const turnedSign = (truth) => slip(-truth, "The size is right, and the sign is turned.");

/**
 * What is taken for a slope: a value, or the slope of something else.
 * @type {Record<string, (inputs: number[], result: number, slot: number) => Slip[]>}
 */
const RULES = {
  Pow: ([a, n], result, slot) => slot > 0 ? [] : [
    slip(a ** (n - 1), "A factor is missing: the exponent comes down in front."),
    slip(n * result, "The exponent comes down in front, and what stays is one less."),
    slip(n, "The exponent comes down in front, but a power of the base stays."),
  ],
  tanh: ([a], result) => [
    slip(1 - a * a, "The rule of tanh squares its result, and not its input."),
    slip(result * result, "That is the square of the result: it is missing from 1."),
    slip(1 - result, "The result is to be squared."),
  ],
  exp: ([a], result) => [
    slip(a * (result / Math.E), "exp is no power of its input: it is its own derivative."),
  ],
  Div: ([a, b], _, slot) => slot > 0 ? [slip(-a / b, "The denominator is to be squared.")] : [],
  Sum: (inputs) => [
    slip(1 / inputs.length, "A sum is no mean: it changes just as much as the term does."),
  ],
};

/**
 * Wrong answers to what the local derivative is.
 * @type {(run: Run, scene: Scene) => Slip[]}
 */
export function localSlips(run, scene) {
  const { push, node, from, input } = scene;
  const rules = Object.hasOwn(RULES, node.op) ? RULES[node.op] : () => [];
  return [
    ...rules(inputsOf(run, scene), node.data, edgeOf(run, push).slot),
    turnedSign(push.local),
    slip(1 / push.local, `That is one over it: asked is how fast ${from} changes, not ${input}.`),
    slip(push.contribution, "That is upstream × local already: asked is local alone."),
    ...otherInputs(run, scene).map(({ name, local }) =>
      slip(local, `That is the derivative by ${name}: asked is the one by ${input}.`)),
    slip(node.data, `That is the value of ${from}: asked is how fast it changes.`),
    slip(run.nodes[push.input].data, `That is the value of ${input} itself, and no derivative.`),
    slip(push.upstream, `That is upstream, the gradient of ${from}: asked is local.`),
  ];
}

/**
 * Wrong answers to what a push contributes.
 * @type {(run: Run, scene: Scene) => Slip[]}
 */
export function contributionSlips(run, scene) {
  const { push, node, from, input, count, isSpread } = scene;
  const { upstream, local, contribution, before, after } = push;
  const isSecond = run.nodes[push.input].uses[0] !== push;
  const divided = "The two are multiplied, and not divided.";
  return [
    slip(local, "A factor is missing. That is the local derivative: multiply it by upstream, the "
      + `gradient of ${from}.`),
    slip(upstream, "A factor is missing. That is upstream: multiply it by the local derivative of "
      + `${from} by ${input}.`),
    turnedSign(contribution),
    ...(isSpread
      ? [slip(upstream / count, "A gradient is not shared out: each term gets all of it.")]
      : []),
    slip(upstream / local, divided),
    slip(local / upstream, divided),
    slip(1 / contribution, "That is one over it."),
    slip(upstream + local, "Upstream and local are multiplied, and not added."),
    ...otherInputs(run, scene).map((other) =>
      slip(upstream * other.local, `That goes to ${other.name}: asked is what goes to ${input}.`)),
    ...(isSecond ? [
      slip(after, `That is the gradient of ${input} afterwards: asked is what this use adds.`),
      slip(before, `That is what ${input} has already: asked is what this use adds.`),
    ] : []),
    slip(node.data, `That is the value of ${from}, from the way forward.`),
    slip(run.nodes[push.input].data, `That is the value of ${input}, from the way forward.`),
    slip(upstream * run.nodes[push.input].data, "That is upstream times the value of "
      + `${input}: take the derivative of ${from} by it.`),
  ];
}

/**
 * Wrong answers to what a gradient is after another use.
 * @type {(run: Run, scene: Scene) => Slip[]}
 */
export function sumSlips(run, { push, node, from, input }) {
  const { contribution, before, after, upstream, local } = push;
  return [
    slip(contribution, `That is = in place of +=: what ${input} had already is forgotten.`),
    slip(before, `That is what ${input} had before: this use adds to it.`),
    turnedSign(after),
    slip(before * contribution, "Contributions are added, and not multiplied."),
    slip(before - contribution, "Contributions are added, and not subtracted."),
    slip(after / 2, "Contributions are added: no mean is taken."),
    slip(1 / after, "That is one over it."),
    slip(local, `That is the local derivative of ${from}: add the contribution to what is there.`),
    slip(upstream, `That is the gradient of ${from}: asked is that of ${input}.`),
    slip(run.nodes[push.input].data, `That is the value of ${input}, from the way forward.`),
    slip(node.data, `That is the value of ${from}, from the way forward.`),
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
