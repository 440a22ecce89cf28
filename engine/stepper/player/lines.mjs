// The lines of a step, as they are printed: all their numbers in the same digits.

import { derivative } from "./formulas.mjs";
import { added, printed } from "./numbers.mjs";
import { slotOf } from "./run.mjs";

/** @import { Called, Claim, PushLine, SumLine } from "./lines.d.ts" */
/** @import { Push, Run, RunNode } from "./types.d.ts" */

/**
 * What each push adds, in symbols and numbers.
 * @type {(run: Run, pushes: Push[], called: Called) => PushLine[]}
 */
export function pushLines(run, pushes, called) {
  const claims = printed(pushes.flatMap(productAndSum));
  return pushes.map((push, i) => {
    const [product, sum] = claims.slice(2 * i);
    const { uses } = run.nodes[push.input];
    const before = uses[0] === push ? "–" : sum.parts[0];
    const change = { before, after: sum.result, sign: sum.sign };
    return {
      push,
      local: derivative(run, push.node, slotOf(run, push), called),
      product,
      change: uses.length > 1 ? change : null,
    };
  });
}

/**
 * What has been added to the gradient of a node, with its sum as printed.
 * @type {(node: RunNode) => SumLine}
 */
export function sumLine({ grad, uses }) {
  const parts = uses.map((use) => (use.kind === "seed" ? use.grad : use.contribution));
  return { parts, grad, sum: added(parts, grad) };
}

/** @type {(push: Push) => Claim[]} */
const productAndSum = ({ upstream, local, contribution, before, after }) => [
  { parts: [upstream, local], result: contribution },
  { parts: [before, contribution], result: after, by: "+" },
];
