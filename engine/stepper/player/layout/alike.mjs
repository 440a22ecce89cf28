// Which nodes of a graph are those of a graph seen before: while a formula is edited, most stay.

/** @import { Node, Trace } from "../trace.d.ts" */

/** @typedef {Pick<Trace, "nodes" | "output">} Nodes */

/**
 * For each node its place in the graph seen before; undefined for one that was not there. A node is
 * the same if it is computed in the same way from the same leaves; else if it has the same name,
 * where that is a label; else if it does the same in the computation of a node that is the same.
 * @type {(now: Nodes, before: Nodes, labels: Set<string>) => (number | undefined)[]}
 */
function placesBefore(now, before, labels) {
  /** @type {Map<string, string>} */
  const known = new Map();
  const [made, old] = [now, before].map(({ nodes }) => waysOfMaking(nodes, known));
  const [allMade, allOld] = [new Set(made), new Set(old)];
  const pairs = new Pairs(now, before);
  /** @type {(at: number, place: number) => boolean} */
  const changed = (at, place) => !allOld.has(made[at]) && !allMade.has(old[place]);
  pairs.descend((at, place) => made[at] === old[place] || changed(at, place));
  pairs.matchEqual(made, old);
  const [names, oldNames] = [now, before].map(({ nodes }) =>
    nodes.map(({ name }) => (labels.has(name) ? name : "")),
  );
  pairs.matchEqual(names, oldNames);
  pairs.descend(() => true);
  return pairs.places;
}

/** Nodes of two graphs that are the same: each place is taken once. */
class Pairs {
  /** @type {Set<number>} */
  #taken = new Set();

  /** @param {Nodes} now @param {Nodes} before */
  constructor(now, before) {
    this.now = now;
    this.before = before;
    /** @type {(number | undefined)[]} */
    this.places = now.nodes.map(() => undefined);
  }

  /** @param {number} at @param {number | undefined} place */
  #match(at, place) {
    if (place === undefined || this.places[at] !== undefined || this.#taken.has(place)) return;
    this.places[at] = place;
    this.#taken.add(place);
  }

  /**
   * Match nodes of the same text, the first ones with the first ones.
   * @param {string[]} texts @param {string[]} old
   */
  matchEqual(texts, old) {
    /** @type {Map<string, number[]>} */
    const found = new Map();
    old.forEach((text, place) => found.set(text, [...(found.get(text) ?? []), place]));
    texts.forEach((text, at) => {
      if (!text || this.places[at] !== undefined) return;
      this.#match(at, found.get(text)?.find((place) => !this.#taken.has(place)));
    });
  }

  /**
   * Match the outputs, and the inputs of nodes that are matched, where they are of one operation
   * and `isSame` agrees.
   * @param {(at: number, place: number) => boolean} isSame
   */
  descend(isSame) {
    const { nodes, output } = this.now;
    const older = this.before.nodes;
    const tryPair = (/** @type {number} */ at, /** @type {number} */ place) => {
      const [node, old] = [nodes[at], older[place]];
      if (node.op === old.op && node.inputs.length && isSame(at, place)) this.#match(at, place);
    };
    tryPair(output, this.before.output);
    for (let at = nodes.length - 1; at >= 0; at--) {
      const place = this.places[at];
      if (place === undefined) continue;
      nodes[at].inputs.forEach((input, slot) => {
        const old = older[place].inputs[slot];
        if (old && "node" in input && "node" in old) tryPair(input.node, old.node);
      });
    }
  }
}

/**
 * How each node is made, as a text that is short; `known` has the short texts of the long ones.
 * @type {(nodes: Node[], known: Map<string, string>) => string[]}
 */
function waysOfMaking(nodes, known) {
  /** @type {string[]} */
  const made = [];
  for (const { op, name, inputs } of nodes) {
    const from = inputs.map((each) => ("node" in each ? made[each.node] : `#${each.number}`));
    const long = inputs.length ? `${op}(${from.join()})` : `=${name}`;
    if (!known.has(long)) known.set(long, String(known.size));
    made.push(String(known.get(long)));
  }
  return made;
}

/**
 * A key for each node, which it keeps from one graph to the next.
 * @type {(
 *   now: Nodes, before: (Nodes & { keys: number[] }) | null, labels: Set<string>
 * ) => number[]}
 */
export function keysOfNodes(now, before, labels) {
  if (!before) return [...now.nodes.keys()];
  let fresh = Math.max(...before.keys) + 1;
  return placesBefore(now, before, labels).map((place) =>
    place === undefined ? fresh++ : before.keys[place],
  );
}
