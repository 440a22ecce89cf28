// A layered layout: boxes in columns, and arrows from inputs to what consumes them.

import type { Trace } from "../trace.d.ts";

/** What a box shows, and how large it is. */
export interface SceneBox {
  /** No other box has it: the key of a node, of a leaf with the key of what uses it. */
  id: string;
  /** The place of the node. */
  node: number;
  kind: "leaf" | "operation" | "output";
  lines: string[];
  width: number;
  height: number;
}

/** An arrow between two boxes. */
export interface SceneArrow {
  tail: SceneBox;
  head: SceneBox;
  /** The place of the node that it leads to, and of the edge among the edges of that node. */
  node: number;
  place: number;
  label: string;
}

/** The boxes and arrows of a graph; the box of the output is the last one. */
export interface PlainScene {
  boxes: SceneBox[];
  arrows: SceneArrow[];
}

/** A box in a column, or where an arrow passes a column; x and y are of its middle. */
export interface Slot {
  id: string;
  /** None where an arrow passes. */
  box: SceneBox | null;
  height: number;
  /** Its place in its column, from the top. */
  at: number;
  x: number;
  y: number;
  /** The ends of the arrows on its left and on its right. */
  left: End[];
  right: End[];
}

/** Where an arrow comes from or goes to; `port` is between -0.5 and 0.5, from top to bottom. */
export interface End {
  slot: Slot;
  port: number;
}

/** The slots from top to bottom; the column of the output is the first. */
export type Column = Slot[];

/** The way of an arrow: its slots from tail to head. */
export interface Way {
  arrow: SceneArrow;
  slots: Slot[];
}

export interface Layers {
  columns: Column[];
  ways: Way[];
}

export type XY = [x: number, y: number];

/** A box with the place of its middle. */
export interface PlacedBox extends SceneBox {
  x: number;
  y: number;
}

/** An arrow as a curve through points, level at each, with its label around a point. */
export interface PlacedArrow extends SceneArrow {
  /** Two for the end of one column and the beginning of the next. */
  points: XY[];
  /** Where its label is centred, at the foot of its letters. */
  foot: XY;
}

/** A picture of a graph: everything has its place. */
export interface Layout {
  nodes: Trace["nodes"];
  output: number;
  /** What each node is known by, in this layout and in the ones that follow. */
  keys: number[];
  width: number;
  height: number;
  boxes: PlacedBox[];
  arrows: PlacedArrow[];
  /** The height of each slot, by its id. */
  heights: Map<string, number>;
}
