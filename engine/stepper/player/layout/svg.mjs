// A layout as SVG, of the same parts as the pictures of engine/stepper/marked_svg.py.

import { LABEL_SIZE, LETTER_SIZE, LINE_HEIGHT } from "./scene.mjs";
import { drawn } from "../picture/turned.mjs";
import { say } from "../said/say.mjs";

/** @import { Layout, PlacedArrow, PlacedBox, XY } from "./layout.d.ts" */

const FONT = "Helvetica,Arial,sans-serif";

// A first line with so many letters is too wide in bold.
const WIDE_TITLE = 16;

// The round corners of leaves, the second border of the output, and the heads of arrows.
const ROUND = 12;
const SECOND = 4;
const HEAD_LENGTH = 7;
const HEAD_HALF = 2.45;

// From the middle of a line of text to the foot of its letters.
const FOOT = 3.8;

/**
 * The picture; text stays text.
 * @type {(layout: Layout) => SVGSVGElement}
 */
export function svgOf({ boxes, arrows, width, height, nodes, output }) {
  const [{ name }, amounts] = [nodes[output], { boxes: boxes.length, arrows: arrows.length }];
  const few = boxes.length === 1 ? 0 : arrows.length === 1 ? 1 : "other";
  const all = drawn("g", { class: "graph" }, ...boxes.map(boxDrawn), ...arrows.map(arrowDrawn));
  return drawn(
    "svg",
    {
      class: "glassgrad",
      role: "img",
      "aria-label": say("box.graph", { ...amounts, name, count: few }),
      viewBox: `0 0 ${twoPlaces(width)} ${twoPlaces(height)}`,
      width: twoPlaces(width),
      height: twoPlaces(height),
    },
    all,
  );
}

/** @type {(box: PlacedBox) => SVGGElement} */
function boxDrawn({ kind, node, lines, x, y, width, height }) {
  const wide = lines[0].length > WIDE_TITLE ? "wide " : "";
  const place = { left: x - width / 2, top: y - height / 2, width, height };
  const borders = kind === "leaf" ? [roundBorder(place)] : [straightBorder(place, 0)];
  if (kind === "output") borders.push(straightBorder(place, SECOND));
  const top = y - (LINE_HEIGHT * (lines.length - 1)) / 2 + FOOT;
  return drawn(
    "g",
    { class: `node ${wide}${kind}`, "data-node": String(node) },
    drawn("title", {}, lines.join(", ")),
    ...borders,
    ...lines.map((line, k) => textAt(line, [x, top + LINE_HEIGHT * k], LETTER_SIZE)),
  );
}

/** @type {(arrow: PlacedArrow) => SVGGElement} */
function arrowDrawn({ node, place, label, points, foot }) {
  const [tip] = points.slice(-1);
  const base = tip[0] - HEAD_LENGTH;
  const ends = /** @type {XY[]} */ ([...points.slice(0, -1), [base, tip[1]]]);
  const head = [[base, tip[1] - HEAD_HALF], tip, [base, tip[1] + HEAD_HALF]];
  return drawn(
    "g",
    { class: "edge", "data-edge": `${node}/${place}` },
    drawn("path", { d: curveThrough(ends) }),
    drawn("polygon", { points: head.map(pointText).join(" ") }),
    textAt(label, foot, LABEL_SIZE),
  );
}

/**
 * A curve through points, level at each.
 * @type {(points: XY[]) => string}
 */
function curveThrough(points) {
  const parts = points.slice(1).map(([x, y], k) => {
    const [x0, y0] = points[k];
    const middle = (x0 + x) / 2;
    const ways = [[middle, y0], [middle, y], [x, y]];
    return y === y0 ? `L${pointText([x, y])}` : `C${ways.map(pointText).join(" ")}`;
  });
  return `M${pointText(points[0])}${parts.join("")}`;
}

/** @type {(text: string, place: XY, size: number) => SVGTextElement} */
const textAt = (text, [x, y], size) =>
  drawn(
    "text",
    {
      "text-anchor": "middle", "font-family": FONT, "font-size": size.toFixed(2),
      x: twoPlaces(x), y: twoPlaces(y),
    },
    text,
  );

/** @type {(place: Record<"left" | "top" | "width" | "height", number>, by: number) => Element} */
function straightBorder({ left, top, width, height }, by) {
  const [x0, y0, x1, y1] = [left - by, top - by, left + width + by, top + height + by];
  const corners = [[x1, y0], [x0, y0], [x0, y1], [x1, y1], [x1, y0]];
  return drawn("polygon", { points: corners.map(pointText).join(" ") });
}

/** @type {(place: Record<"left" | "top" | "width" | "height", number>) => Element} */
function roundBorder({ left, top, width, height }) {
  const [w, h] = [twoPlaces(width - 2 * ROUND), twoPlaces(height - 2 * ROUND)];
  const turns = [[1, 1], [-1, 1], [-1, -1], [1, -1]].map(
    ([x, y]) => `a${ROUND} ${ROUND} 0 0 1 ${x * ROUND} ${y * ROUND}`,
  );
  const start = pointText([left + ROUND, top]);
  return drawn("path", {
    d: `M${start}h${w}${turns[0]}v${h}${turns[1]}h-${w}${turns[2]}v-${h}${turns[3]}z`,
  });
}

/** @type {(x: number) => string} */
const twoPlaces = (x) => String(Number(x.toFixed(2)));

/** @type {(point: number[]) => string} */
const pointText = (point) => point.map(twoPlaces).join(",");
