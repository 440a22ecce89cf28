// The movement of a step: which arrows it goes along, and what changes where it arrives.

import { showBox } from "./boxes.mjs";

/** @import { Concern, Graph, Move } from "../picture.d.ts" */
/** @import { Run, Seen } from "../types.d.ts" */

/**
 * What moves in a step; the numbers that it changes are set back until it arrives.
 * @type {(run: Run, seen: Seen, concern: Concern, graph: Graph) => Move[]}
 */
export function movesOf(run, seen, concern, graph) {
  const { step, pushes } = seen;
  if (pushes.length === 0) {
    const nodes = [...concern.fed];
    return [...graph.arrows.values()]
      .filter(({ node }) => concern.fed.has(node))
      .map(({ node, line }) => dataMove(line, nodes.indexOf(node)));
  }
  const from = [...new Set(pushes.map((push) => push.node))];
  /** @type {(node: number, position: number) => void} */
  const showAt = (node, position) =>
    graph.boxes
      .filter((box) => box.node === node)
      .forEach((box) => showBox(run, seen, concern, box, position));
  for (const node of new Set(pushes.map((push) => push.input))) showAt(node, step.start);
  return pushes.flatMap((push) => {
    const arrow = graph.arrows.get(`${push.node}/${push.place}`);
    const numbers = concern.passing.get(arrow?.key ?? "");
    if (!arrow || !numbers) return [];
    const input = run.nodes[push.input];
    return {
      line: arrow.line,
      texts: numbers.stages,
      wave: from.indexOf(push.node),
      land: () => showAt(push.input, input.pushedAt[input.uses.indexOf(push)]),
    };
  });
}

/** @type {(line: SVGPathElement, wave: number) => Move} */
const dataMove = (line, wave) => ({ line, texts: null, wave, land: () => {} });
