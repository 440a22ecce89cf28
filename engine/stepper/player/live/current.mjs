// The run as it is now: made anew, at the latest when it is asked for, once numbers have changed.

import { makeLater, tellNodes } from "../formula/texts.mjs";
import { prepare, readPaths } from "../run/run.mjs";
import { atSaved, liveOf, traceNow, withLeaves } from "./live.mjs";
import { pathsOnDemand } from "./paths.mjs";
import { curveNow } from "./retrace.mjs";

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
  if (!whole) showMore(run, live);
  return run;
}

/**
 * Let nodes have paths and curves, each made when it is first asked for.
 * @type {(run: Run, live: Live) => void}
 */
function showMore({ nodes }, live) {
  const { document, graph } = live;
  const pathsTo = pathsOnDemand(graph, live);
  for (const [i, node] of nodes.entries()) {
    makeLater(node, "paths", () => readPaths(pathsTo(i)));
    makeLater(node, "curve", () => curveNow(document.nodes[i].curve, graph, live, i));
  }
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

  /** Whether finite differences, curves and all paths are there: not while numbers move. */
  get isWhole() {
    return this.#isWhole;
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
