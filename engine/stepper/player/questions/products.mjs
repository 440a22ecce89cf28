// Questions about numbers of the way back: a local derivative, a contribution, a sum.

import { counting } from "../said/phrases.mjs";
import { shortRule } from "../said/rules.mjs";
import { replyToNumber } from "./replies.mjs";
import { pushAt, sceneAt } from "./scene.mjs";
import { contributionSlips, localSlips, sumSlips } from "./slips.mjs";

/** @import { Run } from "../types.d.ts" */
/** @import { QuestionKind } from "./questions.d.ts" */
/** @import { Scene } from "./scene.mjs" */

/** @type {(run: Run, at: number) => boolean} */
const isPush = (run, at) => pushAt(run, at) !== null;

/**
 * Where to look, without the rule itself.
 * @type {Record<string, string>}
 */
const HINTS = {
  Add: "Let one term grow by 1: by how much does the sum grow?",
  Sum: "Let one term grow by 1: by how much does the sum grow?",
  Sub: "Let this term grow by 1: by how much does the difference grow?",
  Mul: "Let this factor grow by 1, and the other one stay: by how much does the product grow?",
  Div: "Write the quotient as a product with a power.",
  Pow: "In a power each of its factors changes.",
  ReLU: "Is ReLU level there, or does it rise with its input?",
  tanh: "It is steepest at 0, with slope 1, and level far from it.",
  exp: "exp is its own derivative.",
  log: "The larger its input, the slower a logarithm grows.",
};

/** @type {(scene: Scene) => string} */
const look = ({ node, from, input }) =>
  Object.hasOwn(HINTS, node.op)
    ? HINTS[node.op]
    : `Let ${input} change a little, and all else stay: how fast does ${from} change?`;

/**
 * A printed number as it stands behind a sign.
 * @type {(text: string) => string}
 */
const asTerm = (text) => (text.startsWith("-") ? `(${text})` : text);

/** @type {QuestionKind} */
export const LOCAL = {
  asks: "local",
  title: "the local derivative",
  applies: isPush,
  ask(run, at) {
    const scene = sceneAt(run, at);
    const { push, from, to, isSpread, called } = scene;
    const what = isSpread ? "one of its terms" : to;
    const slips = localSlips(run, scene);
    return {
      asks: "local",
      text: `If only ${what} changes a little, how many times as much does ${from} change? `
        + "(The local derivative, without upstream.)",
      hides: "step",
      choices: [],
      letters: "",
      judge: (written) => replyToNumber(written, [push.local], slips, look(scene)),
      because: `The rule: ${shortRule(run, push, called)}.`,
    };
  },
};

/** @type {QuestionKind} */
export const CONTRIBUTION = {
  asks: "contribution",
  title: "a contribution",
  applies: isPush,
  ask(run, at) {
    const scene = sceneAt(run, at);
    const { push, line, from, to, input, isSpread, count } = scene;
    const whom = isSpread ? `each of its ${counting(count)} terms` : to;
    const hint = `It is upstream × local: the gradient of ${from}, times how fast ${from} changes `
      + `with ${isSpread ? "a term" : input}.`;
    const { parts, sign, result } = line.product;
    const slips = contributionSlips(run, scene);
    return {
      asks: "contribution",
      text: `What does ${from} contribute to the gradient of ${whom}?`,
      hides: "step",
      choices: [],
      letters: "",
      judge: (written) => replyToNumber(written, [push.contribution], slips, hint),
      because: `Upstream × local is ${parts.map(asTerm).join(" × ")} ${sign} ${result}.`,
    };
  },
};

/** @type {QuestionKind} */
export const SUM = {
  asks: "sum",
  title: "the sum after several uses",
  applies(run, at) {
    const push = pushAt(run, at);
    if (push === null || run.steps.contribution[at].kind === "spread") return false;
    return run.nodes[push.input].uses[0] !== push;
  },
  ask(run, at) {
    const scene = sceneAt(run, at);
    const { push, line, from, to, input } = scene;
    const { before = "", after = "", sign = "" } = line.change ?? {};
    const added = line.product.result;
    const printed = Number(before) + Number(added);
    const slips = sumSlips(run, scene);
    return {
      asks: "sum",
      text: `${from} contributes ${added} to the gradient of ${to}. `
        + `What is the gradient of ${input} after that?`,
      hides: "step",
      choices: [],
      letters: "",
      judge: (written) =>
        replyToNumber(written, [push.after, printed], slips, "All contributions are added."),
      because: `Contributions are added: ${before} + ${asTerm(added)} ${sign} ${after}.`,
    };
  },
};
