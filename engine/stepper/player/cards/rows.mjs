// The table of a step with several events: a row for each, with the reason for its number.

import { h } from "../elements/elements.mjs";
import { pushLines } from "../said/lines.mjs";
import { say, sayEach } from "../said/say.mjs";
import { header, row } from "../elements/tables.mjs";
import { asOperand, num, sign } from "../elements/terms.mjs";
import { change, nameIn, wholeParts } from "./sides.mjs";
import { ruleOf } from "./why.mjs";

/** @import { Child } from "../parts.d.ts" */
/** @import { Called, Line, PushLine } from "../said/lines.d.ts" */
/** @import { Run } from "../types.d.ts" */

const ROW_COLUMNS = ["from", "to", "product", "gradient", "because"];

/**
 * The lines of a step, and how many more there are.
 * @type {(run: Run, lines: Line[], rest: number, called: Called) => HTMLElement}
 */
export function lineRows(run, lines, rest, called) {
  const rows = lines.map((line) =>
    "push" in line ? pushRow(run, line, called) : whole(wholeParts(run, line, called)),
  );
  const more = rest > 0 ? [whole([say("rows.more", { count: rest })])] : [];
  const titles = sayEach("rows.", ROW_COLUMNS);
  const head = pushLines(lines).length ? [header(...titles)] : [];
  const body = h("tbody", {}, ...rows, ...more);
  return h("div", { class: "scroll several" }, h("table", { class: "events" }, ...head, body));
}

/** @type {(cells: Child[]) => HTMLElement} */
const whole = (cells) => h("tr", {}, h("td", { colspan: "5" }, ...cells));

/** @type {(run: Run, line: PushLine, called: Called) => HTMLElement} */
function pushRow(run, line, called) {
  const { product, push } = line;
  const [upstream, local] = product.parts;
  const numbers = h(
    "span",
    {},
    h("span", { class: "upstream" }, asOperand(push.upstream, upstream)),
    sign("×"),
    h("span", { class: "local" }, asOperand(push.local, local)),
    sign(product.sign),
    h("span", { class: "contribution" }, num(push.contribution, "", product.result)),
  );
  return row(
    {},
    nameIn(run, called, push.node),
    nameIn(run, called, push.input),
    numbers,
    h("span", {}, ...change(line)),
    h("span", { class: "rule" }, ...ruleOf(run, push, called)),
  );
}
