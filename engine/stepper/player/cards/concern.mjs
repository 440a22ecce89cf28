// What a step concerns in the picture: which boxes and arrows, and with which numbers.

import { pushLines, sumLine } from "../lines.mjs";
import { changedBy, isDone } from "../run.mjs";

/** @import { PushLine } from "../lines.d.ts" */
/** @import { Concern, Passing } from "../picture.d.ts" */
/** @import { Path, Run, Seen } from "../types.d.ts" */

/**
 * What is marked in the picture: by the step, and by the path that is shown.
 * @type {(run: Run, seen: Seen) => Concern}
 */
export function concernOf(run, seen) {
  const { events } = seen.step;
  const path = pathOf(run, seen);
  const lines = pushLines(run, seen.pushes, (node) => run.nodes[node].name);
  return {
    active: new Set(events.flatMap((event) => [event.node, changedBy(event)])),
    changed: new Set(events.map(changedBy)),
    fed: new Set(events.flatMap((event) => (event.kind === "forward" ? [event.node] : []))),
    passing: new Map(lines.map((line) => [`${line.push.node}/${line.push.place}`, passing(line)])),
    grads: seen.hidden ? new Map() : gradsOf(run, seen, lines),
    onPath: new Set(path?.nodes),
    pathEdges: new Set(path?.places.map((place, i) => `${path.nodes[i]}/${place}`)),
  };
}

/**
 * The chain-rule path that is shown, if one is: not before all of the gradient has arrived.
 * @type {(run: Run, seen: Seen) => Path | null}
 */
function pathOf(run, { focus, path, shown }) {
  const { paths } = run.nodes[focus];
  return path !== null && isDone(run.nodes[focus], shown) ? (paths.best[path] ?? null) : null;
}

/**
 * The gradients of a step in the digits of its equations.
 * @type {(run: Run, seen: Seen, lines: PushLine[]) => Map<number, string>}
 */
function gradsOf(run, { step }, lines) {
  /** @type {Map<number, string>} */
  const grads = new Map();
  for (const { push, product, change } of lines) {
    grads.set(push.node, product.parts[0]);
    grads.set(push.input, change?.after ?? product.result);
  }
  for (const { kind, node } of step.events) {
    if (kind === "done") grads.set(node, sumLine(run.nodes[node]).sum.result);
  }
  return grads;
}

/**
 * The numbers of a push, as the equation prints them.
 * @type {(line: PushLine) => Passing}
 */
function passing({ product: { parts, result, sign } }) {
  const [comes, factor] = parts.map((part) => (part.startsWith("-") ? `(${part})` : part));
  const goes = sign === "=" ? result : `${sign} ${result}`;
  return { factor: `× ${factor}`, stages: [parts[0], `${comes} × ${factor}`, goes] };
}
