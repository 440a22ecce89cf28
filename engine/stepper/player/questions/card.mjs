// What the card of a step says while questions are asked: the question, the verdict, the score.

import { gradient, localOf, localOfEach, pushSymbols, spreadSymbols } from "../cards/sides.mjs";
import { h } from "../elements/elements.mjs";
import { sign } from "../elements/terms.mjs";
import { pushLines, shownLines } from "../said/lines.mjs";
import { calledIn } from "../said/names.mjs";
import { whoIsNext } from "../said/next.mjs";
import { say, sentences } from "../said/say.mjs";
import { sentence } from "../said/words.mjs";
import { scoreInWords } from "./score.mjs";

/** @import { Child } from "../parts.d.ts" */
/** @import { Asked, Run, Seen } from "../types.d.ts" */
/** @import { Question } from "./questions.d.ts" */

/**
 * What is asked for, in symbols, and the form in place of it.
 * @type {(run: Run, seen: Seen, question: Question, form: HTMLElement) => Child[]}
 */
export function askedParts(run, seen, { asks }, form) {
  if (asks === "next" || asks === "double") return [form];
  const called = calledIn(run, seen.step.events);
  const [line] = pushLines(shownLines(run, seen.step, called));
  const isSpread = seen.step.kind === "spread";
  if (asks === "sum") return [gradient(run, called, line.push.input), sign("="), form];
  if (asks !== "local") {
    return [...(isSpread ? spreadSymbols : pushSymbols)(run, line, called), form];
  }
  return [isSpread ? localOfEach(run, line, called) : localOf(line), sign("="), form];
}

/**
 * The step in words; or the question, and what is said to an answer.
 * @type {(run: Run, seen: Seen) => Child[]}
 */
export function saidTo(run, seen) {
  const { asked } = seen;
  const whole = sentence(run, seen);
  if (!asked?.reply || !asked.question) return [whole];
  const { is, says } = asked.reply;
  if (is === "right") {
    const because = asked.question.hides ? whole : asked.question.because;
    return [verdict("right", says), say("list.sentences"), because];
  }
  const rest = asked.isOpen ? sentences(says, whole) : says;
  const no = verdict("wrong", say("reply.no"));
  return is === "wrong" ? [no, say("list.sentences"), rest] : [rest];
}

/** @type {(kind: string, text: string) => HTMLElement} */
const verdict = (kind, text) => h("strong", { class: `verdict ${kind}` }, text);

/**
 * What comes next while questions are asked.
 * @type {(run: Run, seen: Seen, asked: Asked) => string}
 */
export function afterwards(run, seen, { isOpen, isOver, next, score, tries }) {
  if (isOpen && tries > 0) return say("asking.again");
  if (isOpen) return say("asking.first");
  if (isOver) return say("asking.over", { score: scoreInWords(score) });
  if (next === null) return whoIsNext(run, seen);
  return say(next === seen.at + 1 ? "asking.next" : "asking.later", { step: next });
}
