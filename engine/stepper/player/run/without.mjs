// What a page leaves out of the nodes of its run, so that nothing of it can be shown.

import { short } from "./numbers.mjs";

/** @import { Run, RunEdge, RunNode } from "../types.d.ts" */

/**
 * Leave out of nodes what is not to be seen. They must be new: they are written to.
 * @type {(nodes: RunNode[], without: Run["without"]) => void}
 */
export function leaveOut(nodes, without) {
  for (const node of nodes) {
    if (without.has("plot")) Object.defineProperty(node, "curve", { value: null });
    if (without.has("checks")) Object.defineProperty(node, "numeric", { value: null });
    if (!without.has("rules")) continue;
    for (const input of node.inputs) if ("rule" in input) bare(input);
  }
}

/**
 * Let a local derivative be a number without a rule, d(a·b)/da = 2; found when it is asked for, as
 * its rule may be.
 * @type {(edge: RunEdge) => void}
 */
function bare(edge) {
  const { get, value } = Object.getOwnPropertyDescriptor(edge, "rule") ?? {};
  const made = () => {
    /** @type {RunEdge["rule"]} */
    const { symbols, numbers } = get ? get.call(edge) : value;
    const [derivative] = symbols.split(" = ");
    const [where = ""] = numbers.match(/, where .*/) ?? [];
    return { symbols: derivative, numbers: `= ${short(edge.local)}${where}`, latex: "" };
  };
  Object.defineProperty(edge, "rule", { enumerable: true, get: made });
}
