// Short names: within a step, layer1.neuron2.w[1] is w[1] where no other of its Values is that.

/** @import { Called } from "./lines.d.ts" */
/** @import { Run, RunEvent, RunNode } from "../types.d.ts" */

/**
 * What the Values that a step names are called in it; none as another one of the run is in full.
 * @type {(run: Run, events: RunEvent[]) => Called}
 */
export function calledIn(run, events) {
  const about = [...new Set(events.map((event) => event.node))];
  const named = new Set([run.output, ...about.flatMap((node) => around(run, node))]);
  /** @type {Map<string, number>} */
  const count = new Map();
  for (const ending of [...named].flatMap((node) => endings(run.nodes[node].name))) {
    count.set(ending, (count.get(ending) ?? 0) + 1);
  }
  const names = fullNames(run.nodes);
  return (node) => {
    const { name } = run.nodes[node];
    const own = named.has(node) ? endings(name) : [];
    return own.find((ending) => count.get(ending) === 1 && !names.has(ending)) ?? name;
  };
}

/** @type {WeakMap<RunNode[], Set<string>>} */
const NAMES = new WeakMap();

/**
 * The names of a run, which are looked for once.
 * @type {(nodes: RunNode[]) => Set<string>}
 */
function fullNames(nodes) {
  const names = NAMES.get(nodes) ?? new Set(nodes.map(({ name }) => name));
  NAMES.set(nodes, names);
  return names;
}

/**
 * A node, what it is made from, and what uses it.
 * @type {(run: Run, node: number) => number[]}
 */
function around({ nodes }, node) {
  const inputs = nodes[node].inputs.flatMap((each) => ("node" in each ? [each.node] : []));
  return [node, ...inputs, ...nodes[node].uses.map((use) => use.node)];
}

/**
 * A name without its first parts, the shortest first; a point before a digit parts nothing.
 * @type {(name: string) => string[]}
 */
function endings(name) {
  const parts = name.split(/\.(?=[^\d.])/);
  return parts.map((_, i) => parts.slice(parts.length - 1 - i).join("."));
}
