// The picture of the graph: its boxes, its arrows, and what moves in it.

import type { Screen } from "../parts.d.ts";
import type { Run, Seen } from "../types.d.ts";
import type { Camera } from "./camera.mjs";

/** A box of the picture: its node, and the texts in it that change. */
export interface Box {
  node: number;
  element: SVGElement;
  data: Element;
  grad: Element;
  title: Element;
  /** What is told of it to those who do not see it, before its numbers. */
  known: string;
}

/** An arrow of the picture: the node that it leads to, and the place among its inputs. */
export interface Arrow {
  /** node/place */
  key: string;
  node: number;
  place: number;
  /** The node that it comes from. */
  input: number;
  element: SVGElement;
  /** From the input to the result. */
  line: SVGPathElement;
  label: Element;
}

export interface Graph {
  boxes: Box[];
  arrows: Map<string, Arrow>;
}

/** Points of a curve. */
export type Points = Pick<DOMPoint, "x" | "y">[];

/** What moves along one arrow. */
export interface Move {
  line: SVGPathElement;
  /** What it shows in each stage of its way; null for data, which move as a dot. */
  texts: string[] | null;
  /** One wave begins when the one before it has ended. */
  wave: number;
  /** Called when it arrives. */
  land: () => void;
}

/** One way of something that moves, and what happens when it is over. */
export interface Stage {
  animation: Animation;
  token: Element;
  arrived: () => void;
}

/** What moves in a step. */
export interface Flow {
  start: (moves: Move[]) => void;
  finish: () => void;
}

/** What is told of an arrow. */
export interface Tip {
  show: (text: string, place: Element) => void;
  hide: () => void;
  /** Hide it soon, unless the pointer goes onto it. */
  leave: () => void;
}

/** How boxes and arrows are shown: all of them; or, while numbers move, the ones in view. */
export interface Following {
  show: (run: Run, seen: Seen, concern: Concern) => void;
  move: (run: Run, seen: Seen, concern: Concern) => void;
}

/** What happens when a box or an arrow is pressed, and when the focus comes to it. */
export interface Walk {
  press: (element: SVGElement) => void;
  arrive: (element: SVGElement) => void;
}

/** A picture in its frame, and the camera that shows it. */
export interface Framed extends Pick<Screen, "fit" | "zoom">, Pick<Walk, "arrive"> {
  frame: HTMLElement;
  camera: Camera;
  element: HTMLElement;
}

/** What stands in place of a picture. */
export interface NoPicture extends Pick<Screen, "fit" | "zoom"> {
  element: HTMLElement;
  show: () => void;
}

/** What is marked: by the step, and by the path that is shown. */
export interface Concern {
  /** The nodes that take part, the ones that change, and the ones that are computed. */
  active: Set<number>;
  changed: Set<number>;
  fed: Set<number>;
  /** The numbers of each push, by its arrow. */
  passing: Map<string, Passing>;
  /** Gradients in the digits of the equations of the step, by node. */
  grads: Map<number, string>;
  onPath: Set<number>;
  pathEdges: Set<string>;
}

/** The numbers of a push as text: the factor on its arrow, and the stages of its way. */
export interface Passing {
  factor: string;
  stages: string[];
}
