// The equation of a step, in symbols and in numbers, with the step in words below it.

import { h } from "../elements.mjs";
import { abridged, added, multiplied } from "../numbers.mjs";
import { slotOf } from "../run.mjs";
import { asOperand, named, num, partial, sign, term } from "../terms.mjs";
import { judged, sentence, slotName } from "../words.mjs";

/** @import { Child, RunCard } from "../parts.d.ts" */
/** @import { Dispatch, Done, Push, Run, RunNode, Seen } from "../types.d.ts" */

/** @type {(run: Run, seen: Seen, dispatch: Dispatch) => Child[]} */
function equation(run, seen, dispatch) {
  const { event } = seen;
  if (event === null) {
    const goal = run.nodes[run.output];
    return [named(goal.name), sign("="), num(goal.data), sign("and its gradient, step by step")];
  }
  const output = run.nodes[run.output].name;
  if (event.kind === "forward") return forwardEquation(run.nodes[event.node]);
  if (event.kind === "seed") return [partial(output, output), sign("="), num(event.grad, "grad")];
  if (event.kind === "done") return doneEquation(run, event);
  const [from, to] = [run.nodes[event.node].name, run.nodes[event.input].name];
  const slot = slotName(run.nodes[event.node], slotOf(run, event));
  const { parts, result, sign: equal } = multiplied(
    [event.upstream, event.local],
    event.contribution,
  );
  return [
    term("result", "gradient", partial(output, to)),
    sign("+="),
    term("upstream", "upstream", partial(output, from)),
    sign("·"),
    term("local", "local", partial(from, to)),
    sign("="),
    term("upstream", "upstream", asOperand(event.upstream, parts[0])),
    sign("×"),
    term("local", `by ${slot}`, asOperand(event.local, parts[1])),
    sign(equal),
    ...(seen.hidden ? [prediction(dispatch)] : contribution(event, seen, result)),
  ];
}

/** @type {(event: Push, seen: Seen, text: string) => Child[]} */
function contribution(event, seen, text) {
  const change = ["(", num(event.before), " → ", num(event.after), ")"];
  const said = seen.answer ? judged(seen.answer, event.contribution) : "";
  return [
    term("contribution", "contribution", num(event.contribution, "", text)),
    h("span", { class: "change" }, "   ", ...change),
    ...(said ? [h("span", { class: "verdict" }, said)] : []),
  ];
}

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

/** @type {(node: RunNode) => Child[]} */
function forwardEquation(node) {
  const [name, ...sides] = node.formula;
  const result = num(node.data, "data");
  const middle = sides.slice(0, -1).flatMap((side) => [sign("="), h("span", {}, side)]);
  return [named(name), ...middle, sign("="), result];
}

/** @type {(run: Run, event: Done) => Child[]} */
function doneEquation(run, event) {
  const node = run.nodes[event.node];
  const parts = node.uses.map((use) => (use.kind === "seed" ? use.grad : use.contribution));
  const sum = added(parts, node.grad);
  const shown = abridged([...parts.keys()]).flatMap((each, i) => [
    sign(i ? "+" : "="),
    typeof each === "number" ? asOperand(parts[each], sum.parts[each]) : each,
  ]);
  const output = run.nodes[run.output].name;
  const total = num(node.grad, "grad", sum.result);
  return [partial(output, node.name), ...shown, sign(sum.sign), total];
}

const PHASES = {
  forward: "Forward",
  seed: "Backward begins",
  push: "Backward",
  done: "Gradient complete",
};

/** @type {(dispatch: Dispatch) => RunCard} */
export function equationCard(dispatch) {
  const phase = h("span", { class: "phase" });
  const line = h("code", { class: "line" });
  const body = h("div", { class: "equation" });
  const words = h("p", { class: "words", "aria-live": "polite", "aria-atomic": "true" });
  const element = h("section", { class: "card now", "aria-label": "This step" });
  element.append(h("div", { class: "above" }, phase, line), body, words);
  /** @type {RunCard["show"]} */
  const show = (run, seen) => {
    const { event } = seen;
    phase.textContent = event ? PHASES[event.kind] : "Start";
    element.dataset.kind = event ? event.kind : "start";
    line.textContent = (event && run.nodes[event.node].line) || "";
    body.replaceChildren(...equation(run, seen, dispatch));
    words.textContent = sentence(run, seen);
    if (seen.hidden) body.querySelector("input")?.focus({ preventScroll: true });
  };
  return { element, show };
}
