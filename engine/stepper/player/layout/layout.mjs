// A picture of a graph: boxes in columns, the output at the right, and few arrows that cross.

import { placedArrows } from "./curves.mjs";
import { layersOf } from "./columns.mjs";
import { keysOfNodes } from "./alike.mjs";
import { putAtHeights, putBeside } from "./heights.mjs";
import { putInRows } from "./order.mjs";
import { LABEL_SIZE, sceneOf } from "./scene.mjs";

/** @import { Trace } from "../trace.d.ts" */
/** @import { Layout, PlacedArrow, PlacedBox, XY } from "./layout.d.ts" */

// The room around all.
const RIM = 8;

/** @type {Set<string>} */
const NO_LABELS = new Set();

/**
 * The layout of the graph of a trace. `labels` are the names that the reader gave. What `previous`,
 * the layout of a graph like this one, has too stands in the same order.
 * @type {(
 *   document: Trace, given?: { labels?: Set<string>, previous?: Layout | null }
 * ) => Layout}
 */
export function laidOut(document, { labels = NO_LABELS, previous = null } = {}) {
  const { nodes, output } = document;
  const keys = keysOfNodes({ nodes, output }, previous, labels);
  const layers = layersOf(sceneOf(document, labels, keys));
  const { columns } = layers;
  putInRows(columns, previous?.heights ?? new Map());
  putAtHeights(columns);
  putBeside(layers);
  const slots = columns.flat();
  const heights = new Map(slots.map(({ id, y }) => [id, y]));
  const boxes = slots.flatMap(({ box, x, y }) => (box ? [{ ...box, x, y }] : []));
  return { nodes, output, keys, heights, ...enclosed(boxes, placedArrows(layers)) };
}

/**
 * Boxes and arrows moved to where the picture begins, and the size of it.
 * @type {(
 *   boxes: PlacedBox[], arrows: PlacedArrow[]
 * ) => Pick<Layout, "boxes" | "arrows" | "width" | "height">}
 */
function enclosed(boxes, arrows) {
  const heights = arrows.flatMap(({ points, foot }) => [...points.map(([, y]) => y), foot[1]]);
  const top = Math.min(
    ...boxes.map(({ y, height }) => y - height / 2), ...heights.map((y) => y - LABEL_SIZE),
  );
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height / 2), ...heights);
  const left = Math.min(...boxes.map(({ x, width }) => x - width / 2));
  const right = Math.max(...boxes.map(({ x, width }) => x + width / 2));
  /** @type {(x: number, y: number) => XY} */
  const moved = (x, y) => [x - left + RIM, y - top + RIM];
  return {
    boxes: boxes.map((box) => {
      const [x, y] = moved(box.x, box.y);
      return { ...box, x, y };
    }),
    arrows: arrows.map((arrow) => ({
      ...arrow,
      points: arrow.points.map(([x, y]) => moved(x, y)),
      foot: moved(...arrow.foot),
    })),
    width: right - left + 2 * RIM,
    height: bottom - top + 2 * RIM,
  };
}
