// The layered layout: boxes apart, arrows to the right, inputs in order, stable while one edits.

import assert from "node:assert/strict";
import { test } from "node:test";
import { leaf, made, randomGraph, rectangle, traceOf, withMore } from "./graphs.mjs";

const from = (module) => import(new URL(`layout/${module}.mjs`, process.env.STEPPER_MODULES));
const { laidOut } = await from("layout");
const { doOverlap } = await from("curves");
const { widthOfText } = await from("letters");
const { LABEL_SIZE } = await from("scene");

const GRAPHS = Array.from({ length: 300 }, (_, seed) => randomGraph(seed, 1 + (seed % 40)));
const LAYOUTS = GRAPHS.map((graph) => laidOut(graph));

const pairs = (list) => list.flatMap((a, i) => list.slice(i + 1).map((b) => [a, b]));

const labelOf = ({ label, foot: [x, y] }) => {
  const width = widthOfText(label, LABEL_SIZE);
  return { left: x - width / 2, top: y - LABEL_SIZE + 1, width, height: LABEL_SIZE };
};

test("no boxes overlap, no label stands on a box, and all is in the picture", () => {
  for (const { boxes, arrows, width, height } of LAYOUTS) {
    const rectangles = boxes.map(rectangle);
    const labels = arrows.map(labelOf);
    for (const [a, b] of pairs(rectangles)) assert(!doOverlap(a, b));
    for (const box of rectangles) for (const label of labels) assert(!doOverlap(box, label));
    for (const { left, top, ...size } of [...rectangles, ...labels]) {
      assert(left >= 0 && top >= 0);
      assert(left + size.width <= width && top + size.height <= height);
    }
  }
});

test("labels stand apart, but for few where many arrows meet", () => {
  let [all, touching] = [0, 0];
  for (const { arrows } of LAYOUTS) {
    const labels = arrows.map(labelOf);
    all += labels.length;
    touching += labels.filter((a) => labels.some((b) => a !== b && doOverlap(a, b))).length;
  }
  assert(touching < 0.01 * all, `${touching} of ${all}`);
});

test("every arrow points to the right, and ends at its box", () => {
  for (const { boxes, arrows } of LAYOUTS) {
    const byId = new Map(boxes.map((box) => [box.id, box]));
    for (const { tail, head, points } of arrows) {
      const [start, end] = [byId.get(tail.id), byId.get(head.id)];
      assert(start.x + start.width / 2 < end.x - end.width / 2);
      points.slice(1).forEach(([x], k) => assert(x > points[k][0]));
      assert.equal(points[0][0].toFixed(3), (start.x + start.width / 2).toFixed(3));
      assert(Math.abs(points.at(-1)[1] - end.y) < end.height / 2);
    }
  }
});

test("there are as many boxes and arrows as the graph asks for", () => {
  const x2 = traceOf([leaf("x"), made("y", "Mul", 0, 0)]);
  assert.equal(laidOut(x2).boxes.length, 2);
  assert.deepEqual(laidOut(x2).arrows.map(({ place }) => place), [0, 1]);
  const shared = traceOf([leaf("x"), made("a", "tanh", 0), made("b", "Mul", 1, 0)]);
  const leaves = laidOut(shared).boxes.filter(({ kind }) => kind === "leaf");
  assert.deepEqual(leaves.map(({ lines }) => lines[1]).toSorted(), ["use 1 of 2", "use 2 of 2"]);
  const { boxes: [only], arrows } = laidOut(traceOf([leaf("x")]));
  assert.deepEqual([only.kind, arrows], ["output", []]);
});

test("the same graph gives the same layout", () => {
  GRAPHS.slice(0, 60).forEach((graph, i) =>
    assert.deepEqual(laidOut(structuredClone(graph)), LAYOUTS[i]),
  );
});

test("a tree has no crossings, and inputs stand from top to bottom in their order", () => {
  const nodes = Array.from({ length: 8 }, (_, i) => leaf(`x${i}`));
  for (let k = 0; k < 7; k++) nodes.push(made(`n${k}`, "Mul", 2 * k, 2 * k + 1));
  const { boxes } = laidOut(traceOf(nodes));
  const leaves = boxes.filter(({ kind }) => kind === "leaf").toSorted((a, b) => a.y - b.y);
  assert.deepEqual(leaves.map(({ lines }) => lines[0]), nodes.slice(0, 8).map(({ name }) => name));
  const [above, below] = boxes.filter(({ lines }) => ["× n4", "× n5"].includes(lines[0]));
  assert(above.y < below.y && Math.abs(above.x - below.x) < 1);
});

test("with the layout before it, a graph keeps its boxes in their order", () => {
  let [all, turned] = [0, 0];
  for (const graph of GRAPHS.slice(0, 60)) {
    const before = laidOut(graph);
    const firstOperation = graph.nodes.findIndex(({ inputs }) => inputs.length);
    for (const at of [firstOperation, graph.nodes.length - 1]) {
      const after = laidOut(withMore(graph, at), { previous: before });
      const old = new Map(before.boxes.map((box) => [box.id, box]));
      const both = after.boxes.filter(({ id }) => old.has(id)).map((box) => [box, old.get(box.id)]);
      assert(both.length >= before.boxes.length - 1);
      for (const [[a, oldA], [b, oldB]] of pairs(both)) {
        if (Math.abs(a.x - b.x) > 1 || Math.abs(oldA.x - oldB.x) > 1) continue;
        all += 1;
        turned += Number(a.y < b.y !== oldA.y < oldB.y);
      }
    }
  }
  assert(all > 4000 && turned < 0.003 * all, `${turned} of ${all}`);
});

test("names that stay keep their boxes, though they are computed otherwise", () => {
  const labels = new Set(["x", "h", "y"]);
  const one = traceOf([leaf("x"), made("h", "tanh", 0), made("y", "Mul", 1, 0)]);
  const other = traceOf([
    leaf("x"), made("a", "Mul", 0, [2]), made("h", "sin", 1), made("y", "Mul", 2, 0),
  ]);
  const before = laidOut(one, { labels });
  const after = laidOut(other, { labels, previous: before });
  assert.deepEqual([0, 2, 3].map((place) => after.keys[place]), before.keys);
  assert(!before.keys.includes(after.keys[1]));
});

test("three hundred boxes take less than a second", () => {
  const graph = randomGraph(3, 290);
  const { user } = process.cpuUsage();
  const { boxes } = laidOut(graph);
  assert(process.cpuUsage().user - user < 1e6);
  assert(boxes.length > 250 && boxes.length < 420, String(boxes.length));
});
