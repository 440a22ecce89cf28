// The card of a step: where it is, its equation, the rule, the reason in words, and who is next.

import { h } from "../elements.mjs";
import { forwardEquations } from "../formulas.mjs";
import { calledIn } from "../names.mjs";
import { phase, whoIsNext } from "../next.mjs";
import { judged, sentence } from "../words.mjs";
import { plot } from "./plot.mjs";
import { eventRows } from "./rows.mjs";
import { forwardParts, pushParts, seedParts, spreadParts, sumParts, wanted } from "./sides.mjs";
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
  /** @type {RunCard["show"]} */
  const show = (run, seen) => {
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
  const called = calledIn(run, seen.step.events);
  const instead = seen.hidden ? [prediction(dispatch)] : [];
  const [first] = seen.step.events;
  switch (seen.step.kind) {
    case "start":
      return wanted(run, called);
    case "forward":
      return forwardParts(run, forwardEquations(run, [first.node], called)[0], called);
    case "seed":
      return seedParts(run, called);
    case "push":
      return [...pushParts(run, seen.pushes[0], called, instead), ...told(seen)];
    case "spread":
      return [...spreadParts(run, seen, called, instead), ...told(seen)];
    case "done":
      return sumParts(run, first.node, called);
    default:
      return [eventRows(run, seen, called)];
  }
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
