// A run whose leaves can be changed: the saved numbers, the ones of now, and the trace of these.

import { Texts } from "../formula/texts.mjs";
import { number } from "../run/numbers.mjs";
import { say } from "../said/say.mjs";
import { changedPlaces } from "./leaves.mjs";
import { completed, retraced } from "./retrace.mjs";
import { graphOf, reasonsToStay, recordedData, resultOfPart, swept } from "./sweep.mjs";

/** @import { Trace } from "../trace.d.ts" */
/** @import { Live, Part } from "./live.d.ts" */

// How far the result of an operation may be from the saved one, relative to it, and where it is 0.
const REPRODUCED = 1e-12;
const AS_GOOD_AS_0 = 1e-15;

/**
 * A run at its saved numbers.
 * @type {(document: Trace) => Live}
 */
export function liveOf(document) {
  const saved = recordedData(document);
  const graph = graphOf(document).map((part, i) =>
    isReproduced(part, saved, i) ? part : { ...part, row: say("stays.set") },
  );
  const reasons = reasonsToStay(graph);
  const stays = graph.map(({ from }, i) => (from.length ? say("stays.computed") : reasons[i]));
  return atSaved({ document, graph, texts: new Texts(document), stays, saved });
}

/**
 * Whether an operation gives its saved number, or has no functions. One whose number was set by
 * hand does not.
 * @type {(part: Part, saved: Float64Array, place: number) => boolean}
 */
function isReproduced(part, saved, place) {
  if (typeof part.row === "string") return true;
  const [found, expected] = [resultOfPart(part, saved), saved[place]];
  if (Object.is(found, expected)) return true;
  const size = Math.min(Math.abs(found), Math.abs(expected));
  return size < Infinity && Math.abs(found - expected) <= REPRODUCED * size + AS_GOOD_AS_0;
}

/**
 * The run with the saved numbers.
 * @type {(live: Pick<Live, "document" | "graph" | "texts" | "stays" | "saved">) => Live}
 */
export function atSaved({ document, graph, texts, stays, saved }) {
  const locals = graph.map(({ recorded }) => recorded);
  const grads = Float64Array.from(document.nodes, ({ grad }) => number(grad));
  const known = { document, graph, texts, stays, saved };
  return { ...known, data: saved, locals, grads, isChanged: false };
}

/**
 * The run with other numbers for some leaves; what may not change, or is not finite, stays.
 * @type {(live: Live, numbers: Map<number, number>) => Live}
 */
export function withLeaves(live, numbers) {
  const { graph, saved, stays } = live;
  const data = Float64Array.from(live.data);
  for (const [place, x] of numbers)
    if (stays[place] === "" && Number.isFinite(x)) data[place] = x;
  const isChanged = changedPlaces({ data, saved, stays }).length > 0;
  return isChanged ? { ...live, ...swept(graph, data), isChanged } : atSaved(live);
}

/**
 * The trace of the run as it is now, but for the texts of its operations: the saved one, bit for
 * bit, while no number is another one. If it is not `whole`, finite differences and curves, which
 * take far longer, are missing, and the paths are the saved ones.
 * @type {(live: Live, whole: boolean) => Trace}
 */
export function traceNow(live, whole) {
  const { document, graph, isChanged } = live;
  if (!isChanged) return document;
  return whole ? completed(document, graph, live) : retraced(document, graph, live, []);
}
