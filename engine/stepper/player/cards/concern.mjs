// What a step concerns in the picture: which boxes and arrows, and with which numbers.

import { added, multiplied } from "../numbers.mjs";
import { changedBy } from "../run.mjs";

/** @import { Concern, Passing } from "../picture.d.ts" */
/** @import { Path, Push, Run, Seen } from "../types.d.ts" */

/**
 * What is marked in the picture: by the step, and by the path that is shown.
 * @type {(run: Run, seen: Seen) => Concern}
 */
export function concernOf(run, seen) {
  const { events } = seen.step;
  const path = pathOf(run, seen);
  return {
    active: new Set(events.flatMap((event) => [event.node, changedBy(event)])),
    changed: new Set(events.map(changedBy)),
    fed: new Set(events.flatMap((event) => (event.kind === "forward" ? [event.node] : []))),
    passing: new Map(seen.pushes.map((push) => [`${push.node}/${push.place}`, passing(push)])),
    grads: seen.hidden ? new Map() : gradsOf(run, seen),
    onPath: new Set(path?.nodes),
    pathEdges: new Set(path?.places.map((place, i) => `${path.nodes[i]}/${place}`)),
  };
}

/**
 * The chain-rule path that is shown, if one is.
 * @type {(run: Run, seen: Seen) => Path | null}
 */
const pathOf = (run, seen) =>
  seen.path === null ? null : (run.nodes[seen.focus].paths.best[seen.path] ?? null);

/**
 * The gradients of a step in the digits of its equations.
 * @type {(run: Run, seen: Seen) => Map<number, string>}
 */
function gradsOf(run, { step, pushes }) {
  /** @type {Map<number, string>} */
  const grads = new Map();
  for (const { node, input, upstream, local, contribution, before, after } of pushes) {
    const { parts, result } = multiplied([upstream, local], contribution);
    grads.set(node, parts[0]);
    const first = run.nodes[input].uses.length === 1;
    grads.set(input, first ? result : added([before, contribution], after).result);
  }
  for (const { kind, node } of step.events) {
    const { uses, grad } = run.nodes[node];
    const parts = uses.map((use) => (use.kind === "seed" ? use.grad : use.contribution));
    if (kind === "done") grads.set(node, added(parts, grad).result);
  }
  return grads;
}

/**
 * The numbers of a push, as the equation prints them.
 * @type {(push: Push) => Passing}
 */
function passing({ upstream, local, contribution }) {
  const { parts, result, sign } = multiplied([upstream, local], contribution);
  const [comes, factor] = parts.map((part) => (part.startsWith("-") ? `(${part})` : part));
  const goes = sign === "=" ? result : `${sign} ${result}`;
  return { factor: `× ${factor}`, stages: [parts[0], `${comes} × ${factor}`, goes] };
}
