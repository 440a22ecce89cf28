// The player: a run shown in an element, with the state that the reader changes.

import { changedNote } from "./cards/changed.mjs";
import { controlBar } from "./cards/controls.mjs";
import { flicks } from "./picture/gestures.mjs";
import { handleKey, helpDialog } from "./cards/keys.mjs";
import { tabs } from "./cards/tabs.mjs";
import { fitText, keepFitted } from "./elements/fitted.mjs";
import { CurrentRun } from "./live/current.mjs";
import { printAlike } from "./run/numbers.mjs";
import { pause } from "./run/pace.mjs";
import { postResults } from "./questions/score.mjs";
import { START, reduce, view } from "./run/state.mjs";
import { say } from "./said/say.mjs";
import { arrange, focusOnNext, screenOf } from "./screen.mjs";

/** @import { Kind, Options, Player } from "./parts.d.ts" */
/** @import { Action, Dispatch, Run, Seen, State } from "./types.d.ts" */

// All questions are about the way back.
/** @type {Kind["without"]} */
export const WITHOUT_QUESTIONS = { actions: ["quiz"], keys: ["P", "Enter", "→"] };

// So many milliseconds after the last change of a number, all of the run is computed.
const AT_REST = 200;

/**
 * Show a run in an element, with the parts of its kind.
 * @type {(root: HTMLElement, first: Run, kind: Kind, options?: Options) => Player}
 */
export function play(root, first, kind, options = {}) {
  const { svg = null, keys = root, changed = () => {}, initial = {}, before = null } = options;
  const current = new CurrentRun(first);
  let state = { ...START, position: first.start, ...initial };
  /** @type {number | undefined} */
  let timer;
  let frame = 0;
  /** @type {State | null} */
  let painted = null;
  /** @type {number | undefined} */
  let rest;
  /** @type {Dispatch} */
  const dispatch = (action) => {
    if (kind.without.actions.includes(action.type)) return;
    if (action.type === "select" && kind.opens) side.open(kind.opens);
    if (action.type === "set" || action.type === "reset") return change(action);
    if (action.type === "told") return changed(state, current.run.live);
    update(reduce(current.run, state, action));
    const { asked } = view(current.run, state);
    if (action.type === "answer" && !asked?.isOpen) focusOnNext(parts);
  };
  const help = helpDialog(kind.without.keys);
  const parts = kind.parts(first, svg, options.plainWheel ?? false, dispatch);
  const side = tabs(say("bar.tables"), parts.tables, () => dispatch({ type: "told" }));
  const screen = screenOf(root, parts, side, help);
  const bar = controlBar(first, dispatch, screen);
  const note = changedNote(dispatch, before);
  /** @type {(event: KeyboardEvent) => void} */
  const onKey = (event) => handleKey(event, dispatch, screen);
  const top = arrange(root, first, parts, side, bar.element, help);
  parts.picture.element.append(note.element);
  flicks(top, dispatch);
  flicks(parts.picture.element, dispatch);
  const fitted = keepFitted(parts.now.element);
  keys.addEventListener("keydown", onKey);
  paint();
  /** @type {Player["set"]} */
  const set = (some) => update({ ...state, ...some });
  return { set, state: () => state, run: () => current.run, dispatch, told, tell, end };

  /** @type {Player["told"]} */
  function told() {
    const [first] = parts.tables;
    const open = side.openOne();
    const ofTables = Object.assign({}, ...parts.tables.map((each) => each.told?.()));
    return { ...ofTables, ...(open && open !== first.name ? { tab: open } : {}) };
  }

  /** @type {Player["tell"]} */
  function tell(address) {
    for (const each of parts.tables) each.tell?.(address);
    const names = parts.tables.map(({ name }) => name);
    const asked = names.find((name) => name === address.tab);
    if (asked) side.open(asked);
  }

  /** @type {(action: Action<"set"> | Action<"reset">) => void} */
  function change(action) {
    current.change(action);
    if (action.type === "reset") for (const each of parts.tables) each.reset?.();
    state = reduce(first, state, action);
    frame ||= requestAnimationFrame(paint);
    clearTimeout(rest);
    rest = setTimeout(() => {
      if (current.complete()) paint();
      changed(state, current.run.live);
    }, AT_REST);
  }

  /** @type {(next: State) => void} */
  function update(next) {
    if (next === state) return;
    postResults(current.run, state, next);
    state = next;
    paint();
    changed(state, current.run.live);
  }

  function paint() {
    cancelAnimationFrame(frame);
    frame = 0;
    const { run } = current;
    const seen = view(run, state);
    printAlike(kind.claims(run, seen));
    const focused = root.contains(document.activeElement);
    root.toggleAttribute("data-predicting", seen.hidden);
    const moves = painted === state && !current.isWhole;
    const tables = parts.tables.filter(({ element }) => !moves || !element.closest("[hidden]"));
    for (const part of [parts.now, ...tables, parts.picture, note]) part.show(run, seen, moves);
    if (!moves) bar.show(state, seen, kind.sentence(run, seen));
    if (painted === state) fitted.soon();
    else fitText(parts.now.element);
    if (painted !== state) side.reveal();
    painted = state;
    if (focused && !root.contains(document.activeElement)) root.focus({ preventScroll: true });
    schedule(run, seen);
  }

  /** @type {(run: Run, seen: Seen) => void} */
  function schedule(run, seen) {
    clearTimeout(timer);
    const wait = pause(run, state, seen);
    if (state.playing) timer = setTimeout(() => dispatch({ type: "tick" }), wait);
  }

  function end() {
    clearTimeout(timer);
    clearTimeout(rest);
    cancelAnimationFrame(frame);
    fitted.release();
    keys.removeEventListener("keydown", onKey);
  }
}
