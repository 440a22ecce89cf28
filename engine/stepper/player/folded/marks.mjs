// The boxes and arrows of the fold: what each says of its class, and of what passes.

import { touchable, turn } from "../picture/turned.mjs";
import { setAttribute, setClass, setText } from "../elements/elements.mjs";
import { number } from "../run/numbers.mjs";
import { say } from "../said/say.mjs";
import { withCount, passedInWords } from "./says.mjs";
import { dataAt, classGradient } from "./walk.mjs";

/** @import { ClassArrow, ClassBox, FoldedRun, FoldSeen } from "./types.d.ts" */

// The width of an arrow without gradient, and how much wider is the one with the most.
const THIN = 1.1;
const WIDER = 5;

/**
 * The boxes of the picture, with what they show.
 * @type {(folded: FoldedRun, svg: SVGSVGElement) => ClassBox[]}
 */
export function classBoxes(folded, svg) {
  /** @type {NodeListOf<SVGElement>} */
  const found = svg.querySelectorAll("[data-node]");
  return [...found].map((element) => {
    const place = Number(element.dataset.node);
    setClass(element, "inner", folded.computedAt[place] > 0);
    element.setAttribute("role", "button");
    const [data, grad] = [...element.querySelectorAll("text")].slice(-2);
    const [title] = element.querySelectorAll("title");
    return { place, element, data, grad, title };
  });
}

/**
 * The arrows of the picture, each as wide as its share says.
 * @type {(folded: FoldedRun, svg: SVGSVGElement) => ClassArrow[]}
 */
export function classArrows({ fold }, svg) {
  /** @type {NodeListOf<SVGElement>} */
  const found = svg.querySelectorAll("[data-edge]");
  return [...found].flatMap((element) => {
    const place = Number(element.dataset.edge);
    const share = Math.min(1, Math.max(0, number(fold.arrows[place].share) || 0));
    element.style.setProperty("--flow", `${THIN + WIDER * share}px`);
    element.querySelector("title")?.remove();
    element.setAttribute("role", "img");
    const line = touchable(element);
    const [passes] = [...element.querySelectorAll("text")].slice(-1);
    return line ? [{ place, element, line, passes }] : [];
  });
}

/**
 * Show a box as it is in a step.
 * @type {(folded: FoldedRun, seen: FoldSeen, box: ClassBox) => void}
 */
export function showClass(folded, seen, { place, element, data, grad, title }) {
  const { focus, pinned, position, step } = seen;
  const { complete, reached, text } = classGradient(folded, place, position);
  const computed = step?.kind === "forward" && step.groups.includes(place);
  const changes = computed || step?.grads.some(({ group }) => group === place) || false;
  const open = pinned && focus === place;
  setClass(element, "ahead", folded.computedAt[place] > position);
  setClass(element, "reached", reached);
  setClass(element, "done", complete);
  setClass(element, "active", changes || (step?.groups.includes(place) ?? false));
  setClass(element, "changes", changes);
  setClass(element, "selected", open);
  setAttribute(element, "aria-pressed", String(open));
  const known = dataAt(folded, place, position);
  const dataLine = say("box.data", { number: known });
  const gradLine = say("box.grad", { number: text });
  setText(data, dataLine);
  setText(grad, gradLine);
  const all = [withCount(folded, place), dataLine, gradLine].join(say("list.parts"));
  setText(title, all);
  setAttribute(element, "aria-label", all);
}

/**
 * Show an arrow as it is in a step. Where gradient goes along it, it points to the input.
 * @type {(folded: FoldedRun, seen: FoldSeen, arrow: ClassArrow) => void}
 */
export function showPassed(folded, { position, step }, { place, element, line, passes }) {
  const arrow = folded.fold.arrows[place];
  const passed = folded.passedAt[place] <= position;
  const known = folded.computedAt[arrow.head] <= position;
  const flows = step?.arrows.includes(place) ?? false;
  const feeds = step?.kind === "forward" && step.groups.includes(arrow.head);
  if (flows) turn(element, line);
  setClass(element, "ahead", !known);
  setClass(element, "passed", passed);
  setClass(element, "turned", flows);
  setClass(element, "active", flows || feeds);
  setText(passes, arrow.count > 1 ? (passed ? arrow.passes : "") : known ? arrow.local : "");
  const [from, to] = [arrow.tail, arrow.head].map((each) => withCount(folded, each));
  const reason = passed ? passedInWords(arrow) : say("fold.unpassed");
  setAttribute(element, "aria-label", say("arrow.because", { from, to, reason }));
}
