// The legend: every mark of the picture and of the tables, and what it means.

import { card, h } from "../elements/elements.mjs";
import { say, withPoint } from "../said/say.mjs";

/** @import { Run } from "../types.d.ts" */

// How a mark looks (a class of the sample), its text if it has one, and the message that says what
// it means.
const LEGEND = [
  ["box leaf", "", "mark.leaf"],
  ["box operation", "", "mark.operation"],
  ["box output", "", "mark.output"],
  ["box ahead", "", "mark.ahead"],
  ["box active", "", "mark.active"],
  ["box active changes", "", "mark.changes"],
  ["box selected", "", "mark.selected"],
  ["box on-path", "", "mark.path"],
  ["text", "–", "mark.nothing"],
  ["text more", "0.4 …", "mark.more"],
  ["text complete", "0.4", "mark.complete"],
  ["text", "2 →", "mark.number"],
  ["text", "→", "mark.arrow"],
  ["text", "∂L/∂w", "mark.gradient"],
  ["text local", "d(a·b)/da", "mark.slope"],
  ["text upstream", "term.upstream", "mark.upstream"],
  ["text local", "term.local", "mark.local"],
  ["text contribution", "term.contribution", "mark.contribution"],
  ["text slot", "a", "mark.slot"],
  ["text", "≈", "mark.about"],
];

// The ones that are of paths.
const OF_PATHS = ["mark.path", "mark.arrow"];

const CHECKS = [
  ["text", "✓", "mark.agrees"],
  ["text", "∧", "mark.kink"],
  ["text", "✗ ?", "mark.wrong"],
];

/** @type {(text: string) => string} */
const sampleText = (text) => (text.startsWith("term.") ? say(text) : withPoint(text));

/**
 * The marks of what the page does not leave out.
 * @type {(run: Pick<Run, "without">) => HTMLElement}
 */
export function legend({ without }) {
  const marks = [...LEGEND, ...(without.has("checks") ? [] : CHECKS)]
    .filter(([, , meaning]) => !(without.has("paths") && OF_PATHS.includes(meaning)));
  const rows = marks.flatMap(([look, text, meaning]) => [
    h("dt", {}, h("span", { class: `sample ${look}` }, sampleText(text))),
    h("dd", {}, say(meaning)),
  ]);
  const list = h("dl", { class: "legend" }, ...rows);
  return card("marks", say("marks"), list);
}
