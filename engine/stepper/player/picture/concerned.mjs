// What a step concerns in the picture: its arrows, and the boxes that they lead from and to.

import { ownRectangle } from "../elements/rectangles.mjs";

// An arrow begins and ends so near to its boxes, in units of the picture.
const NEAR = 14;

/**
 * What a step is about: its arrows, and of each of its boxes the one that they lead from or to.
 * @type {(svg: SVGSVGElement) => Element[]}
 */
export function stepInPicture(svg) {
  const edges = [...svg.querySelectorAll(".edge.active")];
  const ends = edges.flatMap(endsOf);
  /** @type {Map<string, SVGGraphicsElement[]>} */
  const copies = new Map();
  /** @type {NodeListOf<SVGGraphicsElement>} */
  const boxes = svg.querySelectorAll(".node.active");
  for (const box of boxes) {
    const name = box.dataset.node ?? "";
    copies.set(name, [...(copies.get(name) ?? []), box]);
  }
  const nearest = [...copies.values()].flatMap((same) => {
    const near = same.filter((box) => ends.some((end) => distance(end, ownRectangle(box)) < NEAR));
    return near.length ? near : same.slice(0, 1);
  });
  return [...nearest, ...edges];
}

/**
 * How far a point is from a rectangle; 0 if it is in it.
 * @type {(point: DOMPoint, box: DOMRect) => number}
 */
const distance = (point, box) =>
  Math.hypot(
    Math.max(box.left - point.x, 0, point.x - box.right),
    Math.max(box.top - point.y, 0, point.y - box.bottom),
  );

/**
 * Where a line of a picture begins and ends.
 * @type {(line: Element) => DOMPoint[]}
 */
function endsOf(line) {
  const path = line.querySelector("path");
  return path ? [0, path.getTotalLength()].map((at) => path.getPointAtLength(at)) : [];
}
