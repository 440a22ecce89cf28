// Boxes and arrows as they are in a step; while numbers move, what nobody sees follows later.

import { setAttribute } from "../elements/elements.mjs";
import { narrow, narrowNumbers } from "../elements/narrow.mjs";
import { describeArrow, markArrow, numberArrow, showArrow } from "./arrows.mjs";
import { markBox, numberBox, showBox } from "./boxes.mjs";
import { viewing } from "./in_view.mjs";

/** @import { Camera } from "./camera.mjs" */
/** @import { Arrow, Box, Concern, Following, Graph } from "./picture.d.ts" */
/** @import { Run, Seen } from "../types.d.ts" */

/**
 * How a graph follows a run. What waits, a number out of view and all that is told in words, is not
 * told until it is true: when numbers rest, or when something else comes into view.
 * @type {(graph: Graph, camera: Camera) => Following}
 */
export function following(graph, camera) {
  const [boxes, arrows] = [graph.boxes, [...graph.arrows.values()]];
  /** @type {(() => void) | null} */
  let later = null;
  const parts = [...boxes.map(({ element }) => element), ...arrows.map(({ label }) => label)];
  const isInView = viewing(camera, parts, () => later?.());
  let isSilent = false;
  /** @type {Following["show"]} */
  const show = (run, seen, concern) => {
    later = null;
    isSilent = false;
    for (const box of boxes) showBox(run, seen, concern, box);
    narrow(boxes);
    for (const arrow of arrows) showArrow(run, seen, concern, arrow);
    narrowNumbers(arrows, boxes);
  };
  /** @type {Following["move"]} */
  const move = (run, seen, concern) => {
    later = () => show(run, seen, concern);
    if (!isSilent) for (const each of [...boxes, ...arrows]) silence(run, each);
    isSilent = true;
    const boxesInView = boxes.filter(({ element }) => isInView(element));
    const arrowsInView = arrows.filter(({ label }) => isInView(label));
    for (const box of boxesInView) numberBox(run, seen, concern, box);
    narrow(boxesInView);
    for (const arrow of arrowsInView) numberArrow(run, seen, concern, arrow);
    narrowNumbers(arrowsInView, boxes);
    if (seen.path !== null) mark(run, seen, concern);
  };
  /** @type {(run: Run, seen: Seen, concern: Concern) => void} */
  const mark = (run, seen, concern) => {
    for (const box of boxes) markBox(run, seen, concern, box);
    for (const arrow of arrows) markArrow(run, seen, concern, arrow);
  };
  return { show, move };
}

/**
 * Tell of a part of the picture what does not depend on numbers.
 * @type {(run: Run, each: Box | Arrow) => void}
 */
function silence(run, each) {
  if ("known" in each) setAttribute(each.element, "aria-label", each.known);
  else describeArrow(run, each, "");
}
