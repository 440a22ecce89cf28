// The picture of the graph: each box and each arrow shows how far the run is, and a click selects.

import { arrowsOf, reason, showArrow } from "./arrows.mjs";
import { boxesOf, showBox } from "./boxes.mjs";
import { concernOf } from "./concern.mjs";
import { h } from "../elements.mjs";
import { flowing } from "./flow.mjs";
import { movesOf } from "./moves.mjs";
import { tipOver } from "./tip.mjs";
import { walking } from "./walk.mjs";
import { zooming } from "./zoom.mjs";

/** @import { Frame, Picture } from "../parts.d.ts" */
/** @import { Arrow, Graph, Tip } from "../picture.d.ts" */
/** @import { Dispatch, Run, Seen } from "../types.d.ts" */

/** @type {(run: Run, svg: SVGSVGElement | null, dispatch: Dispatch) => Picture} */
export function pictureCard(run, svg, dispatch) {
  if (!svg) {
    const element = h("section", { class: "card picture none", "aria-label": "Graph" });
    element.append(h("p", { class: "quiet" }, run.pictureNote));
    return { element, show: () => {}, fit: () => {}, start: () => {} };
  }
  const frame = h("div", { class: "frame" }, svg);
  const zoom = zooming(frame, svg);
  const element = h("section", { class: "card picture", "aria-label": "Graph" });
  element.append(frame, toolsOf(zoom));
  const { width, height } = svg.viewBox.baseVal;
  element.dataset.shape = height > 0.7 * width ? "tall" : "wide";
  svg.setAttribute("role", "group");
  const graph = { boxes: boxesOf(run, svg), arrows: arrowsOf(run, svg) };
  const tip = tipOver(element);
  const flow = flowing(svg);
  /** @type {Seen | null} */
  let before = null;
  /** @type {(arrow: Arrow) => void} */
  const tell = (arrow) => {
    if (before) tip.show(reason(run, before, arrow), arrow.label);
  };
  listen(frame, graph, { dispatch, tell, zoom, tip });
  /** @type {Picture["show"]} */
  const show = (seen) => {
    flow.finish();
    tip.hide();
    const concern = concernOf(run, seen);
    for (const box of graph.boxes) showBox(run, seen, concern, box);
    for (const arrow of graph.arrows.values()) showArrow(run, seen, concern, arrow);
    const goesOn = before && before.shown === seen.step.start && before.shown < seen.shown;
    if (goesOn) flow.start(movesOf(run, seen, concern, graph));
    follow(before, seen, svg, zoom);
    before = seen;
  };
  return { element, show, fit: zoom.fit, start: zoom.start };
}

/** @type {(zoom: Frame) => HTMLElement} */
const toolsOf = (zoom) =>
  h(
    "div",
    { class: "tools" },
    h("button", { type: "button", onclick: zoom.out, "aria-label": "Smaller" }, "−"),
    h("button", { type: "button", onclick: zoom.fit, title: "The whole graph (F)" }, "Fit"),
    h("button", { type: "button", onclick: zoom.in, "aria-label": "Larger" }, "+"),
  );

/**
 * A box that is pressed is selected; an arrow under the pointer or with the focus tells its reason.
 * @param {HTMLElement} frame
 * @param {Graph} graph
 * @param {{ dispatch: Dispatch, tell: (arrow: Arrow) => void, zoom: Frame, tip: Tip }} parts
 */
function listen(frame, { boxes, arrows }, { dispatch, tell, zoom, tip }) {
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
  /** @type {(element: SVGElement) => Arrow | undefined} */
  const arrowOf = (element) => arrows.get(element.dataset.edge ?? "");
  walking(frame, things.map((each) => each.element), {
    press: (element) => element.dispatchEvent(new MouseEvent("click")),
    arrive: (element) => {
      zoom.reveal([[element]]);
      const arrow = arrowOf(element);
      if (arrow) tell(arrow);
    },
  });
}

/**
 * Scroll to what this step concerns, or to what has just been chosen; show the whole of a path.
 * @type {(before: Seen | null, seen: Seen, svg: SVGSVGElement, zoom: Frame) => void}
 */
function follow(before, seen, svg, zoom) {
  /** @type {(what: string) => Element[]} */
  const first = (what) => [...svg.querySelectorAll(what)].slice(0, 1);
  if (before?.path !== seen.path) zoom.whole([...svg.querySelectorAll(".on-path")]);
  if (before?.position !== seen.position) {
    const edge = first(".edge.active");
    zoom.reveal([...svg.querySelectorAll(".changes")].map((box) => [box, ...edge]));
  } else if (seen.pinned && before.focus !== seen.focus) zoom.reveal([first(".selected")]);
}
