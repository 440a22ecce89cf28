// Questions with few answers: the sign of a contribution, and whether anything arrives at all.

import { computed } from "../said/phrases.mjs";
import { evaluated } from "./evaluate.mjs";
import { NOTHING_WRITTEN, RIGHT, choiceIn, isClose, noAnswer, wrongFor } from "./replies.mjs";
import { pushAt, sceneAt } from "./scene.mjs";

/** @import { Push, Run } from "../types.d.ts" */
/** @import { QuestionKind, Reply } from "./questions.d.ts" */
/** @import { Scene } from "./scene.mjs" */

// Operations that let a gradient pass or not.
const GATES = new Set(["ReLU", "maximum", "minimum", "abs"]);

/** @type {Record<string, string[]>} */
const OF_SIGNS = {
  "+": ["positive", "plus"],
  "−": ["negative", "minus", "-", "–"],
  "0": ["zero", "neither", "nothing"],
};

/** @type {Record<string, string[]>} */
const YES_OR_NO = { Yes: ["y"], No: ["n"] };

/** @type {(x: number) => string} */
const signOf = (x) => (x > 0 ? "+" : x < 0 ? "−" : "0");

/** @type {(x: number) => string} */
const inWordsSign = (x) => (x > 0 ? "positive" : x < 0 ? "negative" : "0");

/**
 * A contribution, not that of a sum.
 * @type {(run: Run, at: number) => boolean}
 */
const isSinglePush = (run, at) =>
  pushAt(run, at) !== null && run.steps.contribution[at].kind === "push";

/** @type {QuestionKind} */
export const SIGN = {
  asks: "sign",
  title: "the sign of a contribution",
  applies: isSinglePush,
  ask(run, at) {
    const scene = sceneAt(run, at);
    const { from, to } = scene;
    return {
      asks: "sign",
      text: `Is what ${from} contributes to the gradient of ${to} positive, negative or 0?`,
      hides: "step",
      choices: Object.keys(OF_SIGNS),
      letters: "",
      judge: (written) => replyToSign(written, scene),
      because: factorsInWords(scene),
    };
  },
};

/**
 * The signs of the two factors, and of their product.
 * @type {(scene: Scene) => string}
 */
function factorsInWords({ push, line }) {
  const [upstream, local] = line.product.parts;
  const signs = `Upstream is ${upstream} and local is ${local}`;
  const sign = inWordsSign(push.contribution);
  return `${signs}, so their product, ${line.product.result}, is ${sign}.`;
}

/**
 * Whether the contribution itself is written.
 * @type {(written: string, push: Push) => boolean}
 */
function isWritten(written, { contribution }) {
  const x = evaluated(written);
  return x !== null && isClose(x, contribution);
}

/** @type {(written: string, scene: Scene) => Reply} */
function replyToSign(written, { push }) {
  if (written.trim() === "") return NOTHING_WRITTEN;
  const { upstream, local, contribution } = push;
  const sign = isWritten(written, push) ? signOf(contribution) : null;
  const said = choiceIn(written, OF_SIGNS) ?? sign;
  if (said === null) return noAnswer("Choose +, − or 0.");
  if (said === signOf(contribution)) return RIGHT;
  if (contribution === 0) return wrongFor("One of the two factors, upstream and local, is 0.");
  if (said === "0") return wrongFor("Neither of the two factors, upstream and local, is 0.");
  if (upstream < 0 && local < 0) return wrongFor("Both factors are negative.");
  return upstream < 0
    ? wrongFor("That is the sign of the local derivative: upstream turns it.")
    : local < 0
      ? wrongFor("That is the sign of upstream: the local derivative turns it.")
      : wrongFor("The sign is turned: neither factor is negative.");
}

/** @type {QuestionKind} */
export const ARRIVES = {
  asks: "arrives",
  title: "whether anything arrives",
  applies: isSinglePush,
  suits(run, at) {
    const push = pushAt(run, at);
    return push !== null && GATES.has(run.nodes[push.node].op);
  },
  ask(run, at) {
    const scene = sceneAt(run, at);
    const { from, to } = scene;
    return {
      asks: "arrives",
      text: `Does anything of the gradient arrive at ${to} from ${from}, or is it 0?`,
      hides: "step",
      choices: Object.keys(YES_OR_NO),
      letters: "yn",
      judge: (written) => replyToArrives(written, run, scene),
      because: arrivesBecause(run, scene),
    };
  },
};

/** @type {(written: string, run: Run, scene: Scene) => Reply} */
function replyToArrives(written, run, { push, from, node, called }) {
  if (written.trim() === "") return NOTHING_WRITTEN;
  const arrives = push.contribution === 0 ? "No" : "Yes";
  const said = choiceIn(written, YES_OR_NO) ?? (isWritten(written, push) ? arrives : null);
  if (said === null) return noAnswer("Choose Yes or No.");
  if (said === arrives) return RIGHT;
  if (push.upstream === 0) return wrongFor(`Look at what has arrived at ${from} itself.`);
  if (node.op === "ReLU") {
    return wrongFor(`${computed(run, push.node, called)} And its slope there?`);
  }
  if (push.contribution !== 0) return wrongFor("Neither of the two factors is 0.");
  return wrongFor(`Something has arrived at ${from}, but how fast does ${from} change there?`);
}

/**
 * Which factor is 0, or that none is.
 * @type {(run: Run, scene: Scene) => string}
 */
function arrivesBecause(run, { push, node, line, from, input, called }) {
  const [upstream, local] = line.product.parts;
  if (push.upstream === 0) return `Upstream is 0: nothing has arrived at ${from} to pass on.`;
  const gate = node.op === "ReLU" ? `${computed(run, push.node, called)} ` : "";
  if (push.local === 0) {
    return `${gate}Local is 0 there, and 0 times upstream is 0: it passes nothing on.`;
  }
  return `${gate}Upstream is ${upstream} and local is ${local}: ${line.product.result} arrives at `
    + `${input}.`;
}
