// What moves in a step: a gradient goes back along each arrow, or data come in, and then all rests.

import { along, drawn } from "./turned.mjs";

/** @import { Flow, Points, Move, Stage } from "./picture.d.ts" */

// How long a step moves, in milliseconds; and the share of a step's time while steps follow fast.
const WHOLE_FLOW = 300;
const SHARE = 0.6;

// What would last less is not seen.
const LEAST = 60;

// The parts of a way: to the middle of the arrow, a rest in which it is multiplied, to its end.
const PARTS = [0.3, 0.4, 0.3];
const STAGES = ["comes", "meets", "goes"];

/**
 * The movement in a picture. `start` sets off; `finish` makes all of it arrive at once.
 * @type {(svg: SVGSVGElement) => Flow}
 */
export function flowing(svg) {
  const layer = drawn("g", { class: "flow", "aria-hidden": "true" });
  (svg.querySelector("g.graph") ?? svg).append(layer);
  /** @type {Set<Stage>} */
  const open = new Set();
  let last = -Infinity;
  /** @type {(stage: Stage) => void} */
  const end = (stage) => {
    if (!open.delete(stage)) return;
    stage.animation.cancel();
    stage.token.remove();
    stage.arrived();
  };
  const finish = () => [...open].forEach(end);
  /** @type {Flow["start"]} */
  const start = (moves) => {
    const now = performance.now();
    const time = Math.min(WHOLE_FLOW, SHARE * (now - last));
    last = now;
    const waves = Math.max(0, ...moves.map((move) => move.wave)) + 1;
    if (time < LEAST || calm()) return moves.forEach((move) => move.land());
    for (const stage of moves.flatMap((move) => stagesOf(layer, move, time / waves))) {
      open.add(stage);
      stage.animation.onfinish = () => end(stage);
    }
  };
  return { start, finish };
}

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/**
 * Data come in as a dot; a gradient comes as a number, is multiplied, and goes on as another.
 * @type {(layer: SVGGElement, move: Move, time: number) => Stage[]}
 */
function stagesOf(layer, { line, texts, wave, land }, time) {
  const length = line.getTotalLength();
  let begin = wave * time;
  if (texts === null) return [stageOf(layer, dot(), along(line, 0, length), [begin, time], land)];
  const middle = length / 2;
  const ways = [[length, middle], [middle, middle], [middle, 0]];
  return texts.map((text, i) => {
    const [from, to] = ways[i];
    const times = [begin, PARTS[i] * time];
    begin += times[1];
    const last = i === texts.length - 1;
    return stageOf(layer, token(text, STAGES[i]), along(line, from, to), times, last ? land : rest);
  });
}

/**
 * One way of a token, which is seen only while it goes.
 * @param {SVGGElement} layer
 * @param {SVGGElement} shape
 * @param {Points} points
 * @param {number[]} times when it begins, and how long it lasts
 * @param {() => void} arrived
 * @returns {Stage}
 */
function stageOf(layer, shape, points, [delay, duration], arrived) {
  layer.append(shape);
  const words = shape.querySelector("text");
  if (words) shape.prepend(ground(words));
  const frames = points.map(({ x, y }) => ({ transform: `translate(${x}px, ${y}px)`, opacity: 1 }));
  const animation = shape.animate(frames, { delay, duration, easing: "ease-in-out" });
  return { animation, token: shape, arrived };
}

const rest = () => {};

const dot = () => drawn("g", { class: "token data" }, drawn("circle", { r: "3.5" }));

/** @type {(text: string, kind: string) => SVGGElement} */
const token = (text, kind) =>
  drawn("g", { class: `token ${kind}` }, drawn("text", { y: "3.5" }, text));

/**
 * The ground of a number that moves.
 * @type {(words: SVGTextElement) => SVGRectElement}
 */
function ground(words) {
  const { x, y, width, height } = words.getBBox();
  const [left, top, wide, high] = [x - 4, y - 2, width + 8, height + 4].map(String);
  return drawn("rect", { x: left, y: top, width: wide, height: high, rx: "6" });
}
