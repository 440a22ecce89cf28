// The run as it is now: made anew, at the latest when it is asked for, once numbers have changed.

import { tellNodes } from "../formula/texts.mjs";
import { prepare } from "../run/run.mjs";
import { atSaved, liveOf, traceNow, withLeaves } from "./live.mjs";

/** @import { Live } from "./live.d.ts" */
/** @import { Trace } from "../trace.d.ts" */
/** @import { Action, Run } from "../types.d.ts" */

/**
 * The run of a trace, which can be computed anew.
 * @type {(trace: Trace) => Run}
 */
export const liveRun = (trace) => prepare(trace, liveOf(trace));

/**
 * The run on the numbers of now, `whole` with finite differences and curves.
 * @type {(live: Live, whole: boolean) => Run}
 */
function runNow(live, whole) {
  const run = prepare(traceNow(live, whole), live);
  if (live.isChanged) tellNodes(run.nodes, live.texts, live);
  return run;
}

/** A run that is replaced by another one when a reader changes numbers; none is ever written to. */
export class CurrentRun {
  #saved;
  #run;
  #live;
  // Whether its finite differences and curves are there; they are not while numbers move.
  #isWhole = true;

  /** @param {Run} saved */
  constructor(saved) {
    this.#saved = saved;
    this.#run = saved;
    this.#live = saved.live;
  }

  /** The run on the numbers of now. */
  get run() {
    if (this.#live && this.#run.live !== this.#live) this.#run = runNow(this.#live, false);
    return this.#run;
  }

  /**
   * Compute it with other numbers, or the saved ones.
   * @param {Action<"set"> | Action<"reset">} action
   */
  change(action) {
    if (!this.#live) return;
    this.#live = action.type === "set" ? withLeaves(this.#live, action.numbers)
      : atSaved(this.#live);
    this.#isWhole = !this.#live.isChanged;
    if (this.#isWhole) [this.#run, this.#live] = [this.#saved, this.#saved.live];
  }

  /** Add finite differences and curves, where they are missing; gives whether they were. */
  complete() {
    if (!this.#live || this.#isWhole) return false;
    this.#run = runNow(this.#live, true);
    this.#isWhole = true;
    return true;
  }
}
