// What a gradient means: how much the output changes when one number grows a little.

import { multiplied } from "../run/numbers.mjs";
import { isInner } from "../run/run.mjs";
import { say, withPoint } from "./say.mjs";

/** @import { Called } from "./lines.d.ts" */
/** @import { Run, RunNode } from "../types.d.ts" */

// By how much a number grows in these sentences.
const NUDGE = 0.01;

/**
 * What a gradient says of a small change; nothing if it is not finite.
 * @type {(output: string, own: string, node: Pick<RunNode, "grad" | "numeric">) => string}
 */
export function meaning(output, own, { grad, numeric }) {
  if (!Number.isFinite(grad)) return "";
  if (numeric?.verdict === "kink") return say("meaning.kink", { own, output });
  if (grad === 0) return say("meaning.none", { own, output });
  const { parts, result, sign } = multiplied([NUDGE, Math.abs(grad)], NUDGE * Math.abs(grad));
  const much = `${parts.join(" × ")} ${sign} ${result}`;
  const places = { own, output, much, by: withPoint(String(NUDGE)) };
  return say(grad > 0 ? "meaning.up" : "meaning.down", places);
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
  return say("meaning.steepest", { says, output });
}

/** @type {(node: RunNode) => boolean} */
const canMove = (node) => !isInner(node) && node.grad !== 0 && Number.isFinite(node.grad);
