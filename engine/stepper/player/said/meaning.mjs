// What a gradient means: how much the output changes when one number grows a little.

import { multiplied } from "../run/numbers.mjs";
import { parametersOf } from "../meaning/leaves.mjs";
import { isInner } from "../run/run.mjs";
import { say, sentences, withPoint } from "./say.mjs";

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
 * What the gradient that is largest in size says, of the leaves that learn, and how gradients are
 * used; or that all are 0. Nothing where the output, or each of them, is no finite number.
 * @type {(run: Run, called: Called) => string}
 */
export function steepest(run, called) {
  const parameters = parametersOf(run);
  const [most] = parameters
    .filter((place) => canMove(run.nodes[place]))
    .toSorted((a, b) => Math.abs(run.nodes[b].grad) - Math.abs(run.nodes[a].grad));
  const output = called(run.output);
  const isLevel = parameters.length > 0 && parameters.every((each) => run.nodes[each].grad === 0);
  if (!isMeant(run)) return "";
  if (isLevel) return say("meaning.level", { output });
  if (most === undefined) return "";
  const says = meaning(output, called(most), run.nodes[most]);
  const leaves = run.rows.filter((place) => !isInner(run.nodes[place]));
  const isAmongData = leaves.length > parameters.length;
  const among = isAmongData ? "meaning.most.learns" : parameters.length > 1 ? "meaning.most" : "";
  return sentences(says, among && say(among), say("meaning.against", { output }));
}

/** @type {(node: RunNode) => boolean} */
const canMove = ({ grad }) => grad !== 0 && Number.isFinite(grad);
