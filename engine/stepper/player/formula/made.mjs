// The nodes that a formula makes on numbers: as engine/expression/program.py makes Values.

import { rowOf } from "../live/rows.mjs";

/** @import { Expression } from "../language/parser.mjs" */
/** @import { RowData } from "../trace.d.ts" */

/**
 * A node; a plain number among its inputs gets no gradient. The number of an operation is nan: it
 * is still to be computed.
 * @typedef {object} MadeNode
 * @property {string} label
 * @property {string | null} row null for a leaf
 * @property {(MadeNode | number)[]} inputs
 * @property {number} data
 */

/** @typedef {MadeNode | number} StackOperand */

// The numbers of names that have one everywhere else, as in engine/expression/program.py.
export const USUAL_NUMBERS = new Map([["pi", Math.PI], ["π", Math.PI], ["e", Math.E]]);

/**
 * The nodes on which the output of a formula depends, in the order in which they are made: leaves
 * first, in the order of their numbers. Throws an Error for a name without a number, and for a
 * number whose name is not in the formula.
 * @param {Expression} expression @param {Map<string, number>} numbers
 * @param {Record<string, RowData>} rows
 */
export function nodesMadeBy(expression, numbers, rows) {
  demandNumbers(expression, numbers);
  const maker = new Maker(rows);
  /** @type {Map<string, StackOperand>} */
  const known = new Map([...numbers].map(([name, data]) => [name, maker.leaf(data, name)]));
  /** @type {StackOperand[]} */
  const operands = [];
  for (const step of expression.program)
    if ("number" in step) operands.push(step.number);
    else if ("name" in step) operands.push(/** @type {StackOperand} */ (known.get(step.name)));
    else if ("row" in step) operands.push(maker.applied(step.row, operands.splice(-step.count)));
    else {
      const value = /** @type {StackOperand} */ (operands.pop());
      if (step.isMade && typeof value === "object") value.label = step.assign;
      known.set(step.assign, value);
    }
  const [output] = operands;
  const last = expression.program[expression.program.length - 1];
  const label = "name" in last ? last.name : "";
  return reachedFrom(maker.made, typeof output === "object" ? output : maker.leaf(output, label));
}

/** The nodes that are made, one after the other. */
class Maker {
  #rows;
  /** @type {MadeNode[]} */
  made = [];

  /** @param {Record<string, RowData>} rows */
  constructor(rows) {
    this.#rows = rows;
  }

  /** @param {number} data */
  leaf(data, label = "") {
    return this.#node({ label, row: null, inputs: [], data });
  }

  /**
   * An operation on operands: a plain number if all of them are. Where Python has no operator for
   * it, a plain number that comes first is a leaf.
   * @param {string} row @param {StackOperand[]} inputs
   */
  applied(row, inputs) {
    const plain = inputs.flatMap((each) => (typeof each === "number" ? [each] : []));
    const data = this.#rows[row];
    if (plain.length === inputs.length) return resultOfRow(data, plain);
    const [first, ...rest] = inputs;
    const mayBeFirst = "fold" in data || data.words.sign?.reflected;
    const own = typeof first === "number" && !mayBeFirst ? this.leaf(first) : first;
    return this.#node({ label: "", row, inputs: [own, ...rest], data: NaN });
  }

  /** @param {MadeNode} node */
  #node(node) {
    this.made.push(node);
    return node;
  }
}

/** @type {(data: RowData, numbers: number[]) => number} */
function resultOfRow(data, numbers) {
  const row = rowOf(data);
  if (typeof row === "string") throw new Error(row);
  return row.forward(numbers);
}

/**
 * The nodes on which the output depends, and itself.
 * @type {(made: MadeNode[], output: MadeNode) => MadeNode[]}
 */
function reachedFrom(made, output) {
  /** @type {Set<StackOperand>} */
  const reached = new Set([output]);
  for (const node of made.toReversed())
    if (reached.has(node)) for (const each of node.inputs) reached.add(each);
  return made.filter((node) => reached.has(node));
}

/** @type {(expression: Expression, numbers: Map<string, number>) => void} */
function demandNumbers({ names }, numbers) {
  const missing = names.filter((name) => !numbers.has(name));
  if (missing.length) {
    const add = missing.map((name) => `${name}=${USUAL_NUMBERS.get(name) ?? 1.5}`).join(" ");
    const alike = new Set(missing.map((name) => name.toLowerCase()));
    const others = [...numbers.keys()].filter(
      (name) => !names.includes(name) && alike.has(name.toLowerCase()),
    );
    const hint = others.map((name) => `; ${name} is another name`).join("");
    throw new Error(`the expression needs a number for ${missing.join(", ")}: add ${add}${hint}`);
  }
  const has = names.length ? `only ${names.join(", ")}` : "no names at all";
  for (const name of numbers.keys())
    if (!names.includes(name))
      throw new Error(`the expression has no name '${name}', it has ${has}: leave ${name} out`);
}
