// Questions about numbers of the way back: a local derivative, a contribution, a sum.

import { counting } from "../said/phrases.mjs";
import { say } from "../said/say.mjs";
import { shortRule } from "../said/rules.mjs";
import { shownNumber } from "../run/numbers.mjs";
import { replyToNumber } from "./replies.mjs";
import { pushAt, sceneAt } from "./scene.mjs";
import { contributionSlips, localSlips, sumSlips } from "./slips.mjs";

/** @import { Run } from "../types.d.ts" */
/** @import { QuestionKind } from "./questions.d.ts" */
/** @import { Scene } from "./scene.mjs" */

/** @type {(run: Run, at: number) => boolean} */
const isPush = (run, at) => pushAt(run, at) !== null;

// Operations of which it is said where to look, without the rule itself.
const HINTED = ["Add", "Sum", "Sub", "Mul", "Div", "Pow", "ReLU", "tanh", "exp", "log"];

/** @type {(scene: Scene) => string} */
const look = ({ node: { op }, from, input }) =>
  say(HINTED.includes(op) ? `look.${op}` : "look", { from, input });

/**
 * A printed number as it stands behind a sign.
 * @type {(text: string) => string}
 */
const asTerm = (text) => (text.startsWith("-") ? `(${text})` : text);

/** @type {QuestionKind} */
export const LOCAL = {
  asks: "local",
  applies: isPush,
  ask(run, at) {
    const scene = sceneAt(run, at);
    const { push, from, to, isSpread, called } = scene;
    const slips = localSlips(run, scene);
    return {
      asks: "local",
      text: say(isSpread ? "asks.local.term" : "asks.local", { from, to }),
      hides: "step",
      choices: [],
      letters: "",
      judge: (written) => replyToNumber(written, [push.local], slips, look(scene)),
      because: say("because.local", { rule: shortRule(run, push, called) }),
    };
  },
};

/** @type {QuestionKind} */
export const CONTRIBUTION = {
  asks: "contribution",
  applies: isPush,
  ask(run, at) {
    const scene = sceneAt(run, at);
    const { push, line, from, to, input, isSpread, count } = scene;
    const places = { from, to, input, count, word: counting(count) };
    const hint = say(isSpread ? "look.contribution.term" : "look.contribution", places);
    const { parts, sign, result } = line.product;
    const factors = parts.map(asTerm).join(" × ");
    const slips = contributionSlips(run, scene);
    return {
      asks: "contribution",
      text: say(isSpread ? "asks.contribution.terms" : "asks.contribution", places),
      hides: "step",
      choices: [],
      letters: "",
      judge: (written) => replyToNumber(written, [push.contribution], slips, hint),
      because: say("because.contribution", { factors, sign, result }),
    };
  },
};

/** @type {QuestionKind} */
export const SUM = {
  asks: "sum",
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
    const printed = shownNumber(before) + shownNumber(added);
    const slips = sumSlips(run, scene);
    return {
      asks: "sum",
      text: say("asks.sum", { from, added, to, input }),
      hides: "step",
      choices: [],
      letters: "",
      judge: (written) =>
        replyToNumber(written, [push.after, printed], slips, say("look.sum")),
      because: say("because.sum", { before, added: asTerm(added), sign, after }),
    };
  },
};
