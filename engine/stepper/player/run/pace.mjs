// How long a step is shown while playing: long enough to read its equation.

/** @import { Run, Seen, Speed, State } from "../types.d.ts" */

// Milliseconds: to look at a step of one number, for each contribution of a step, at the most.
const LOOK = 1300;
const READ = 1300;
const LONGEST = 6000;

/** @type {Record<Speed, number>} */
const TIMES = { slow: 2, normal: 1, fast: 0.25 };

// Played fast, a long run takes a minute.
const WHOLE = 60_000;
const FASTEST = 60;

/**
 * For how many milliseconds a step is shown.
 * @type {(run: Run, state: State, seen: Seen) => number}
 */
export function pause(run, { speed, unit }, { pushes }) {
  const usual = TIMES[speed] * Math.min(LONGEST, LOOK + READ * pushes.length);
  const hurried = Math.max(FASTEST, WHOLE / run.steps[unit].length);
  return speed === "fast" ? Math.min(usual, hurried) : usual;
}

/**
 * The next speed: slow, normal, fast, and slow again.
 * @type {(speed: Speed) => Speed}
 */
export function otherSpeed(speed) {
  const all = /** @type {Speed[]} */ (Object.keys(TIMES));
  return all[(all.indexOf(speed) + 1) % all.length];
}
