// (work in progress) A trace made of a formula, until that of the formula modules is there.

import { completed } from "../live/retrace.mjs";
import { graphOf, swept } from "../live/sweep.mjs";

/** @import { About, Trace } from "../trace.d.ts" */
/** @import { Entry } from "./playground.d.ts" */

/** What each row takes. @type {(rows: any) => Map<string, number>} */
export const functionsOf = (rows) =>
  new Map(Object.entries(rows).map(([name, row]) => [name, row.inputs ?? 0]));

/** @type {(entry: Entry | null) => About | null} */
export const aboutOf = (entry) =>
  entry && {
    title: entry.title,
    sentences: entry.sentences.map((text) => ({ text, at: null, select: null, path: null })),
  };

/** @type {(expression: any, numbers: Map<string, number>, rows: any) => any} */
export function documentOf({ program, names }, numbers, rows) {
  const nodes = [];
  const known = new Map();
  const add = (name, row, inputs) => {
    nodes.push({
      name, row, op: row ? rows[row].title : "Leaf", symbol: row ? rows[row].symbol : "leaf",
      scope: [], data: 0, grad: 0, inputs, formula: row ? [name] : [], pieces: inputs.length ? Array(inputs.length + 1).fill(" ") : [],
      curve: null, numeric: null, line: null, paths: { count: "", best: [], rest: 0 },
    });
    return { node: nodes.length - 1 };
  };
  for (const name of names) known.set(name, add(name, null, []));
  const stack = [];
  for (const step of program) {
    if ("number" in step) stack.push({ number: step.number });
    else if ("name" in step) stack.push(known.get(step.name));
    else if ("row" in step) {
      const from = stack.splice(-step.count);
      stack.push(add(`n${nodes.length}`, step.row, from.map((each, slot) => "node" in each ? { ...each, slot, local: 0, rule: { symbols: "d", numbers: "", latex: "" } } : each)));
    } else {
      const made = stack.pop();
      known.set(step.assign, made);
      if (step.isMade && "node" in made) nodes[made.node].name = step.assign;
    }
  }
  const document = { format: "glassgrad trace", version: 1, title: nodes.at(-1).name, output: nodes.length - 1, about: null, nodes, numeric_note: "", picture: { svg: "", note: "" }, events: [], rows };
  const graph = graphOf(document);
  const data = Float64Array.from(nodes, ({ name }) => numbers.get(name) ?? 0);
  return completed(document, graph, swept(graph, data));
}
