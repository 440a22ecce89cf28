// The parts of the page, and what each of them can do.

import type { Earlier, Live } from "./live/live.d.ts";
import type { Action, Claim, Dispatch, Printed, Run, Seen, State, Unit, Use } from "./types.d.ts";

export type Child = Node | string;
export type Attributes = Record<string, string | ((event: Event) => void)>;

/**
 * A part of the page that shows what is seen of a run, which may be another one each time. While
 * only numbers change, and will again, it may leave out what nobody sees.
 */
export interface RunCard {
  element: HTMLElement;
  show: (run: Run, seen: Seen, moves?: boolean) => void;
}
export interface Bar {
  element: HTMLElement;
  show: (state: State, seen: Seen, words: string) => void;
}
export interface Picture extends RunCard, Pick<Screen, "fit" | "zoom"> {}

export interface Parts {
  now: RunCard;
  picture: Picture;
  tables: (Tab & RunCard)[];
}

/** What differs between the run of a graph, Value by Value, and that of its fold. */
export interface Kind {
  parts: (
    run: Run,
    svg: SVGSVGElement | null,
    plainWheel: boolean,
    dispatch: Dispatch,
  ) => Parts;
  /** The step in words. */
  sentence: (run: Run, seen: Seen) => string;
  /** What is claimed of numbers on the screen: all of it is printed in the same digits. */
  claims: (run: Run, seen: Seen) => Claim[];
  /** What does nothing in such a run: actions, and keys as the list of keys has them. */
  without: { actions: Action["type"][]; keys: string[] };
  /** The table that a selection opens; "" for none. */
  opens: string;
}

/** What the keys and the bar do that changes nothing of the run. */
export interface Screen {
  /** Show all of the picture; once more, follow the steps. */
  fit: () => void;
  /** Enlarge the picture. */
  zoom: (by: number) => void;
  /** Show the tables, or hide them. */
  tables: () => void;
  /** Show the list of keys. */
  help: () => void;
  /** Whether that list is open. */
  isBusy: () => boolean;
}

/** One of the parts of which one is seen at a time. */
export interface Tab {
  name: string;
  element: HTMLElement;
  /** Called when it has been opened. */
  opened?: () => void;
  /** Forget what was changed besides the numbers of leaves. */
  reset?: () => void;
  /** What an address says of it; and let it be as an address says. */
  told?: () => Address;
  tell?: (address: Address) => void;
}
export interface Tabs {
  element: HTMLElement;
  open: (name: string) => void;
  /** The name of the open one. */
  openOne: () => string;
  /** Scroll to the row of this step. */
  reveal: () => void;
}

/** What the address of a page says. */
export interface Address {
  /** The place of a step among those of the unit. */
  step?: number;
  unit?: Unit;
  /** The name of a Value. */
  select?: string;
  view?: string;
  /** Names of leaves, and numbers for them. */
  set?: [name: string, number: number][];
  /** The name of the open table. */
  tab?: string;
  /** The learning rate, and the numbers of the examples. */
  rate?: number;
  rows?: number[][];
}

/** What a drag to the left or to the right does: nothing where `begin` says so. */
export interface Pull {
  begin: () => boolean;
  /** So many pixels to the right of where it began; each counts ten times with Shift. */
  move: (way: number) => void;
  /** Take back what it has done. */
  cancel: () => void;
  /** The pointer has not moved. */
  press?: () => void;
}

/** A part of a picture, in its own units. */
export type Rectangle = Record<"left" | "top" | "width" | "height", number>;

/** Where a key is pressed: an element. */
export interface Place {
  tag?: string;
  type?: string;
  /** What is written there, and with which letters an answer begins. */
  text?: string;
  letters?: string;
}

export interface Options {
  /** What the run is compared with while no number has changed. */
  before?: Earlier | null;
  svg?: SVGSVGElement | null;
  /** Where keys are listened for. */
  keys?: GlobalEventHandlers;
  /** Called with each new state, and when numbers have changed. */
  changed?: (state: State, live: Live | null) => void;
  initial?: Partial<State>;
  /** Whether a wheel without a key enlarges the picture: not where a page around it scrolls. */
  plainWheel?: boolean;
}

export interface Player {
  /** The run as it is now. */
  run: () => Run;
  state: () => State;
  set: (some: Partial<State>) => void;
  dispatch: Dispatch;
  /** What an address says of the tables; and let them be as an address says. */
  told: () => Address;
  tell: (address: Address) => void;
  /** Stop, and listen no more. */
  end: () => void;
}

/** Python's side of a widget, as anywidget gives it. */
export interface Model {
  get(name: "step"): number;
  get(name: "document" | "selected"): string;
  get(name: "values"): Record<string, number>;
  set(name: string, value: string | number | Record<string, number>): void;
  save_changes(): void;
  on(name: string, listener: () => void): void;
  off(name: string, listener: () => void): void;
}

export type Size = { width: number; height: number };

/** From numbers to places in the area of a plot, and how steep a slope of 1 is there. */
export interface Scales extends Size {
  x: (x: number) => number;
  y: (y: number) => number;
  steepness: number;
}

/** A row of a ledger: a use, when it happens, and its numbers as printed. */
export interface Row {
  use: Use;
  position: number;
  /** Whether it says where its numbers come from also when it is not the one of this step. */
  isExplained: boolean;
  product: Printed;
  sum: Printed;
}
