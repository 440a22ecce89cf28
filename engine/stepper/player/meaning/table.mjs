// The table of examples: numbers that can be written, and which example the picture shows.

import { card, h, setAttribute, setText } from "../elements/elements.mjs";
import { caption, header } from "../elements/tables.mjs";
import { short } from "../run/numbers.mjs";
import { say } from "../said/say.mjs";
import { plainField } from "./fields.mjs";

/** @import { Examples } from "../trace.d.ts" */
/** @import { Run } from "../types.d.ts" */

/** @typedef {(run: Run, losses: number[]) => void} ShowExamples */

/**
 * The table of `examples`, whose numbers it changes, below the `names` of their leaves, with the
 * `loss` of each. `chosen` is told which example is to be shown, `written` that one has changed.
 * @type {(
 *   examples: Examples,
 *   names: string[],
 *   loss: string,
 *   told: { chosen: (example: number) => void, written: () => void },
 * ) => { element: HTMLElement, show: ShowExamples, write: (rows: number[][]) => void }}
 */
export function examplesTable({ leaves, rows }, names, loss, { chosen, written }) {
  let shown = -1;
  const lines = rows.map((row, i) => {
    const button = h("button", { type: "button", class: "small", onclick: () => chosen(i),
      "aria-label": say("examples.show", { at: i + 1 }) }, String(i + 1));
    const fields = row.map((x, k) => {
      const called = say("examples.field", { at: i + 1, name: names[k] });
      const field = plainField(called, [], (number) => {
        const isShown = i === shown;
        row[k] = number;
        field.write(number);
        if (isShown) chosen(i);
        written();
        return "";
      });
      field.write(x);
      return field;
    });
    const cost = h("td", {});
    const cells = fields.map((each) => h("td", {}, each.element));
    return { button, fields, cost, element: h("tr", {}, h("td", {}, button), ...cells, cost) };
  });
  const title = caption(say("examples.caption"));
  const body = h("tbody", {}, ...lines.map(({ element }) => element));
  const head = header(say("examples.shown"), ...names, loss);
  const table = h("table", { class: "examples" }, title, head, body);
  const said = h("p", { class: "quiet" });
  const element = card("examples", say("examples"), h("div", { class: "scroll" }, table), said);
  /** @type {ShowExamples} */
  const show = (run, losses) => {
    if (shown < 0 || !isIn(run, leaves, rows[shown]))
      shown = rows.findIndex((row) => isIn(run, leaves, row));
    lines.forEach(({ button, cost }, i) => {
      setAttribute(button, "aria-pressed", String(i === shown));
      setText(cost, short(losses[i]));
    });
    setText(said, shown < 0 ? say("examples.other") : "");
  };
  const write = (/** @type {number[][]} */ given) => {
    given.forEach((row, i) => row.forEach((x, k) => {
      rows[i][k] = x;
      lines[i].fields[k].write(x);
    }));
  };
  return { element, show, write };
}

/**
 * Whether the run has the numbers of an example.
 * @type {(run: Run, leaves: number[], row: number[]) => boolean}
 */
const isIn = ({ nodes }, leaves, row) => row.every((x, k) => nodes[leaves[k]].data === x);
