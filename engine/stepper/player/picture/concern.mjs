// What a step concerns in the picture: which boxes and arrows, and with which numbers.

import { pushLines, shownLines } from "../said/lines.mjs";
import { multiplied } from "../run/numbers.mjs";
import { changedBy, isDone } from "../run/run.mjs";

/** @import { Line, Printed } from "../said/lines.d.ts" */
/** @import { Concern, Passing } from "./picture.d.ts" */
/** @import { Path, Push, Run, Seen } from "../types.d.ts" */

/**
 * What is marked in the picture: by the step, and by the path that is shown.
 * @type {(run: Run, seen: Seen) => Concern}
 */
export function concernOf(run, seen) {
  const { events } = seen.step;
  const path = pathOf(run, seen);
  const lines = shownLines(run, seen.step, (node) => run.nodes[node].name);
  const products = new Map(pushLines(lines).map(({ push, product }) => [push, product]));
  /** @type {(push: Push) => Printed} */
  const productOf = (push) =>
    products.get(push) ?? multiplied([push.upstream, push.local], push.contribution);
  return {
    active: new Set(events.flatMap((event) => [event.node, changedBy(event)])),
    changed: new Set(events.map(changedBy)),
    fed: new Set(events.flatMap((event) => (event.kind === "forward" ? [event.node] : []))),
    passing: new Map(seen.pushes.map((push) => [edgeKey(push), passing(productOf(push))])),
    grads: seen.hidden ? new Map() : gradsOf(lines),
    onPath: new Set(path?.nodes),
    pathEdges: new Set(path?.places.map((place, i) => `${path.nodes[i]}/${place}`)),
  };
}

/** @type {(push: Push) => string} */
const edgeKey = ({ node, place }) => `${node}/${place}`;

/**
 * The chain-rule path that is shown, if one is: not before all of the gradient has arrived.
 * @type {(run: Run, seen: Seen) => Path | null}
 */
function pathOf(run, { focus, path, shown }) {
  if (path === null || !isDone(run.nodes[focus], shown)) return null;
  return run.nodes[focus].paths.best[path] ?? null;
}

/**
 * The gradients of a step in the digits of its equations.
 * @type {(lines: Line[]) => Map<number, string>}
 */
function gradsOf(lines) {
  /** @type {Map<number, string>} */
  const grads = new Map();
  for (const { push, product, change } of pushLines(lines)) {
    grads.set(push.node, product.parts[0]);
    grads.set(push.input, change?.after ?? product.result);
  }
  for (const line of lines) if ("sum" in line) grads.set(line.node, line.sum.result);
  return grads;
}

/**
 * The numbers of a push, as the equation prints them.
 * @type {(product: Printed) => Passing}
 */
function passing({ parts, result, sign }) {
  const [comes, factor] = parts.map((part) => (part.startsWith("-") ? `(${part})` : part));
  const goes = sign === "=" ? result : `${sign} ${result}`;
  return { factor: `× ${factor}`, stages: [parts[0], `${comes} × ${factor}`, goes] };
}
