// The legend: every mark of the picture and of the tables, and what it means.

import { h } from "../elements.mjs";

// How a mark looks (a class of the sample), its text if it has one, and what it means.
const LEGEND = [
  ["box leaf", "", "a leaf: a parameter or an input; drawn once for each use"],
  ["box operation", "", "an operation with its result"],
  ["box output", "", "the output, from which the gradient starts"],
  ["box ahead", "", "not computed yet"],
  ["box active", "", "taking part in this step, as is a thick arrow"],
  ["box active changes", "", "the Value that this step changes"],
  ["box selected", "", "the Value that you have selected, by a click: the tables keep to it"],
  ["box on-path", "", "on the chain-rule path that you have clicked"],
  ["text more", "0.4 …", "a gradient to which more will be added"],
  ["text complete", "0.4", "a gradient that is complete, in bold"],
  ["text", "2 →", "the number on an arrow: the local derivative, d(result)/d(input)"],
  ["text upstream", "upstream", "d(output)/d(the result of the operation)"],
  ["text local", "local", "d(the result)/d(this input)"],
  ["text contribution", "contribution", "upstream × local, added to the gradient of the input"],
  ["text", "✓", "finite differences agree with the gradient"],
  ["text", "∧", "a kink: the slopes to the left and to the right differ"],
  ["text", "✗ ?", "finite differences disagree; or cannot tell"],
];

/** @type {() => HTMLElement} */
export function legend() {
  const rows = LEGEND.flatMap(([look, text, meaning]) => [
    h("dt", {}, h("span", { class: `sample ${look}` }, text)),
    h("dd", {}, meaning),
  ]);
  const list = h("dl", { class: "legend" }, ...rows);
  return h("details", { class: "card" }, h("summary", {}, "What the marks mean"), list);
}
