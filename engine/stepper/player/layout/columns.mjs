// The columns of a layered layout: each box in one, and slots where an arrow passes others.

/** @import { Layers, PlainScene, SceneArrow, SceneBox, Slot, Way } from "./layout.d.ts" */

// The height of a slot where an arrow passes a column.
const LANE = 10;

/**
 * The columns of a scene, each from top to bottom as one comes to its boxes from the output along
 * the inputs in their order: a tree has no crossings then.
 * @type {(scene: PlainScene) => Layers}
 */
export function layersOf({ boxes, arrows }) {
  const into = arrowsInto(arrows);
  const ranks = ranksOf(boxes, into);
  /** @type {Map<SceneBox, Slot>} */
  const slots = new Map(boxes.map((box) => [box, slotFor(box.id, box, box.height)]));
  const walk = walked(/** @type {SceneBox} */ (boxes.at(-1)), into);
  /** @type {Slot[][]} */
  const columns = [];
  /** @type {Map<Slot, number>} */
  const keys = new Map();
  /** @type {(slot: Slot, rank: number, key: number) => Slot} */
  const put = (slot, rank, key) => {
    (columns[rank] ??= []).push(slot);
    keys.set(slot, key);
    return slot;
  };
  const slotOfBox = (/** @type {SceneBox} */ box) => /** @type {Slot} */ (slots.get(box));
  const rankOf = (/** @type {SceneBox} */ box) => ranks.get(box) ?? 0;
  walk.forEach((box, key) => put(slotOfBox(box), rankOf(box), key));
  const ways = arrows.map((arrow) => {
    const [first, last] = [rankOf(arrow.head) + 1, rankOf(arrow.tail)];
    const key = Number(keys.get(slotOfBox(arrow.tail)));
    const lanes = Array.from({ length: last - first }, (_, k) =>
      put(slotFor(laneId(arrow, k), null, LANE), first + k, key),
    );
    const [tail, head] = [slotOfBox(arrow.tail), slotOfBox(arrow.head)];
    return connected(arrow, [tail, ...lanes.toReversed(), head], into);
  });
  for (const column of columns)
    column.sort((a, b) => Number(keys.get(a)) - Number(keys.get(b)));
  return { columns, ways };
}

/**
 * The arrows into each box.
 * @type {(arrows: SceneArrow[]) => Map<SceneBox, SceneArrow[]>}
 */
function arrowsInto(arrows) {
  /** @type {Map<SceneBox, SceneArrow[]>} */
  const into = new Map();
  for (const arrow of arrows) into.set(arrow.head, [...(into.get(arrow.head) ?? []), arrow]);
  return into;
}

/**
 * The column of each box: the longest way from it to the output. Boxes stand behind their inputs.
 * @type {(boxes: SceneBox[], into: Map<SceneBox, SceneArrow[]>) => Map<SceneBox, number>}
 */
function ranksOf(boxes, into) {
  /** @type {Map<SceneBox, number>} */
  const ranks = new Map();
  for (const box of boxes.toReversed()) {
    const rank = ranks.get(box) ?? 0;
    for (const { tail } of into.get(box) ?? [])
      ranks.set(tail, Math.max(ranks.get(tail) ?? 0, rank + 1));
  }
  return ranks;
}

/**
 * The boxes in the order in which one comes to them from the output, first inputs first.
 * @type {(output: SceneBox, into: Map<SceneBox, SceneArrow[]>) => SceneBox[]}
 */
function walked(output, into) {
  /** @type {Set<SceneBox>} */
  const found = new Set();
  const waiting = [output];
  for (let box = waiting.pop(); box; box = waiting.pop()) {
    if (found.has(box)) continue;
    found.add(box);
    waiting.push(...(into.get(box) ?? []).map(({ tail }) => tail).toReversed());
  }
  return [...found];
}

/** @type {(id: string, box: SceneBox | null, height: number) => Slot} */
const slotFor = (id, box, height) => ({
  id, box, height, at: 0, x: 0, y: 0, left: [], right: [],
});

/**
 * The id of the slot in which an arrow passes a column, counted from its head.
 * @type {(arrow: SceneArrow, column: number) => string}
 */
const laneId = ({ tail, head, place }, column) =>
  `${tail.id} ${head.id} ${place} ${column}`;

/**
 * The way of an arrow through these slots, each of which is told of its neighbours.
 * @type {(arrow: SceneArrow, slots: Slot[], into: Map<SceneBox, SceneArrow[]>) => Way}
 */
function connected(arrow, slots, into) {
  const count = into.get(arrow.head)?.length ?? 1;
  slots.slice(1).forEach((slot, k) => {
    const port = slot.box ? (arrow.place + 0.5) / count - 0.5 : 0;
    slots[k].right.push({ slot, port });
    slot.left.push({ slot: slots[k], port: 0 });
  });
  return { arrow, slots };
}
