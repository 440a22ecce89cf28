// Where a state is among the steps of its unit, and where the next step and the one before end.

import { stepAt } from "./steps.mjs";

/** @import { Run, State } from "../types.d.ts" */

/**
 * The position at the end of the step at a place of the unit; of the first or last one beyond them.
 * @type {(run: Run, state: State, at: number) => number}
 */
export function endOf(run, { unit }, at) {
  const steps = run.steps[unit];
  return steps[Math.min(steps.length - 1, Math.max(0, Math.round(at) || 0))].end;
}

/**
 * The place of the step that the position is in.
 * @type {(run: Run, state: State) => number}
 */
export const placeOfStep = (run, state) => stepAt(run.steps[state.unit], state.position);

/** @type {(run: Run, state: State) => number} */
export const endBefore = (run, state) => endOf(run, state, placeOfStep(run, state) - 1);

/**
 * The end of the step that has been begun, else of the next one.
 * @type {(run: Run, state: State) => number}
 */
export function endAfter(run, state) {
  const at = placeOfStep(run, state);
  return endOf(run, state, at + (endOf(run, state, at) === state.position ? 1 : 0));
}
