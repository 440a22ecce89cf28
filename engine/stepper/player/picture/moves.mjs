// The movement of a step: which arrows it goes along, and what changes where it arrives.

import { showBox } from "./boxes.mjs";
import { setClass } from "../elements/elements.mjs";
import { narrow } from "../elements/narrow.mjs";

/** @import { Concern, Graph, Move } from "./picture.d.ts" */
/** @import { Run, Seen } from "../types.d.ts" */

/**
 * What moves in a step: data come in, or gradients go back.
 * @type {(run: Run, seen: Seen, concern: Concern, graph: Graph) => Move[]}
 */
export const movesOf = (run, seen, concern, graph) =>
  seen.pushes.length ? gradientMoves(run, seen, concern, graph) : dataMoves(concern, graph);

/** @type {(concern: Concern, graph: Graph) => Move[]} */
function dataMoves({ fed }, { arrows }) {
  const nodes = [...fed];
  return [...arrows.values()]
    .filter(({ node }) => fed.has(node))
    .map(({ node, line }) => ({ line, texts: null, wave: nodes.indexOf(node), land: () => {} }));
}

/**
 * The gradients that go back; the numbers that they change are set back until they arrive.
 * @type {(run: Run, seen: Seen, concern: Concern, graph: Graph) => Move[]}
 */
function gradientMoves(run, seen, concern, { arrows, boxes }) {
  const { step, pushes } = seen;
  const from = [...new Set(pushes.map((push) => push.node))];
  /** @type {(node: number, position: number) => void} */
  const showAt = (node, position) => {
    const own = boxes.filter((box) => box.node === node);
    for (const box of own) showBox(run, seen, concern, box, position);
    narrow(own);
  };
  for (const node of new Set(pushes.map((push) => push.input))) showAt(node, step.start);
  return pushes.flatMap((push) => {
    const arrow = arrows.get(`${push.node}/${push.place}`);
    const numbers = concern.passing.get(arrow?.key ?? "");
    if (!arrow || !numbers) return [];
    setClass(arrow.element, "flowing", true);
    const { uses, pushedAt } = run.nodes[push.input];
    const land = () => {
      setClass(arrow.element, "flowing", false);
      showAt(push.input, pushedAt[uses.indexOf(push)]);
    };
    return { line: arrow.line, texts: numbers.stages, wave: from.indexOf(push.node), land };
  });
}
