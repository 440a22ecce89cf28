// The card of a nudge: what the output does if one number grows a little.

import { card, h } from "../elements/elements.mjs";
import { named, num } from "../elements/terms.mjs";
import { reasonsToStay } from "../live/sweep.mjs";
import { outputAt } from "../live/retrace.mjs";
import { short } from "../run/numbers.mjs";
import { isDone, isInner } from "../run/run.mjs";
import { say, sayWith, sentences } from "../said/say.mjs";
import { keepKeys, plainField } from "./fields.mjs";
import { examplesOf, learning } from "./leaves.mjs";
import { nudgeBy } from "./nudge.mjs";
import { curveWith, nudgePlot, numberAcross } from "./plots.mjs";
import { cautionOf, noNudge, nudgeSays, wayDown } from "./says.mjs";
import { isMeant } from "../said/meaning.mjs";

/** @import { Child, RunCard, Tab } from "../parts.d.ts" */
/** @import { Curve } from "../trace.d.ts" */
/** @import { Dispatch, Run, Seen } from "../types.d.ts" */

// The first nudge; the powers of ten between which it slides; and the part of a plot, beside the
// point, in which a nudge that is dragged is none.
const NUDGE_AT_FIRST = 0.01;
const SLIDES = [-6, 0];
const NEAR_NONE = 0.015;

/** @type {(dispatch: Dispatch) => RunCard & Pick<Tab, "opened">} */
export function nudgeCard(dispatch) {
  let size = NUDGE_AT_FIRST;
  /** @type {number | null} */
  let place = null;
  /** @type {[Run, Seen] | null} */
  let latest = null;
  /** @type {Curve | null} */
  let curve = null;
  const about = h("p", { class: "nudged" });
  const field = plainField(say("nudge"), [say("nudge")], (x) => change(x));
  const slide = powerSlider((x) => change(size < 0 ? -x : x));
  const tools = h("div", { class: "nudge-tools" }, field.element, slide);
  const says = h("div", { class: "says", role: "status" });
  const plot = h("div", { class: "drag" });
  const hint = h("p", { class: "quiet" }, say("nudge.hint"));
  const shown = h("div", {}, plot, hint);
  const parts = h("div", { class: "nudging" }, says, shown);
  const element = card("meaning", say("meaning"), about, tools, parts);
  draggedAcross(plot, (part) => {
    if (!latest || !curve || place === null) return;
    const x = latest[0].nodes[place].data;
    const moved = numberAcross(curve, part) - x;
    const isNone = Math.abs(moved) < NEAR_NONE * (curve.right - curve.left);
    change(isNone ? 0 : Number(moved.toPrecision(2)), true);
  });

  /** @type {(x: number, isDragged?: boolean) => string} */
  function change(x, isDragged = false) {
    if (!Number.isFinite(x)) return say("field.number");
    size = x;
    paintNudge(isDragged);
    return "";
  }

  /** @type {(isDragged?: boolean) => void} */
  function paintNudge(isDragged = false) {
    if (!latest) return;
    const [run, seen] = latest;
    place = nodeToNudge(run, seen, place);
    const node = run.nodes[place];
    field.write(size);
    slide.value = String(Math.log10(Math.abs(size)));
    slide.setAttribute("aria-valuetext", short(size));
    about.replaceChildren(...aboutNode(run, seen, place));
    const hindered = hindrance(run, seen, place, dispatch);
    tools.hidden = shown.hidden = hindered.length > 0;
    if (hindered.length || !run.live) return says.replaceChildren(...hindered);
    const f = outputAt(run.live.graph, run.live.data, place);
    const { name: loss, data: y } = run.nodes[run.output];
    const nudge = nudgeBy(f, { x: node.data, y, slope: node.grad }, size);
    if (!isDragged || !curve) curve = curveWith(f, nudge, size);
    const caution = cautionOf(loss, nudge, node.numeric);
    const [first, ...more] = nudgeSays(node.name, loss, nudge);
    const [really, quotient = ""] = more;
    const lines = [sentences(first, really), quotient, caution].filter(Boolean);
    says.replaceChildren(...lines.map((each) => h("p", {}, each)));
    plot.replaceChildren(nudgePlot(curve, nudge, node.name, loss));
  }

  const opened = () => paintNudge();
  /** @type {RunCard["show"]} */
  const show = (run, seen) => {
    latest = [run, seen];
    if (!element.closest("[hidden]")) paintNudge();
  };
  return { element, show, opened };
}

