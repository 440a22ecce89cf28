// The picture of the fold, in its frame: it follows the steps, and a box that is pressed opens.

import { stepInPicture } from "../picture/concerned.mjs";
import { flowing } from "../picture/flow.mjs";
import { say } from "../said/say.mjs";
import { framed, withoutPicture } from "../picture/framed.mjs";
import { walking } from "../picture/walk.mjs";
import { classArrows, classBoxes, showClass, showPassed } from "./marks.mjs";

/** @import { Framed, Move } from "../picture/picture.d.ts" */
/** @import { Dispatch } from "../types.d.ts" */
/** @import { ClassGraph, FoldedRun, FoldPicture, FoldSeen } from "./types.d.ts" */

/**
 * The picture; a wheel enlarges it without a key where `plainWheel` says so.
 * @type {(
 *   folded: FoldedRun,
 *   svg: SVGSVGElement | null,
 *   dispatch: Dispatch,
 *   plainWheel: boolean,
 * ) => FoldPicture}
 */
export function foldPicture(folded, svg, dispatch, plainWheel) {
  if (!svg) return withoutPicture(folded.run.pictureNote);
  const inFrame = framed(svg, plainWheel);
  const { camera, element, fit, zoom } = inFrame;
  const graph = { boxes: classBoxes(folded, svg), arrows: classArrows(folded, svg) };
  opening(inFrame, graph, dispatch);
  const flow = flowing(svg);
  /** @type {FoldSeen | null} */
  let before = null;
  /** @type {FoldPicture["show"]} */
  const show = (seen) => {
    flow.finish();
    for (const box of graph.boxes) showClass(folded, seen, box);
    for (const arrow of graph.arrows) showPassed(folded, seen, arrow);
    if (before && before.position === seen.position - 1) flow.start(passages(folded, seen, graph));
    const isOver = seen.position === folded.run.last;
    const output = svg.querySelector(`[data-node="${folded.run.output}"]`);
    camera.aim(stepInPicture(svg), isOver && output ? [output] : []);
    const opened = seen.pinned && before?.focus !== seen.focus;
    if (opened) camera.reveal([...svg.querySelectorAll(".selected")]);
    before = seen;
  };
  return { element, show, fit, zoom };
}

/**
 * A click on a box, or Enter where the focus is, opens its class.
 * @type {(inFrame: Framed, graph: ClassGraph, dispatch: Dispatch) => void}
 */
function opening({ frame, arrive }, { boxes }, dispatch) {
  for (const { element, place } of boxes) {
    element.addEventListener("click", () => dispatch({ type: "select", node: place }));
  }
  const outputFirst = boxes.toSorted((a, b) => b.place - a.place);
  walking(frame, outputFirst.map(({ element }) => element), {
    press: (element) => element.dispatchEvent(new MouseEvent("click")),
    arrive,
  });
}

// Nothing waits for it: the boxes show the step at once.
const landed = () => {};

/**
 * What moves in a step: data come in, or the share that passes goes back.
 * @type {(folded: FoldedRun, seen: FoldSeen, graph: ClassGraph) => Move[]}
 */
function passages({ fold }, { step }, { arrows }) {
  const groups = step?.kind === "forward" ? step.groups : [];
  return arrows.flatMap(({ line, place }) => {
    const { head, passes } = fold.arrows[place];
    const texts = step?.arrows.includes(place) ? [say("fold.grad"), `× ${passes}`, passes] : null;
    const wave = groups.indexOf(head);
    return texts || wave >= 0 ? [{ line, texts, wave: Math.max(0, wave), land: landed }] : [];
  });
}
