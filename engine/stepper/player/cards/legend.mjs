// The legend: every mark of the picture and of the tables, and what it means.

import { card, h } from "../elements/elements.mjs";

/** @import { Run } from "../types.d.ts" */

// How a mark looks (a class of the sample), its text if it has one, and what it means.
const LEGEND = [
  ["box leaf", "", "a leaf: a parameter or an input; drawn once for each use"],
  ["box operation", "", "an operation with its result"],
  ["box output", "", "the output, from which the gradient starts"],
  ["box ahead", "", "not computed yet"],
  ["box active", "", "taking part in this step, as is a thick arrow"],
  ["box active changes", "", "the Value that this step changes"],
  ["box selected", "", "the Value that you have selected, by a click: the tables keep to it"],
  ["box on-path", "", "on the chain-rule path that you have clicked, as are its double arrows"],
  ["text", "–", "not there yet: nothing is shown before the step at which it is found"],
  ["text more", "0.4 …", "a gradient to which more will be added"],
  ["text complete", "0.4", "a gradient that is complete, in bold"],
  ["text", "2 →", "the number on an arrow: the local derivative, d(result)/d(input); the arrow " +
    "tells why, under the pointer, by a tap, or by Tab and Shift with the arrow keys"],
  ["text", "→", "an arrow points the way the data goes; the arrow of a step backward, and those " +
    "of a path that you have clicked, turn and point to the input"],
  ["text", "∂L/∂w", "a gradient: how much the output L changes with w, through all paths"],
  ["text local", "d(a·b)/da", "a local derivative: of one operation by one of its inputs, here " +
    "of a product by its first factor, all else held still"],
  ["text upstream", "upstream", "the gradient of the result of the operation"],
  ["text local", "local", "the local derivative of the operation by this input"],
  ["text contribution", "contribution", "upstream × local, added to the gradient of the input"],
  ["text slot", "a", "the input of the operation that the local derivative is by"],
  ["text", "≈", "the printed numbers do not give the printed result in all its digits"],
];

const CHECKS = [
  ["text", "✓", "finite differences agree with the gradient: the number is moved a little up and " +
    "down, the output computed anew, and its change divided by the move"],
  ["text", "∧", "a kink: the slopes to the left and to the right differ"],
  ["text", "✗ ?", "finite differences disagree; or cannot tell"],
];

/**
 * The marks of what the page does not leave out.
 * @type {(run: Pick<Run, "without">) => HTMLElement}
 */
export function legend({ without }) {
  const marks = [...LEGEND, ...(without.has("checks") ? [] : CHECKS)]
    .filter(([, , meaning]) => !(without.has("paths") && meaning.includes("path that you")));
  const rows = marks.flatMap(([look, text, meaning]) => [
    h("dt", {}, h("span", { class: `sample ${look}` }, text)),
    h("dd", {}, meaning),
  ]);
  const list = h("dl", { class: "legend" }, ...rows);
  return card("marks", "What the marks mean", list);
}
