// The picture of the graph: each box and each arrow shows how far the run is, and a click selects.

import { mayChange, pullOf } from "../cards/numbers.mjs";
import { setClass } from "../elements/elements.mjs";
import { pulled } from "../elements/pulled.mjs";
import { arrowsOf, because } from "./arrows.mjs";
import { boxesOf } from "./boxes.mjs";
import { concernOf } from "./concern.mjs";
import { stepInPicture } from "./concerned.mjs";
import { flowing } from "./flow.mjs";
import { following } from "./following.mjs";
import { framed, withoutPicture } from "./framed.mjs";
import { movesOf } from "./moves.mjs";
import { tipOver } from "./tip.mjs";
import { walking } from "./walk.mjs";

/** @import { Picture } from "../parts.d.ts" */
/** @import { Arrow, Framed, Graph, Tip } from "./picture.d.ts" */
/** @import { Dispatch, Run, Seen } from "../types.d.ts" */

/**
 * The picture, laid out for the first run; a wheel enlarges it without a key where `wheel` says so.
 * @type {(first: Run, svg: SVGSVGElement | null, dispatch: Dispatch, wheel: boolean) => Picture}
 */
export function pictureCard(first, svg, dispatch, wheel) {
  if (!svg) return withoutPicture(first.pictureNote);
  const inFrame = framed(svg, wheel);
  const { camera, element, fit, zoom } = inFrame;
  const graph = { boxes: boxesOf(first, svg), arrows: arrowsOf(first, svg) };
  const tip = tipOver(element);
  const flow = flowing(svg);
  const follows = following(graph, camera);
  /** @type {Seen | null} */
  let before = null;
  let run = first;
  /** @type {(arrow: Arrow) => void} */
  const tell = (arrow) => {
    const reason = before && because(run, before, arrow);
    if (reason) tip.show(reason, arrow.label);
  };
  listen(inFrame, graph, { dispatch, tell, tip });
  for (const { element: box, node } of graph.boxes.filter((each) => mayChange(first, each.node))) {
    setClass(box, "movable", true);
    pulled(box, pullOf(node, () => run, dispatch));
  }
  /** @type {Picture["show"]} */
  const show = (now, seen, moves = false) => {
    run = now;
    flow.finish();
    tip.hide();
    const concern = concernOf(run, seen);
    if (moves) follows.move(run, seen, concern);
    else follows.show(run, seen, concern);
    const goesOn = before && before.shown === seen.step.start && before.shown < seen.shown;
    if (goesOn) flow.start(movesOf(run, seen, concern, graph));
    if (isElsewhere(before, seen)) camera.aim(...lookedAt(run, seen, svg));
    if (seen.pinned && before?.focus !== seen.focus) camera.reveal(firstOf(svg, ".selected"));
    before = seen;
  };
  return { element, show, fit, zoom };
}

/**
 * What is looked at: the path that is shown, else what the step is about; and what else is looked
 * at where there is room, which at the end is the output.
 * @type {(run: Run, seen: Seen, svg: SVGSVGElement) => [wanted: Element[], others: Element[]]}
 */
function lookedAt(run, seen, svg) {
  const onPath = [...svg.querySelectorAll(".on-path")];
  if (onPath.length) return [onPath, []];
  const isOver = seen.position === run.last;
  return [stepInPicture(svg), isOver ? firstOf(svg, `[data-node="${run.output}"]`) : []];
}

/**
 * Whether another part of the picture may be concerned than before; not where only numbers change.
 * @type {(before: Seen | null, seen: Seen) => boolean}
 */
const isElsewhere = (before, seen) =>
  before?.step.start !== seen.step.start || before.position !== seen.position ||
  before.focus !== seen.focus || before.path !== seen.path;

/**
 * A box that is pressed is selected; an arrow under the pointer or with the focus tells its reason.
 * @param {Framed} inFrame
 * @param {Graph} graph
 * @param {{ dispatch: Dispatch, tell: (arrow: Arrow) => void, tip: Tip }} parts
 */
function listen({ frame, arrive }, { boxes, arrows }, { dispatch, tell, tip }) {
  const outputFirst = boxes.toSorted((a, b) => b.node - a.node);
  const things = [...outputFirst, ...arrows.values()];
  for (const { element, node } of boxes) {
    element.addEventListener("click", () => dispatch({ type: "select", node }));
  }
  for (const arrow of arrows.values()) {
    arrow.element.addEventListener("pointerenter", () => tell(arrow));
    arrow.element.addEventListener("pointerleave", tip.leave);
    arrow.element.addEventListener("click", () => tell(arrow));
    arrow.element.addEventListener("focusout", tip.hide);
  }
  /** @type {(element: SVGElement) => void} */
  const tellOf = (element) => {
    const arrow = arrows.get(element.dataset.edge ?? "");
    if (arrow) tell(arrow);
  };
  walking(frame, things.map((each) => each.element), {
    press: (element) => {
      const box = boxes.find((each) => each.element === element);
      if (box) dispatch({ type: "select", node: box.node });
      else tellOf(element);
    },
    arrive: (element) => {
      arrive(element);
      tellOf(element);
    },
  });
}

/**
 * The first element that a selector finds, in a list.
 * @type {(svg: SVGSVGElement, what: string) => Element[]}
 */
const firstOf = (svg, what) => [...svg.querySelectorAll(what)].slice(0, 1);
