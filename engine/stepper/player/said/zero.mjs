// Why a gradient is 0: what cuts it off, or cancels it.

import { say } from "./say.mjs";

/** @import { Push, Run } from "../types.d.ts" */

/**
 * Why the gradient of a Value is 0; empty if it is another number, or too small to be written.
 * @type {(run: Run, place: number) => string}
 */
export function whyNone(run, place) {
  const own = run.nodes[place].name;
  const around = [...zeros(run, place)];
  const cancelled = around.find((each) => pushesTo(run, each).some(contributes));
  if (cancelled !== undefined) return say("meaning.cancel", { own: run.nodes[cancelled].name });
  const pushes = around.flatMap((each) => pushesTo(run, each)).filter(({ upstream }) => upstream);
  const cuts = pushes.filter(({ local }) => local === 0);
  if (cuts.length === 0 || cuts.length < pushes.length) return "";
  const [from, to] = [cuts[0].node, cuts[0].input].map((each) => run.nodes[each].name);
  const isOne = cuts.every(({ node }) => node === cuts[0].node);
  if (isOne) return say("meaning.cut", { from, to });
  return say("meaning.cuts", { from, to, own, output: run.nodes[run.output].name });
}

/**
 * A Value whose gradient is 0, and all of those that it gets its gradient from and that have none.
 * @type {(run: Run, place: number) => Set<number>}
 */
function zeros(run, place) {
  const found = new Set(run.nodes[place].grad === 0 ? [place] : []);
  for (const each of found) // which grows on the way
    for (const { node } of pushesTo(run, each)) if (run.nodes[node].grad === 0) found.add(node);
  return found;
}

/** @type {(run: Run, place: number) => Push[]} */
const pushesTo = ({ nodes }, place) =>
  nodes[place].uses.flatMap((use) => (use.kind === "push" ? [use] : []));

/** @type {(push: Push) => boolean} */
const contributes = ({ contribution }) => contribution !== 0;
