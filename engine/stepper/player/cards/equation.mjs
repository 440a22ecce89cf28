// The card of a step: where it is, its equation, the rule, the reason in words, and who is next.

import { h, setAttribute, setText } from "../elements/elements.mjs";
import { renew } from "../elements/renewed.mjs";
import { afterwards, askedParts, saidTo } from "../questions/card.mjs";
import { answerForm } from "../questions/form.mjs";
import { questionOptions } from "../questions/options.mjs";
import { pushLines, shownLines } from "../said/lines.mjs";
import { calledIn } from "../said/names.mjs";
import { phase, whoIsNext } from "../said/next.mjs";
import { say } from "../said/say.mjs";
import { plot } from "./plot.mjs";
import { lineRows } from "./rows.mjs";
import { pushParts, spreadParts, wanted, wholeParts } from "./sides.mjs";
import { whyLine } from "./why.mjs";

/** @import { Child, RunCard } from "../parts.d.ts" */
/** @import { Dispatch, Run, Seen } from "../types.d.ts" */

/** @type {(dispatch: Dispatch) => RunCard} */
export function equationCard(dispatch) {
  const where = h("span", { class: "phase" });
  const line = h("code", { class: "line" });
  const body = h("div", { class: "equation" });
  const rule = h("div", { class: "reason" });
  const words = h("p", { class: "words", "aria-live": "polite", "aria-atomic": "true" });
  const next = h("p", { class: "next" });
  const drawing = h("div", { class: "plot" });
  const form = answerForm(dispatch);
  const options = questionOptions(dispatch);
  const score = h("button", { type: "button", class: "score",
    title: say("score.title"),
    onclick: () => options.element.showModal() });
  const element = h("section", { class: "card now", "aria-label": say("step.this") });
  element.append(h("div", { class: "above" }, where, score, line), body, rule, words, next, drawing,
    options.element);
  /** @type {Run | null} */
  let before = null;
  /** @type {RunCard["show"]} */
  const show = (run, seen) => {
    // While numbers move, the words are not said aloud each time.
    setAttribute(words, "aria-live", before && before !== run ? "off" : "polite");
    before = run;
    const { asked } = seen;
    const question = asked?.isOpen ? asked.question : null;
    if (asked) {
      form.show(asked);
      options.show(run, asked);
      score.textContent = told(asked);
    }
    score.hidden = asked === null;
    setText(where, phase(run, seen));
    setText(line, lineOf(run, seen));
    setAttribute(element, "data-kind", seen.step.kind);
    if (!question) form.element.remove(); // which is needed again, and may not become another one
    if (question) body.replaceChildren(...askedParts(run, seen, question, form.element));
    else renew(body, equation(run, seen));
    const [push] = seen.step.kind === "push" && !question ? seen.pushes : [];
    renew(rule, push ? [whyLine(run, push)] : []);
    const drawn = push && plot(run, push);
    renew(drawing, drawn ? [drawn] : []);
    renew(words, saidTo(run, seen));
    setText(next, asked ? afterwards(run, seen, asked) : whoIsNext(run, seen));
    if (question) form.settle();
  };
  return { element, show };
}

/** @type {(asked: NonNullable<Seen["asked"]>) => string} */
const told = ({ score: { asked, atOnce, later } }) =>
  asked === 0 ? say("score.none") : say("score.button", { right: atOnce + later, asked });

/**
 * The line of the program that made what the step is about.
 * @type {(run: Run, seen: Seen) => string}
 */
const lineOf = (run, { event }) => (event && run.nodes[event.node].line) || "";

/** @type {(run: Run, seen: Seen) => Child[]} */
function equation(run, seen) {
  const { events, kind } = seen.step;
  const called = calledIn(run, events);
  if (kind === "start") return run.last < run.seed ? [] : wanted(run, called);
  const lines = shownLines(run, seen.step, called);
  const [first] = lines;
  if (kind === "spread") return spreadParts(run, seen, pushLines(lines), called);
  if (events.length > 1) return [lineRows(run, lines, events.length - lines.length, called)];
  return "push" in first ? pushParts(run, first, called) : wholeParts(run, first, called);
}
