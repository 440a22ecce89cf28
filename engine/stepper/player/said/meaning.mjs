// What a gradient means: how much the output changes when one number grows a little.

import { multiplied } from "../run/numbers.mjs";
import { isInner } from "../run/run.mjs";

/** @import { Called } from "./lines.d.ts" */
/** @import { Run, RunNode } from "../types.d.ts" */

// By how much a number grows in these sentences.
const NUDGE = 0.01;

/** @type {(output: string, own: string) => string} */
const AT_KINK = (output, own) =>
  `${output} has a kink at this ${own}: it changes otherwise to the left than to the right, and ` +
  "the gradient here is a convention.";

/**
 * What a gradient says of a small change; nothing if it is not finite.
 * @type {(output: string, own: string, node: Pick<RunNode, "grad" | "numeric">) => string}
 */
export function meaning(output, own, { grad, numeric }) {
  if (!Number.isFinite(grad)) return "";
  if (numeric?.verdict === "kink") return AT_KINK(output, own);
  if (grad === 0) return `If ${own} grows a very little, ${output} stays as it is.`;
  const { parts, result, sign } = multiplied([NUDGE, Math.abs(grad)], NUDGE * Math.abs(grad));
  const way = grad > 0 ? "grows" : "falls";
  const about = `${parts.join(" × ")} ${sign} ${result}`;
  return `If ${own} grows by ${NUDGE}, ${output} ${way} by about ${about}.`;
}

/**
 * Whether a gradient says how the output changes: not where that is nan or infinite.
 * @type {(run: Run) => boolean}
 */
export const isMeant = ({ nodes, output }) => Number.isFinite(nodes[output].data);

/**
 * What the gradient of a leaf that is largest in size says, and how gradients are used; nothing if
 * all are 0, or where the output is no finite number.
 * @type {(run: Run, called: Called) => string}
 */
export function steepest(run, called) {
  const [most] = [...run.nodes.keys()]
    .filter((place) => canMove(run.nodes[place]))
    .toSorted((a, b) => Math.abs(run.nodes[b].grad) - Math.abs(run.nodes[a].grad));
  if (most === undefined || !isMeant(run)) return "";
  const output = called(run.output);
  const says = meaning(output, called(most), run.nodes[most]);
  const way = "down where it is positive, up where it is negative";
  return `${says} No other number counts more. To make ${output} smaller, go against the gradient: `
    + `${way}.`;
}

/** @type {(node: RunNode) => boolean} */
const canMove = (node) => !isInner(node) && node.grad !== 0 && Number.isFinite(node.grad);
