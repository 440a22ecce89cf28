// The playground: a page in which one types a formula and steps through it.

import type { Words } from "../formula/words.d.ts";
import type { Expression } from "../language/parser.mjs";
import type { Layout } from "../layout/layout.d.ts";
import type { Address, Player } from "../parts.d.ts";
import type { RowData } from "../trace.d.ts";
import type { Dispatch, Run, Seen } from "../types.d.ts";

/** What the page is made with. */
export interface Given {
  /** The rows of all operations that a formula may have. */
  rows: Record<string, RowData>;
  gallery: Entry[];
  /** What the page opens with. */
  start: Pick<Entry, "formula" | "numbers">;
}

/** A formula of the gallery, with numbers, and with what to look at. */
export interface Entry {
  title: string;
  formula: string;
  numbers: Record<string, number>;
  sentences: GallerySentence[];
  /** Numbers of some names for several examples. */
  examples?: Record<string, number[]>;
}

/** A sentence, and the names whose gradients it tells: it is not seen before these are there. */
export type GallerySentence = string | { text: string; after: string[] };

/** The numbers of the names of a formula. */
export type Values = Map<string, number>;

/** What an address says. */
export interface Link extends Address {
  formula?: string;
}

/** What is shown: a formula, its picture, and what plays it. */
export interface Shown {
  expression: Expression;
  /** The formula of the gallery that it is; null for none. */
  entry: Entry | null;
  layout: Layout;
  player: Player;
}

/** What a reader does in the strip above the player. */
export interface StripActions {
  typed: (text: string) => void;
  /** Null for the reader's own formula; false if there is none. */
  chosen: (entry: Entry | null) => boolean;
  /** The address to be copied. */
  link: () => string;
}

/** The strip above the player. */
export interface Strip {
  element: HTMLElement;
  /** Write a formula into the field. */
  write: (text: string) => void;
  /** Show why a text is no formula; empty if it is one. */
  complain: (why: string) => void;
  /** Show which formula of the gallery this is, null for none; and whether there is another. */
  mark: (entry: Entry | null, hasOwn: boolean) => void;
  /** Show what is to be known of a formula that is one; empty for nothing. */
  remark: (text: string) => void;
  /** Make a field for each of the names. */
  fields: (run: Run, names: string[], dispatch: Dispatch) => void;
  show: (run: Run, seen: Seen) => void;
}
