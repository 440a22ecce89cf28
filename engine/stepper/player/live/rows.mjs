// Rows of the table that came as data, as functions. No text becomes a program.

import { number } from "../run/numbers.mjs";
import { OPERATIONS } from "./arithmetic.mjs";

/** @import { FoldData, FormulaData, Operand, Operation, Result, RowData } from "../trace.d.ts" */
/** @import { Numbers, Row } from "./live.d.ts" */

/**
 * The functions of a row; text, the reason, if there are none.
 * @type {(data: RowData) => Row | string}
 */
export function rowOf(data) {
  if ("locked" in data) return data.locked;
  if ("fold" in data) return foldedRow(data);
  const forward = evaluator(data.forward, data.inputs);
  const partials = data.partials.map((each) => evaluator(each, data.inputs + 1));
  return {
    forward: (inputs) => forward(inputs),
    partial: (slot, inputs, result) => partials[slot](inputs, result),
  };
}

/** @type {(data: FoldData) => Row} */
function foldedRow({ fold, start, slope }) {
  const [join, first, local] = [operationCalled(fold), number(start[0]), number(slope[0])];
  return {
    forward: (inputs) => {
      let result = first;
      for (let i = 0; i < inputs.length; i++) result = join(result, inputs[i]);
      return result;
    },
    partial: () => local,
  };
}

/**
 * A formula of so many arguments as a function of the inputs and, for a partial derivative, of the
 * result, which is its last argument. All operations are computed, on either side of a decision:
 * none of them can fail.
 * @type {(data: FormulaData, count: number) => (inputs: Numbers, result?: number) => number}
 */
function evaluator({ operations, result }, count) {
  const values = new Float64Array(count + operations.length + 1);
  const steps = operations.map((each, i) => stepOfFormula(values, count + i, each));
  const end = resultOf(values, result);
  return (inputs, last = NaN) => {
    values.set(inputs);
    values[inputs.length] = last;
    for (const step of steps) step();
    return end();
  };
}

/**
 * An operation that finds its operands among the values and puts its result there.
 * @type {(values: Float64Array, place: number, made: Operation) => () => void}
 */
function stepOfFormula(values, place, [name, ...operands]) {
  const compute = operationCalled(name);
  const [a, b, c] = operands.map((each) => reader(values, each));
  if (c) return () => void (values[place] = compute(a(), b(), c()));
  if (b) return () => void (values[place] = compute(a(), b()));
  return () => void (values[place] = compute(a()));
}

/** @type {(values: Float64Array, operand: Operand) => () => number} */
function reader(values, operand) {
  if (typeof operand === "number") return () => values[operand];
  const given = number(operand[0]);
  return () => given;
}

/** @type {(values: Float64Array, result: Result) => () => number} */
function resultOf(values, result) {
  if (typeof result !== "object" || Array.isArray(result)) return reader(values, result);
  const [then, otherwise] = [resultOf(values, result.then), resultOf(values, result.else)];
  return () => (values[result.if] ? then() : otherwise());
}

/** @type {(name: string) => (...operands: number[]) => number} */
function operationCalled(name) {
  const found = OPERATIONS.get(name);
  if (!found) throw new Error(`no operation is called ${name}`);
  return found;
}
