// The plot of an operation: its curve, and the tangent whose slope is the local derivative.

import { kinkAfter } from "../run/kinks.mjs";
import { number, short } from "../run/numbers.mjs";
import { edgeOf } from "../said/rules.mjs";
import { say } from "../said/say.mjs";

/** @import { Scales, Size } from "../parts.d.ts" */
/** @import { Curve } from "../trace.d.ts" */
/** @import { Push, Run } from "../types.d.ts" */

const SPACE = "http://www.w3.org/2000/svg";

// The size of a plot, and of the area inside it that the curve has; the letters stand around it.
const WIDTH = 140;
const HEIGHT = 90;
const AREA = { x: 2, y: 15, width: 136, height: 60 };

// The part of the area that stays free at its sides, and how far outside of it a line may end.
const FREE = 0.07;
const FAR = 1000;

/**
 * The plot of the operation of a push, if that is a function of one number; else null.
 * @type {(run: Run, push: Push) => SVGElement | null}
 */
export function plot(run, push) {
  const { curve, data, name } = run.nodes[push.node];
  if (curve === null) return null;
  const x = run.nodes[push.input].data;
  const slope = short(push.local);
  const at = `${run.nodes[push.input].name} = ${short(x)}`;
  const of = formulaOf(run, push) ?? name;
  const about = say("plot.about", { of, at, slope });
  const to = scales(curve, AREA);
  const area = shape("svg", AREA);
  area.append(
    ...axes(to),
    shape("path", { class: "curve", d: curvePath(curve, to) }),
    shape("path", { class: "tangent", d: tangentPath(to, { x, y: data, slope: push.local }) }),
    shape("circle", { class: "point", cx: to.x(x), cy: to.y(data), r: 3.5 }),
  );
  const svg = shape("svg", { class: "plot", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  svg.setAttribute("width", String(WIDTH));
  svg.setAttribute("height", String(HEIGHT));
  svg.setAttribute("aria-label", about);
  svg.append(titled(about), shape("rect", { class: "ground", ...AREA, rx: 3 }), area);
  svg.append(label("slope", 2, 10, say("plot.slope", { slope })), ...ticks(to, x));
  return svg;
}

/**
 * The formula that is derived, as its rule has it: a² of d(a²)/da.
 * @type {(run: Run, push: Push) => string | null}
 */
function formulaOf(run, push) {
  const { symbols } = edgeOf(run, push).rule;
  const end = symbols.indexOf(`)/d${run.nodes[push.input].name}`);
  return symbols.startsWith("d(") && end > 0 ? symbols.slice(2, end) : null;
}

/**
 * An element of a picture.
 * @type {(name: string, attributes: Record<string, string | number>) => SVGElement}
 */
export function shape(name, attributes) {
  const element = /** @type {SVGElement} */ (document.createElementNS(SPACE, name));
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/** @type {(text: string) => SVGElement} */
export function titled(text) {
  const title = shape("title", {});
  title.textContent = text;
  return title;
}

/** @type {(kind: string, x: number, y: number, text: string) => SVGElement} */
export function label(kind, x, y, text) {
  const element = shape("text", { class: kind, x, y });
  element.textContent = text;
  return element;
}

/**
 * From numbers to places in an area; heights far outside of it end somewhere outside of it.
 * @type {(curve: Omit<Curve, "heights" | "jumps">, area: Size) => Scales}
 */
export function scales({ left, right, low, high }, { width, height }) {
  const [wide, tall] = [width * (1 - 2 * FREE), height * (1 - 2 * FREE)];
  return {
    x: (x) => width * FREE + wide * ((x - left) / (right - left)),
    y: (y) => {
      const place = height * (1 - FREE) - tall * ((y - low) / (high - low));
      return Math.max(-FAR, Math.min(FAR, place));
    },
    steepness: tall / wide / ((high - low) / (right - left)),
    width,
    height,
  };
}

/**
 * The lines on which x and y are 0, as far as they are in the area.
 * @type {(to: Scales) => SVGElement[]}
 */
export function axes(to) {
  const [x, y] = [to.x(0), to.y(0)];
  const upright = x >= 0 && x <= to.width ? `M${x} 0V${to.height}` : "";
  const level = y >= 0 && y <= to.height ? `M0 ${y}H${to.width}` : "";
  return upright + level ? [shape("path", { class: "axes", d: upright + level })] : [];
}

/**
 * The curve; it begins anew after a gap and after a jump, and has its kinks.
 * @type {(curve: Curve, to: Scales) => string}
 */
export function curvePath({ left, right, low, high, heights, jumps }, to) {
  const ys = heights.map(number);
  let draws = false;
  /** @type {(i: number, y: number) => string} */
  const point = (i, y) => {
    const x = left + (right - left) * (i / (ys.length - 1));
    const command = draws ? "L" : "M";
    draws = true;
    return `${command}${to.x(x).toFixed(1)} ${to.y(y).toFixed(1)}`;
  };
  return ys
    .flatMap((y, i) => {
      const isThere = Number.isFinite(y);
      const here = isThere ? point(i, y) : "";
      draws = isThere && !jumps.includes(i);
      const kink = draws ? kinkAfter(ys, i, high - low) : null;
      return kink ? [here, point(i + kink.way, kink.y)] : [here];
    })
    .join("");
}

/**
 * The tangent, across all of the area; empty where there is no slope.
 * @type {(to: Scales, point: { x: number, y: number, slope: number }) => string}
 */
export function tangentPath(to, { x, y, slope }) {
  if (Number.isNaN(slope)) return "";
  const angle = Math.atan(-slope * to.steepness);
  const [right, down] = [to.width * Math.cos(angle), to.width * Math.sin(angle)];
  const ends = [to.x(x) - right, to.y(y) - down, to.x(x) + right, to.y(y) + down];
  const [startX, startY, endX, endY] = ends.map((each) => each.toFixed(1));
  return `M${startX} ${startY}L${endX} ${endY}`;
}

/**
 * The number at which the tangent is, below the area, and 0, if there is room for both.
 * @type {(to: Scales, x: number) => SVGElement[]}
 */
function ticks(to, x) {
  const at = Math.max(22, Math.min(WIDTH - 22, AREA.x + to.x(x)));
  const zero = AREA.x + to.x(0);
  const isApart = zero > 4 && zero < WIDTH - 4 && Math.abs(zero - at) > 32;
  const here = label("here", at, HEIGHT - 4, short(x));
  return isApart ? [here, label("zero", zero, HEIGHT - 4, "0")] : [here];
}
