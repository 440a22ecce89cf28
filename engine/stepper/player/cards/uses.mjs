// The uses of a Value as rows of its ledger: their numbers, and where these come from.

import { h } from "../elements/elements.mjs";
import { digitsOnScreen } from "../run/alike.mjs";
import { printed } from "../run/numbers.mjs";
import { inline, pick, row } from "../elements/tables.mjs";
import { num } from "../elements/terms.mjs";
import { edgeOf, ruleText } from "../said/rules.mjs";
import { say, sayWith } from "../said/say.mjs";
import { slotName } from "../said/words.mjs";
import { isRepeated, ruleOf } from "./why.mjs";

/** @import { Child, Row } from "../parts.d.ts" */
/** @import { Called } from "../said/lines.d.ts" */
/** @import { Claim, Dispatch, Push, Run, RunNode, Seen, Use } from "../types.d.ts" */

// With how many uses of a Value each of them tells where its numbers come from.
const EXPLAINED = 6;

/**
 * The rows of a page of uses, computed once.
 * @type {() => (node: RunNode, start: number, end: number) => Row[]}
 */
export function remembering() {
  /** @type {[RunNode | null, number, number, Row[]]} */
  let last = [null, 0, 0, []];
  return (node, start, end) => {
    const digits = digitsOnScreen();
    if (last[0] !== node || last[1] !== start || last[2] !== digits)
      last = [node, start, digits, rowsFrom(node, start, end)];
    return last[3];
  };
}

/**
 * Uses with their numbers as printed, all in the same digits, so that products and sums hold.
 * @type {(node: RunNode, start: number, end: number) => Row[]}
 */
function rowsFrom(node, start, end) {
  const uses = node.uses.slice(start, end);
  const texts = printed(uses.flatMap(claimsOf));
  return uses.map((use, i) => ({
    use,
    position: node.pushedAt[start + i],
    isExplained: node.uses.length <= EXPLAINED,
    product: texts[2 * i],
    sum: texts[2 * i + 1],
  }));
}

/**
 * That upstream times local is the contribution, and that it is added to the gradient before.
 * @type {(use: Use) => Claim[]}
 */
export function claimsOf(use) {
  if (use.kind === "seed") return [use.grad, use.grad].map((x) => ({ parts: [x], result: x }));
  const { upstream, local, contribution, before, after } = use;
  return [
    { parts: [upstream, local], result: contribution },
    { parts: [before, contribution], result: after, by: "+" },
  ];
}

/**
 * A use of the node, which has happened or is to come; and where its numbers come from.
 * @type {(run: Run, seen: Seen, each: Row, called: Called, dispatch: Dispatch) => HTMLElement[]}
 */
export function useRows(run, seen, each, called, dispatch) {
  const { use, position, isExplained } = each;
  const isAhead = position > seen.shown;
  const isCurrent = position > seen.step.start && position <= seen.position;
  const state = [isAhead ? "ahead" : "", isCurrent ? "current" : ""].filter(Boolean).join(" ");
  const first = use.kind === "seed" ? say("uses.output") : useFrom(run, use, dispatch);
  const cells = isAhead ? ["–", "–", "–", "–"] : numbersOf(run, each);
  const main = row({ class: state }, first, ...cells);
  if (isCurrent) main.setAttribute("aria-current", "step");
  if (isAhead || !(isExplained || isCurrent)) return [main];
  const reason = h("td", { colspan: "5" }, ...reasonOf(run, use, called));
  return [main, h("tr", { class: `reason ${state}` }, reason)];
}

/**
 * The operation that a push comes from; and through which slot, if the input is there twice.
 * @type {(run: Run, push: Push, dispatch: Dispatch) => HTMLElement}
 */
function useFrom(run, push, dispatch) {
  const node = run.nodes[push.node];
  const slot = ` ${slotName(node, edgeOf(run, push).slot)}`;
  const place = isRepeated(node, push.input) ? [h("small", {}, slot)] : [];
  return h("span", {}, pick(run, push.node, dispatch), ...place);
}

/** @type {(run: Run, row: Row) => Child[]} */
function numbersOf(run, { use, product, sum }) {
  if (use.kind === "seed") return ["", "", num(use.grad), num(use.grad)];
  const name = run.nodes[use.node].name;
  const upstream = num(use.upstream, "upstream", product.parts[0]);
  upstream.title = say("uses.upstream", { name, number: upstream.title });
  const local = num(use.local, "local", product.parts[1]);
  local.title = say("list.colon", { name: ruleText(edgeOf(run, use)), text: local.title });
  return [
    upstream,
    local,
    claimed(product.sign, num(use.contribution, "contribution", product.result)),
    claimed(sum.sign, num(use.after, "", sum.result)),
  ];
}

/** @type {(sign: string, number: HTMLElement) => HTMLElement} */
const claimed = (sign, number) =>
  sign === "=" ? number : h("span", { class: "nowrap" }, `${sign} `, number);

/**
 * Whose gradient upstream is, and why local is what it is.
 * @type {(run: Run, use: Use, called: Called) => Child[]}
 */
function reasonOf(run, use, called) {
  const upstream = run.nodes[use.node];
  const gradient = inline(run, upstream);
  if (use.kind === "seed") return sayWith("uses.seed", { gradient });
  return sayWith("uses.reason", {
    upstream: h("span", { class: "upstream" }, say("term.upstream")),
    gradient,
    local: h("span", { class: "local" }, say("term.local")),
    rule: ruleOf(run, use, called),
  });
}
