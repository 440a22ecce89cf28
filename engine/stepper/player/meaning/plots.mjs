// Plots of the output: against one number, with its tangent and a secant; and over steps.

import { axes, curvePath, label, scales, shape, tangentPath, titled } from "../cards/plot.mjs";
import { curveAround } from "../live/curves.mjs";
import { short } from "../run/numbers.mjs";
import { say } from "../said/say.mjs";

/** @import { Scales } from "../parts.d.ts" */
/** @import { Curve } from "../trace.d.ts" */
/** @import { At, Nudge } from "./meaning.d.ts" */

// The size of the plots, and the area inside of each.
const WIDE = 300;
const NUDGE_AREA = { x: 2, y: 16, width: 296, height: 118 };
const LOSS_AREA = { x: 2, y: 14, width: 296, height: 66 };

// Around a level curve so much is shown, a window must be wider than a nudge, and a loss that falls
// so far is shown as its logarithm; steps up to so many are points too.
const AROUND_LEVEL = 1;
const WIDER_BY = 1.2;
const FAR_DOWN = 100;
const POINTS_SHOWN = 40;

/**
 * The curve of a function around a number, at least as wide as a nudge.
 * @type {(f: (x: number) => number, at: At, h: number) => Curve}
 */
export function curveWith(f, { x, slope }, h) {
  const y = f(x);
  const half = Math.max(AROUND_LEVEL, WIDER_BY * Math.abs(h));
  const [left, right, low, high] = [x - half, x + half, y - AROUND_LEVEL, y + AROUND_LEVEL];
  const level = { left, right, low, high, heights: [y, y], jumps: [] };
  return curveAround(f, { x, y, slope }, WIDER_BY * Math.abs(h)) ?? level;
}

/**
 * The number at a place across a plot of a nudge, from 0 on the left to 1 on the right.
 * @type {(curve: Curve, part: number) => number}
 */
export function numberAcross(curve, part) {
  const { left, right } = curve;
  const to = scales(curve, NUDGE_AREA);
  const place = part * WIDE - NUDGE_AREA.x;
  return left + ((place - to.x(left)) / (to.x(right) - to.x(left))) * (right - left);
}

/**
 * The output against a number, the tangent, and the secant of a nudge.
 * @type {(curve: Curve, nudge: Nudge, w: string, loss: string) => SVGElement}
 */
export function nudgePlot(curve, nudge, w, loss) {
  const { x, y, h, slope, change, quotient } = nudge;
  const to = scales(curve, NUDGE_AREA);
  const gradient = say("nudge.plot.gradient", { slope: short(slope) });
  const ratio = say("nudge.plot.ratio", { ratio: short(quotient) });
  const isCut = Number.isFinite(change) && h !== 0;
  const places = { loss, w, at: short(x), gradient, moved: short(x + h), ratio };
  const about = say(isCut ? "nudge.plot.cut" : "nudge.plot", places);
  const ends = [to.x(x), to.y(y), to.x(x + h), to.y(y + change)].map((each) => each.toFixed(1));
  const secant = [
    shape("path", { class: "legs", d: `M${ends[0]} ${ends[1]}H${ends[2]}V${ends[3]}` }),
    shape("path", { class: "secant", d: tangentPath(to, { x, y, slope: quotient }) }),
    shape("circle", { class: "moved", cx: ends[2], cy: ends[3], r: 6 }),
  ];
  const lines = [
    ...axes(to),
    shape("path", { class: "curve", d: curvePath(curve, to) }),
    ...(isCut ? secant : []),
    shape("path", { class: "tangent", d: tangentPath(to, nudge) }),
    shape("circle", { class: "point", cx: to.x(x), cy: to.y(y), r: 4 }),
  ];
  const texts = [label("slope", 4, 11, gradient), label("here", textMiddle(to, x), 147, short(x))];
  const more = isCut ? [label("ratio", WIDE - 4, 11, ratio)] : [];
  return plotAround({ about, height: 150, area: NUDGE_AREA, lines, texts: [...texts, ...more] });
}

/**
 * Where a text is centred below a number.
 * @type {(to: Scales, x: number) => number}
 */
const textMiddle = (to, x) => Math.max(24, Math.min(WIDE - 24, NUDGE_AREA.x + to.x(x)));

/**
 * A loss over steps, with its logarithm if it falls far.
 * @type {(losses: number[], loss: string) => SVGElement}
 */
export function lossPlot(losses, loss) {
  const [least, most] = [Math.min(...losses), Math.max(...losses)];
  const isFar = least > 0 && most / least >= FAR_DOWN;
  const heights = isFar ? losses.map(Math.log10) : losses;
  const low = isFar ? Math.log10(least) : Math.min(0, least);
  const high = isFar ? Math.log10(most) : most > low ? most : low + AROUND_LEVEL;
  const steps = losses.length - 1;
  const curve = { left: 0, right: Math.max(1, steps), low, high, heights, jumps: [] };
  const to = scales(curve, LOSS_AREA);
  const points = steps > POINTS_SHOWN ? [] : heights.map((y, i) =>
    shape("circle", { class: "point", cx: to.x(i), cy: to.y(y), r: 2.5 }));
  const last = short(losses[steps]);
  const count = say("descent.steps", { count: steps });
  const about = say("descent.plot", { loss, steps: count, from: short(losses[0]), to: last });
  const line = shape("path", { class: "curve", d: curvePath(curve, to) });
  const lines = [...axes(to), line, ...points];
  const highest = isFar ? "descent.most.logarithm" : "descent.most";
  const texts = [
    label("slope", 4, 10, say(highest, { most: short(most) })),
    label("ratio", WIDE - 4, 10, last),
    label("zero", 10, 92, "0"),
    label("ratio", WIDE - 4, 92, count),
  ];
  return plotAround({ about, height: 96, area: LOSS_AREA, lines, texts });
}

/**
 * A plot with what is in its area, and the texts around that.
 * @type {(plot: {
 *   about: string,
 *   height: number,
 *   area: typeof NUDGE_AREA,
 *   lines: SVGElement[],
 *   texts: SVGElement[],
 * }) => SVGElement}
 */
function plotAround({ about, height, area, lines, texts }) {
  const inner = shape("svg", area);
  inner.append(...lines);
  const svg = shape("svg", { class: "plot wide", viewBox: `0 0 ${WIDE} ${height}`, role: "img" });
  svg.setAttribute("aria-label", about);
  svg.append(titled(about), shape("rect", { class: "ground", ...area, rx: 3 }), inner, ...texts);
  return svg;
}