/**
 * The node that is nudged: the one that is looked at, if it was selected or is a leaf; else the
 * one before, at first the first leaf that learns.
 * @type {(run: Run, seen: Seen, before: number | null) => number}
 */
function nodeToNudge(run, { focus, pinned }, before) {
  if (pinned || !isInner(run.nodes[focus])) return focus;
  return before ?? learning(run)[0] ?? run.rows[0];
}

/**
 * The node, its number, its gradient, and which way it goes to lower the output.
 * @type {(run: Run, seen: Seen, place: number) => Child[]}
 */
function aboutNode(run, { shown }, place) {
  const node = run.nodes[place];
  const loss = run.nodes[run.output].name;
  const data = node.computedAt <= shown ? [" = ", num(node.data)] : [];
  const start = [h("b", {}, named(node.name)), ...data];
  if (!isDone(node, shown)) return start;
  const given = sayWith("nudge.gradient", { start, gradient: num(node.grad) });
  const isTold = place !== run.output && isMeant(run);
  const direction = isTold ? wayDown(run, place, loss, node.grad) : "";
  const examples = examplesOf(run)?.rows.length ?? 0;
  const one = examples > 1 ? say("nudge.example", { loss, count: examples }) : "";
  return [...given, say("list.sentences"), sentences(direction, one)];
}

/**
 * Why nothing is said of a nudge, with the way to where something is; empty if something is.
 * @type {(run: Run, seen: Seen, place: number, dispatch: Dispatch) => Child[]}
 */
function hindrance(run, { shown }, place, dispatch) {
  const node = run.nodes[place];
  const output = run.nodes[run.output];
  const reason = run.live ? reasonsToStay(run.live.graph)[place] : say("stays.here");
  if (reason !== "") return [h("p", {}, say("nudge.kept", { name: node.name, reason }))];
  if (!isDone(node, shown)) {
    const position = node.pushedAt[node.pushedAt.length - 1];
    const onclick = () => dispatch({ type: "go", position, node: place, path: null });
    const go = h("button", { type: "button", class: "small", onclick }, say("nudge.go"));
    return [h("p", {}, say("nudge.later", { name: node.name }), " ", go)];
  }
  const none = noNudge(node.name, output.name, { x: node.data, y: output.data, slope: node.grad });
  return none === "" ? [] : [h("p", {}, none)];
}

/**
 * A slider over powers of ten; `given` is told of numbers with two digits.
 * @type {(given: (x: number) => void) => HTMLInputElement}
 */
function powerSlider(given) {
  const [min, max] = SLIDES.map(String);
  const oninput = () => given(Number((10 ** Number(range.value)).toPrecision(2)));
  const range = h("input", { type: "range", min, max, step: "0.1", oninput, onkeydown: keepKeys,
    "aria-label": say("nudge.size") });
  return range;
}

/**
 * Where a pointer is pressed or drawn across an element: 0 on the left, 1 on the right.
 * @type {(element: HTMLElement, given: (part: number) => void) => void}
 */
function draggedAcross(element, given) {
  /** @type {(event: PointerEvent) => void} */
  const tell = (event) => {
    const { left, width } = element.getBoundingClientRect();
    given(Math.max(0, Math.min(1, (event.clientX - left) / width)));
  };
  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    tell(event);
  });
  element.addEventListener("pointermove", (event) => {
    if (element.hasPointerCapture(event.pointerId)) tell(event);
  });
}
