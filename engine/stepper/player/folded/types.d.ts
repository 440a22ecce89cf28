// What is known of a folded run, and what is seen of it. What its document holds is in fold.d.ts.

import type { Run } from "../types.d.ts";
import type * as fold from "./fold.d.ts";

export type { Fold } from "./fold.d.ts";

/** A folded run, with where to look for what. A position counts the steps that have happened. */
export interface FoldedRun {
  fold: fold.Fold;
  /** The steps as the bar and the keys know them. */
  run: Run;
  /** The position at which each class is computed; 0 for leaves. */
  computedAt: number[];
  /** What happens to the gradient of each class, and at which positions. */
  changes: Change[][];
  /** The position at which each arrow passes gradient. */
  passedAt: number[];
}

export interface Change extends fold.Change {
  at: number;
}

/** The gradient of a class at a position: "–" until something has been passed to it. */
export interface Gradient {
  text: string;
  reached: boolean;
  complete: boolean;
}

/** What is seen at a position. */
export interface FoldSeen {
  position: number;
  step: fold.Step | null;
  /** The class that is looked at, and whether the reader has opened it. */
  focus: number;
  pinned: boolean;
}

/** A part of the page that shows what is seen of the folded run it was made for. */
export interface FoldCard {
  element: HTMLElement;
  show: (seen: FoldSeen) => void;
}

export interface FoldPicture extends FoldCard {
  fit: () => void;
  zoom: (by: number) => void;
}

/** A box of the picture: its class, and the texts in it that change. */
export interface ClassBox {
  place: number;
  element: SVGElement;
  data: Element;
  grad: Element;
  title: Element;
}

/** An arrow of the picture: its place, its line, and the text that says what passes. */
export interface ClassArrow {
  place: number;
  element: SVGElement;
  line: SVGPathElement;
  passes: Element;
}

/** The picture in its parts. */
export interface ClassGraph {
  boxes: ClassBox[];
  arrows: ClassArrow[];
}
