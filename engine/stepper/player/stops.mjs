// Where a step ends: after each contribution, after each node, or after each layer.

/** @import { RunEvent, RunNode, Unit } from "./types.d.ts" */

/**
 * For each unit the positions at which a step ends, ascending; and the start.
 * @type {(nodes: RunNode[], events: RunEvent[]) => Record<Unit, number[]>}
 */
export const stopsOf = (nodes, events) => ({
  contribution: [...events.keys(), events.length],
  node: stops(events, (event) => `${event.kind === "forward"} ${event.node}`),
  layer: stops(events, layers(nodes)),
});

/**
 * The positions at which a group of events with the same key ends; and the start.
 * @type {(events: RunEvent[], key: (event: RunEvent) => string) => number[]}
 */
function stops(events, key) {
  const keys = events.map(key);
  const ends = [...events.keys()].filter((i) => keys[i] !== keys[i + 1]);
  return [0, ...ends.map((i) => i + 1)];
}

/**
 * The layer that an event belongs to: the outermost scope in which the Values differ.
 * @type {(nodes: RunNode[]) => (event: RunEvent) => string}
 */
function layers(nodes) {
  const scopes = nodes.map((node) => node.scope).filter((scope) => scope.length > 0);
  const common = scopes.reduce(
    (least, scope) => Math.min(least, sharedLength(scope, scopes[0])),
    Infinity,
  );
  return (event) => {
    const layer = JSON.stringify(nodes[event.node].scope.slice(0, common + 1));
    return `${event.kind === "forward"} ${layer}`;
  };
}

/**
 * With how many names two scopes begin alike.
 * @type {(a: string[], b: string[]) => number}
 */
function sharedLength(a, b) {
  const end = a.findIndex((name, i) => name !== b[i]);
  return end < 0 ? a.length : end;
}
