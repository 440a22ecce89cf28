// Questions with few answers: the sign of a contribution, and whether anything arrives at all.

import { computed } from "../said/phrases.mjs";
import { say, sentences } from "../said/say.mjs";
import { evaluated } from "./evaluate.mjs";
import { choiceIn, choicesOf, isClose, noAnswer, nothingWritten } from "./replies.mjs";
import { isRight, wrongFor } from "./replies.mjs";
import { pushAt, sceneAt } from "./scene.mjs";

/** @import { Push, Run } from "../types.d.ts" */
/** @import { QuestionKind, Reply } from "./questions.d.ts" */
/** @import { Scene } from "./scene.mjs" */

// Operations that let a gradient pass or not.
const GATES = new Set(["ReLU", "maximum", "minimum", "abs"]);

const OF_SIGNS = ["plus", "minus", "zero"];
const YES_OR_NO = ["yes", "no"];

/** @type {(x: number) => string} */
const signOf = (x) => (x > 0 ? "plus" : x < 0 ? "minus" : "zero");

/**
 * A contribution, not that of a sum.
 * @type {(run: Run, at: number) => boolean}
 */
const isSinglePush = (run, at) =>
  pushAt(run, at) !== null && run.steps.contribution[at].kind === "push";

/** @type {QuestionKind} */
export const SIGN = {
  asks: "sign",
  applies: isSinglePush,
  ask(run, at) {
    const scene = sceneAt(run, at);
    const { from, to } = scene;
    return {
      asks: "sign",
      text: say("asks.sign", { from, to }),
      hides: "step",
      choices: choicesOf(OF_SIGNS),
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
  const places = { upstream, local, product: line.product.result };
  return say(`because.sign.${signOf(push.contribution)}`, places);
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
  if (written.trim() === "") return nothingWritten();
  const { upstream, local, contribution } = push;
  const sign = isWritten(written, push) ? signOf(contribution) : null;
  const said = choiceIn(written, OF_SIGNS) ?? sign;
  if (said === null) return noAnswer(say("reply.sign"));
  if (said === signOf(contribution)) return isRight();
  if (contribution === 0) return wrongFor(say("wrong.sign.zero"));
  if (said === "zero") return wrongFor(say("wrong.sign.none"));
  if (upstream < 0 && local < 0) return wrongFor(say("wrong.sign.both"));
  const turns = upstream < 0 ? "upstream" : local < 0 ? "local" : "neither";
  return wrongFor(say(`wrong.sign.${turns}`));
}

/** @type {QuestionKind} */
export const ARRIVES = {
  asks: "arrives",
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
      text: say("asks.arrives", { from, to }),
      hides: "step",
      choices: choicesOf(YES_OR_NO),
      letters: say("choice.yes-no.letters"),
      judge: (written) => replyToArrives(written, run, scene),
      because: arrivesBecause(run, scene),
    };
  },
};

/** @type {(written: string, run: Run, scene: Scene) => Reply} */
function replyToArrives(written, run, { push, from, node, called }) {
  if (written.trim() === "") return nothingWritten();
  const arrives = push.contribution === 0 ? "no" : "yes";
  const said = choiceIn(written, YES_OR_NO) ?? (isWritten(written, push) ? arrives : null);
  if (said === null) return noAnswer(say("reply.yes-no"));
  if (said === arrives) return isRight();
  if (push.upstream === 0) return wrongFor(say("wrong.arrives.upstream", { from }));
  if (node.op === "ReLU") {
    return wrongFor(say("wrong.arrives.gate", { computed: computed(run, push.node, called) }));
  }
  if (push.contribution !== 0) return wrongFor(say("wrong.arrives.neither"));
  return wrongFor(say("wrong.arrives.local", { from }));
}

/**
 * Which factor is 0, or that none is.
 * @type {(run: Run, scene: Scene) => string}
 */
function arrivesBecause(run, { push, node, line, from, input, called }) {
  const [upstream, local] = line.product.parts;
  if (push.upstream === 0) return say("because.arrives.upstream", { from });
  const gate = node.op === "ReLU" ? computed(run, push.node, called) : "";
  const places = { upstream, local, product: line.product.result, input };
  const id = push.local === 0 ? "because.arrives.local" : "because.arrives";
  return sentences(gate, say(id, places));
}
