// The kinds of questions in a table, and which of them a run asks at which step.

import { ARRIVES, SIGN } from "./choices.mjs";
import { DOUBLE } from "./doubling.mjs";
import { CONTRIBUTION, LOCAL, SUM } from "./products.mjs";
import { NEXT } from "./turns.mjs";

/** @import { Run } from "../types.d.ts" */
/** @import { Asks, Question, QuestionKind } from "./questions.d.ts" */

/**
 * All kinds. Where a mix has asked two of them equally often, the first of them is asked.
 * @type {QuestionKind[]}
 */
export const KINDS = [SUM, NEXT, DOUBLE, LOCAL, CONTRIBUTION, SIGN, ARRIVES];

/** @typedef {Map<number, QuestionKind>} Plan */

/** @type {WeakMap<Run, Map<string, Plan>>} */
const PLANS = new WeakMap();

/**
 * Which kind is asked at which step by contribution: of the ones that apply, one that suits, else
 * the one that has been asked least. `kinds` are the ones to choose from; [] is a mix of all.
 * @type {(run: Run, kinds: Asks[]) => Plan}
 */
export function planOf(run, kinds) {
  const plans = PLANS.get(run) ?? new Map();
  const key = kinds.join();
  if (!plans.has(key)) plans.set(key, planned(run, kinds));
  PLANS.set(run, plans);
  return plans.get(key);
}

/** @type {(run: Run, kinds: Asks[]) => Plan} */
function planned(run, kinds) {
  const chosen = KINDS.filter(({ asks }) => kinds.length === 0 || kinds.includes(asks));
  const counts = new Map(chosen.map((kind) => [kind, 0]));
  /** @type {Plan} */
  const plan = new Map();
  for (const at of run.steps.contribution.keys()) {
    const fit = chosen.filter((kind) => kind.applies(run, at));
    const best = fit.filter((kind) => kind.suits?.(run, at));
    const [first, ...others] = best.length ? best : fit;
    if (first === undefined) continue;
    const kind = others.reduce(
      (least, each) => (Number(counts.get(each)) < Number(counts.get(least)) ? each : least),
      first,
    );
    counts.set(kind, Number(counts.get(kind)) + 1);
    plan.set(at, kind);
  }
  return plan;
}

/**
 * The question at a step by contribution; null for none.
 * @type {(run: Run, kinds: Asks[], at: number) => Question | null}
 */
export const questionAt = (run, kinds, at) => planOf(run, kinds).get(at)?.ask(run, at) ?? null;

/**
 * The first step with a question after a step that is not among these; null for none.
 * @type {(run: Run, kinds: Asks[], at: number, settled: Record<number, unknown>) => number | null}
 */
export const nextQuestion = (run, kinds, at, settled) =>
  [...planOf(run, kinds).keys()].find((each) => each > at && !(each in settled)) ?? null;
