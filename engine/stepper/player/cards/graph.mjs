// The picture of the graph: each box and each arrow shows how far the run is, and a click selects.

import { h, setClass, setText } from "../elements.mjs";
import { exact, short } from "../numbers.mjs";
import { changedBy, gradientAt, isDone, isGrowing, isInner } from "../run.mjs";
import { zooming } from "./zoom.mjs";

/** @import { Arrow, Box, Frame, Picture } from "../parts.d.ts" */
/** @import { Dispatch, Path, Run, Seen } from "../types.d.ts" */

/** @type {(run: Run, svg: SVGSVGElement | null, dispatch: Dispatch) => Picture} */
export function pictureCard(run, svg, dispatch) {
  if (!svg) {
    const element = h("section", { class: "card picture none", "aria-label": "Graph" });
    element.append(h("p", { class: "quiet" }, run.pictureNote));
    return { element, show: () => {}, fit: () => {}, start: () => {} };
  }
  const frame = h("div", { class: "frame" }, svg);
  const zoom = zooming(frame, svg);
  const tools = h(
    "div",
    { class: "tools" },
    h("button", { type: "button", onclick: zoom.out, "aria-label": "Smaller" }, "−"),
    h("button", { type: "button", onclick: zoom.fit, title: "The whole graph (F)" }, "Fit"),
    h("button", { type: "button", onclick: zoom.in, "aria-label": "Larger" }, "+"),
  );
  const element = h("section", { class: "card picture", "aria-label": "Graph" }, frame, tools);
  const { width, height } = svg.viewBox.baseVal;
  element.dataset.shape = height > 0.7 * width ? "tall" : "wide";
  const boxes = boxesOf(svg, run, dispatch);
  const arrows = arrowsOf(svg);
  /** @type {Seen | null} */
  let before = null;
  /** @type {Picture["show"]} */
  const show = (seen) => {
    for (const box of boxes) showBox(run, seen, box);
    for (const arrow of arrows) showArrow(run, seen, arrow);
    follow(before, seen, svg, zoom);
    before = seen;
  };
  return { element, show, fit: zoom.fit, start: zoom.start };
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

/**
 * The boxes of the picture, with what they show; a click on a box selects its node.
 * @type {(svg: SVGSVGElement, run: Run, dispatch: Dispatch) => Box[]}
 */
function boxesOf(svg, run, dispatch) {
  /** @type {NodeListOf<SVGElement>} */
  const found = svg.querySelectorAll("[data-node]");
  return [...found].map((element) => {
    const node = Number(element.dataset.node);
    element.addEventListener("click", () => dispatch({ type: "select", node }));
    setClass(element, "inner", isInner(run.nodes[node]));
    const [data, grad] = [...element.querySelectorAll("text")].slice(-2);
    const [title] = element.querySelectorAll("title");
    return { node, element, data, grad, title };
  });
}

/**
 * The arrows of the picture, each with the node that it leads to and its place among its inputs.
 * @type {(svg: SVGSVGElement) => Arrow[]}
 */
function arrowsOf(svg) {
  /** @type {NodeListOf<SVGElement>} */
  const found = svg.querySelectorAll("[data-edge]");
  return [...found].map((element) => {
    const [node, place] = (element.dataset.edge ?? "").split("/").map(Number);
    return { node, place, element };
  });
}

/** @type {(run: Run, seen: Seen, box: Box) => void} */
function showBox(run, seen, box) {
  const node = run.nodes[box.node];
  const { shown, step } = seen;
  const now = gradientAt(node, shown);
  const done = isDone(node, shown);
  const computed = node.computedAt <= shown;
  const changes = step.events.some((event) => changedBy(event) === box.node);
  const takesPart = changes || step.events.some((event) => event.node === box.node);
  setClass(box.element, "ahead", !computed);
  setClass(box.element, "reached", now !== null);
  setClass(box.element, "done", done);
  setClass(box.element, "active", takesPart);
  setClass(box.element, "changes", changes);
  setClass(box.element, "selected", seen.pinned && seen.focus === box.node);
  setClass(box.element, "on-path", pathOf(run, seen)?.nodes.includes(box.node) ?? false);
  setText(box.data, computed ? `data ${short(node.data)}` : "data –");
  const more = isGrowing(node, shown);
  setText(box.grad, `grad ${now === null ? "–" : short(now)}${more ? " …" : ""}`);
  const grads = now === null ? "–" : `${exact(now)}${more ? " so far" : ""}`;
  setText(box.title, `${node.name}, data ${exact(node.data)}, grad ${grads}`);
}

/** @type {(run: Run, seen: Seen, arrow: Arrow) => void} */
function showArrow(run, seen, { node, place, element }) {
  const { pushes, shown, step } = seen;
  const flows = pushes.some((push) => push.node === node && push.place === place);
  const feeds = step.events.some((event) => event.kind === "forward" && event.node === node);
  setClass(element, "ahead", run.nodes[node].computedAt > shown);
  setClass(element, "active", flows || feeds);
  setClass(element, "on-path", isOnPath(pathOf(run, seen), node, place));
}

/**
 * The chain-rule path that is shown, if one is.
 * @type {(run: Run, seen: Seen) => Path | null}
 */
const pathOf = (run, seen) =>
  seen.path === null ? null : (run.nodes[seen.focus].paths.best[seen.path] ?? null);

/** @type {(path: Path | null, node: number, place: number) => boolean} */
function isOnPath(path, node, place) {
  if (path === null) return false;
  const i = path.nodes.indexOf(node);
  return i >= 0 && path.places[i] === place;
}
