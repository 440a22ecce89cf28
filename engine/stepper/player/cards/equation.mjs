// The card of a step: where it is, its equation, the rule, the reason in words, and who is next.

import { h } from "../elements/elements.mjs";
import { pushLines, shownLines } from "../said/lines.mjs";
import { calledIn } from "../said/names.mjs";
import { phase, whoIsNext } from "../said/next.mjs";
import { judged, sentence } from "../said/words.mjs";
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
  const element = h("section", { class: "card now", "aria-label": "This step" });
  element.append(h("div", { class: "above" }, where, line), body, rule, words, next, drawing);
  /** @type {Run | null} */
  let before = null;
  /** @type {RunCard["show"]} */
  const show = (run, seen) => {
    // While numbers move, the words are not said aloud each time.
    words.setAttribute("aria-live", before && before !== run ? "off" : "polite");
    before = run;
    where.textContent = phase(run, seen);
    line.textContent = lineOf(run, seen);
    element.dataset.kind = seen.step.kind;
    body.replaceChildren(...equation(run, seen, dispatch));
    const [push] = seen.step.kind === "push" ? seen.pushes : [];
    rule.replaceChildren(...(push ? [whyLine(run, push)] : []));
    drawing.replaceChildren(...(push ? [plot(run, push) ?? ""] : []));
    words.textContent = `${verdict(seen)} ${sentence(run, seen)}`.trim();
    next.textContent = whoIsNext(run, seen);
    if (seen.hidden) body.querySelector("input")?.focus({ preventScroll: true });
  };
  return { element, show };
}

/**
 * The line of the program that made what the step is about.
 * @type {(run: Run, seen: Seen) => string}
 */
const lineOf = (run, { event }) => (event && run.nodes[event.node].line) || "";

/**
 * What is said to a prediction, if one was made.
 * @type {(seen: Seen) => string}
 */
const verdict = ({ answer, pushes }) =>
  answer && pushes.length ? judged(answer, pushes[0].contribution) : "";

/** @type {(run: Run, seen: Seen, dispatch: Dispatch) => Child[]} */
function equation(run, seen, dispatch) {
  const { events, kind } = seen.step;
  const called = calledIn(run, events);
  if (kind === "start") return wanted(run, called);
  const lines = shownLines(run, seen.step, called);
  const instead = seen.hidden ? [prediction(dispatch)] : [];
  const [first] = lines;
  if (kind === "spread") {
    return [...spreadParts(run, seen, pushLines(lines), called, instead), ...told(seen)];
  }
  if (events.length > 1) return [lineRows(run, lines, events.length - lines.length, called)];
  if (!("push" in first)) return wholeParts(run, first, called);
  return [...pushParts(run, first, called, instead), ...told(seen)];
}

/** @type {(seen: Seen) => Child[]} */
const told = (seen) => {
  const said = verdict(seen);
  return said ? [h("span", { class: "verdict" }, said)] : [];
};

/**
 * Where a reader writes the number that comes next.
 * @type {(dispatch: Dispatch) => HTMLElement}
 */
function prediction(dispatch) {
  const field = h("input", {
    type: "text",
    inputmode: "text",
    autocomplete: "off",
    "aria-label": "Your prediction of the contribution",
    placeholder: "?",
  });
  /** @type {(event: Event) => void} */
  const answer = (event) => {
    event.preventDefault();
    dispatch({ type: "answer", text: field.value });
  };
  const button = h("button", { type: "submit", class: "small" }, "Reveal");
  return h("form", { class: "prediction", onsubmit: answer }, field, button);
}
