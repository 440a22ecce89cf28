// Where there is no number: why nothing is said of how much the output changes.

import { short } from "../run/numbers.mjs";
import { pushLines } from "./lines.mjs";
import { say } from "./say.mjs";

/** @import { Called, Line } from "./lines.d.ts" */
/** @import { Push, Run } from "../types.d.ts" */

/**
 * Why the gradients of these lines say nothing: the output, a factor, a product or a sum is nan or
 * infinite. Empty if they do.
 * @type {(run: Run, lines: Line[], called: Called) => string}
 */
export function noNumber(run, lines, called) {
  const output = called(run.output);
  const { data } = run.nodes[run.output];
  if (!Number.isFinite(data)) return say("none.output", { output, number: short(data) });
  const [push] = pushLines(lines).filter((each) => !Number.isFinite(each.push.contribution));
  return push ? noProduct(push.push, output, called) : noSum(run, lines, output, called);
}

/** @type {(push: Push, output: string, called: Called) => string} */
function noProduct({ node, input, upstream, local, contribution }, output, called) {
  const [from, to] = [node, input].map(called);
  if (!Number.isFinite(upstream))
    return say("none.upstream", { from, output, number: short(upstream) });
  if (!Number.isFinite(local)) return say("none.local", { from, to, output, number: short(local) });
  return say("none.product", { output, number: short(contribution) });
}

/** @type {(run: Run, lines: Line[], output: string, called: Called) => string} */
function noSum({ nodes }, lines, output, called) {
  const sums = lines.flatMap((line) => ("sum" in line ? [line.node] : []));
  const own = sums.find((place) => !Number.isFinite(nodes[place].grad));
  if (own === undefined) return "";
  return say("none.sum", { own: called(own), output, number: short(nodes[own].grad) });
}
