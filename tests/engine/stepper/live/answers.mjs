// Answers to what Python asks of the modules in engine/stepper/player/live: JSON in, JSON out.

import { readFileSync } from "node:fs";

const folder = process.env.LIVE_MODULES;
const { OPERATIONS } = await import(`${folder}arithmetic.mjs`);
const { rowOf } = await import(`${folder}rows.mjs`);
const { graphOf, reasonsToStay, recordedData, swept } = await import(`${folder}sweep.mjs`);
const { exactSum } = await import(`${folder}paths.mjs`);
const { parsed } = await import(`${folder}../language/parser.mjs`);
const { completed, retraced } = await import(`${folder}retrace.mjs`);
const { tellNodes, Texts } = await import(`${folder}../formula/texts.mjs`);
const { documentOf, functionsOf } = await import(`${folder}../formula/document.mjs`);

/** The numbers of the leaves, recorded or given by their names; nan for what is to be computed. */
function leavesOnly(document, graph, given = {}) {
  const recorded = recordedData(document);
  return recorded.map((number, i) => {
    const { name, inputs } = document.nodes[i];
    if (inputs.length && typeof graph[i].row !== "string") return NaN;
    return given[name] ?? number;
  });
}

/** A formula, or the message of its error. */
function formulaOf(text, functions) {
  try {
    const { names, program } = parsed(text, functions);
    return { names, program };
  } catch (error) {
    return { error: error.message };
  }
}

/** The nodes of a document without the texts that a page writes. */
const untold = ({ nodes, rows }) =>
  nodes.map((node) => {
    if (node.row === null || "locked" in rows[node.row]) return node;
    const rule = { symbols: "", numbers: "", latex: "" };
    const inputs = node.inputs.map((each) => ("node" in each ? { ...each, rule } : each));
    return { ...node, formula: [], inputs };
  });

const ANSWERS = {
  /** The results of operations, each for some points. */
  operations: (asked) =>
    asked.map(([name, points]) => points.map((x) => OPERATIONS.get(name)(...x))),

  names: () => [...OPERATIONS.keys()],

  /** The results and the derivatives of rows; a point holds the inputs and the engine's result. */
  rows: (asked) =>
    asked.map(({ row, points }) => {
      const { forward, partial } = rowOf(row);
      return points.map(({ inputs, result }) => [
        forward(inputs),
        ...inputs.map((_, slot) => partial(slot, inputs, result)),
      ]);
    }),

  sums: (asked) => asked.map(exactSum),

  /** The documents of traces, made anew from the numbers of leaves alone, or from other ones. */
  traces: (asked) =>
    asked.map(({ document, leaves, numeric }) => {
      const graph = graphOf(document);
      const run = swept(graph, leavesOnly(document, graph, leaves));
      return (numeric ? completed : retraced)(document, graph, run);
    }),

  /** The same with their texts; without numbers for leaves, those of the numbers recorded. */
  texts: (asked) =>
    asked.map(({ document, leaves }) => {
      const graph = graphOf(document);
      const blank = { ...document, nodes: untold(document) };
      const run = leaves
        ? swept(graph, leavesOnly(document, graph, leaves))
        : { data: recordedData(document), locals: graph.map(({ recorded }) => recorded) };
      const made = leaves ? retraced(blank, graph, run) : blank;
      tellNodes(made.nodes, new Texts(blank), run);
      return made;
    }),

  /** What formulas are: names and program, or the error. */
  formulas: ({ texts, functions }) => texts.map((text) => formulaOf(text, new Map(functions))),

  /** The traces of formulas on numbers, or the messages of errors. */
  documents: ({ rows, formulas }) =>
    formulas.map(([text, numbers]) => {
      try {
        const expression = parsed(text, functionsOf(rows));
        const { rows: _, ...document } = documentOf(expression, new Map(numbers), rows);
        return document;
      } catch (error) {
        return { error: error.message };
      }
    }),

  /** Why nodes have to keep their numbers. */
  fixed: (document) => reasonsToStay(graphOf(document)),
};

/** Numbers that JSON lacks, as text. */
const told = (_, value) => {
  if (typeof value !== "number") return value;
  return Object.is(value, -0) ? "-0.0" : Number.isFinite(value) ? value : String(value);
};

/** The same, from text. */
const heard = (_, value) =>
  typeof value === "string" && /^(NaN|-?Infinity)$/.test(value) ? Number(value) : value;

const { question, asked } = JSON.parse(readFileSync(0, "utf-8"), heard);
process.stdout.write(JSON.stringify(ANSWERS[question](asked), told));
