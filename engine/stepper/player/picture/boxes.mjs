// The boxes of the picture: what each says of its node, to the eye and in words.

import { setAttribute, setClass, setText } from "../elements/elements.mjs";
import { inFull, short } from "../run/numbers.mjs";
import { countUpTo, gradientAt, isDone, isGrowing, isInner } from "../run/run.mjs";
import { say } from "../said/say.mjs";
import { double } from "./turned.mjs";

/** @import { Box, Concern } from "./picture.d.ts" */
/** @import { Run, RunNode, Seen } from "../types.d.ts" */

/**
 * The boxes of the picture, each of them a button.
 * @type {(run: Run, svg: SVGSVGElement) => Box[]}
 */
export function boxesOf(run, svg) {
  /** @type {NodeListOf<SVGElement>} */
  const found = svg.querySelectorAll("[data-node]");
  return [...found].map((element) => {
    const node = Number(element.dataset.node);
    const inner = isInner(run.nodes[node]);
    setClass(element, "inner", inner);
    element.setAttribute("role", "button");
    const lines = [...element.querySelectorAll("text")];
    const [data, grad] = lines.slice(-2);
    const [title] = element.querySelectorAll("title");
    const uses = lines.slice(1, -2).map((line) => line.textContent);
    const { name, op } = run.nodes[node];
    const known = new Set(inner ? [name, op] : [name, say("box.leaf"), ...uses]);
    return { node, element, data, grad, title, known: [...known].join(say("list.parts")) };
  });
}

/**
 * Show a box as it is in a step; its gradient as at a position, which may be before the end of it.
 * @type {(run: Run, seen: Seen, concern: Concern, box: Box, position?: number) => void}
 */
export function showBox(run, seen, concern, box, position = seen.shown) {
  markBox(run, seen, concern, box, position);
  numberBox(run, seen, concern, box, position);
  describeBox(run, seen, box, position);
}

/**
 * How a box is drawn.
 * @type {(run: Run, seen: Seen, concern: Concern, box: Box, position?: number) => void}
 */
export function markBox(run, seen, concern, box, position = seen.shown) {
  const node = run.nodes[box.node];
  const now = gradientAt(node, position);
  const more = isGrowing(node, position);
  const { element } = box;
  setClass(element, "ahead", node.computedAt > seen.shown);
  setClass(element, "reached", now !== null);
  setClass(element, "done", now !== null && !more);
  setClass(element, "active", concern.active.has(box.node));
  setClass(element, "changes", concern.changed.has(box.node));
  if (concern.onPath.has(box.node)) double(element);
  setClass(element, "on-path", concern.onPath.has(box.node));
  setClass(element, "selected", seen.pinned && seen.focus === box.node);
  setAttribute(element, "aria-pressed", String(seen.pinned && seen.focus === box.node));
}

/**
 * The numbers in a box.
 * @type {(run: Run, seen: Seen, concern: Concern, box: Box, position?: number) => void}
 */
export function numberBox(run, seen, concern, box, position = seen.shown) {
  const node = run.nodes[box.node];
  const computed = node.computedAt <= seen.shown;
  const now = gradientAt(node, position);
  const more = isGrowing(node, position);
  setText(box.data, say("box.data", { number: computed ? short(node.data) : "–" }));
  const printed = now === gradientAt(node, seen.shown) ? concern.grads.get(box.node) : undefined;
  const text = now === null ? "–" : `${printed ?? short(now)}${more ? " …" : ""}`;
  const isKnown = !run.without.has("gradients");
  setText(box.grad, isKnown ? say("box.grad", { number: text }) : "");
}

/**
 * What is told of a box to a pointer that rests on it, and to those who do not see it.
 * @type {(run: Run, seen: Seen, box: Box, position: number) => void}
 */
function describeBox(run, seen, box, position) {
  const node = run.nodes[box.node];
  const computed = node.computedAt <= seen.shown;
  const isKnown = !run.without.has("gradients");
  const hints = [node.name, dataHint(node, computed)];
  if (isKnown) hints.push(gradHint(gradientAt(node, position), isGrowing(node, position)));
  setText(box.title, hints.join(say("list.parts")));
  const words = [box.known, dataInWords(node, computed)];
  if (isKnown) words.push(inWords(node, position));
  setAttribute(box.element, "aria-label", words.join(say("list.parts")));
}

/**
 * All digits, for a pointer that rests on a box.
 * @type {(node: RunNode, computed: boolean) => string}
 */
const dataHint = ({ data }, computed) =>
  say("box.data", { number: computed ? inFull(data) : "–" });

/** @type {(now: number | null, more: boolean) => string} */
const gradHint = (now, more) =>
  say(more ? "box.grad.far" : "box.grad", { number: now === null ? "–" : inFull(now) });

/** @type {(node: RunNode, computed: boolean) => string} */
const dataInWords = (node, computed) =>
  computed ? say("box.data", { number: short(node.data) }) : say("box.ahead");

/** @type {(node: RunNode, position: number) => string} */
function inWords(node, position) {
  const now = gradientAt(node, position);
  if (now === null) return say("box.unreached");
  const [number, all] = [short(now), node.pushedAt.length];
  if (isDone(node, position)) return say("box.complete", { number });
  return say("box.far", { number, happened: countUpTo(node.pushedAt, position), all });
}
