// Short names: within a step, layer1.neuron2.w[1] is w[1] where no other of its Values is that.

import { isInner } from "./run.mjs";

/** @import { Called } from "./lines.d.ts" */
/** @import { Run, RunEvent } from "./types.d.ts" */

/**
 * What the Values that a step names are called in it.
 * @type {(run: Run, events: RunEvent[]) => Called}
 */
export function calledIn(run, events) {
  const named = new Set([run.output, ...events.flatMap((event) => concerned(run, event))]);
  /** @type {Map<string, number>} */
  const count = new Map();
  for (const ending of [...named].flatMap((node) => endings(run.nodes[node].name))) {
    count.set(ending, (count.get(ending) ?? 0) + 1);
  }
  return (node) => {
    const { name } = run.nodes[node];
    const own = named.has(node) ? endings(name) : [];
    return own.find((ending) => count.get(ending) === 1) ?? name;
  };
}

/**
 * The Values that an event is about: both ends of an arrow, and all inputs beside it.
 * @type {(run: Run, event: RunEvent) => number[]}
 */
function concerned({ nodes }, event) {
  const own = [event.node, ...nodes[event.node].uses.map((use) => use.node)];
  if (!isInner(nodes[event.node])) return own;
  const { inputs } = nodes[event.node];
  return [...own, ...inputs.flatMap((each) => ("node" in each ? [each.node] : []))];
}

/**
 * A name without its first parts, the shortest first; a point before a digit parts nothing.
 * @type {(name: string) => string[]}
 */
function endings(name) {
  const parts = name.split(/\.(?=[^\d.])/);
  return parts.map((_, i) => parts.slice(parts.length - 1 - i).join("."));
}
