// The parts of the page, and what each of them can do.

import type { Run, Seen, State } from "./types.d.ts";

export type Child = Node | string;
export type Attributes = Record<string, string | ((event: Event) => void)>;

/** A part of the page that shows what is seen of the run that it was made for, or of any run. */
export interface Card {
  element: HTMLElement;
  show: (seen: Seen) => void;
}
export interface RunCard {
  element: HTMLElement;
  show: (run: Run, seen: Seen) => void;
}
export interface Bar {
  element: HTMLElement;
  show: (state: State, words: string) => void;
}
export interface Picture extends Card, Pick<Frame, "fit" | "start"> {}

export interface Parts {
  now: RunCard;
  picture: Picture;
  ledger: RunCard;
  paths: RunCard;
  values: Card;
  about: RunCard;
  bar: Bar;
}

/** How the picture stands in its frame. */
export interface Frame {
  /** Show all of it. */
  fit: () => void;
  /** As large as is legible. */
  start: () => void;
  in: () => void;
  out: () => void;
  /** Scroll to the group that is closest together; to its first element if it does not fit in. */
  reveal: (groups: Element[][]) => void;
  /** Zoom out until all of the elements are seen, and back when there are none. */
  whole: (elements: Element[]) => void;
}

export type Rectangle = Record<"left" | "right" | "top" | "bottom" | "width" | "height", number>;

/** A box of the picture: its node, and the texts in it that change. */
export interface Box {
  node: number;
  element: SVGElement;
  data: Element;
  grad: Element;
  title: Element;
}

/** An arrow of the picture: the node that it leads to, and the place among its inputs. */
export interface Arrow {
  node: number;
  place: number;
  element: SVGElement;
}

/** What a key does that is no action: fit the picture, and open the list of keys. */
export interface KeyParts {
  fit: () => void;
  help: HTMLDialogElement;
}

/** Where a key is pressed: the name and the type of the element. */
export interface Place {
  tag?: string;
  type?: string;
}

export interface Options {
  svg?: SVGSVGElement | null;
  /** Where keys are listened for. */
  keys?: GlobalEventHandlers;
  /** Called with each new state. */
  changed?: (state: State) => void;
  initial?: Partial<State>;
}

export interface Player {
  run: Run;
  state: () => State;
  set: (some: Partial<State>) => void;
  /** Stop, and listen no more. */
  end: () => void;
}

/** Python's side of a widget, as anywidget gives it. */
export interface Model {
  get(name: "step"): number;
  get(name: "document" | "selected"): string;
  set(name: string, value: string | number): void;
  save_changes(): void;
  on(name: string, listener: () => void): void;
  off(name: string, listener: () => void): void;
}
