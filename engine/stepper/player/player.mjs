// The player: a run shown in an element, with the state that the reader changes.

import { aboutCard } from "./cards/about.mjs";
import { changedNote } from "./cards/changed.mjs";
import { controlBar } from "./cards/controls.mjs";
import { equationCard } from "./cards/equation.mjs";
import { flicks } from "./picture/gestures.mjs";
import { pictureCard } from "./picture/graph.mjs";
import { handleKey, helpDialog } from "./cards/keys.mjs";
import { ledgerCard } from "./cards/ledger.mjs";
import { legend } from "./cards/legend.mjs";
import { pathsCard } from "./cards/paths.mjs";
import { tabs } from "./cards/tabs.mjs";
import { valuesCard } from "./cards/values.mjs";
import { fitText, keepFitted } from "./elements/fitted.mjs";
import { CurrentRun, liveRun } from "./live/current.mjs";
import { pause } from "./run/pace.mjs";
import { START, reduce, view } from "./run/state.mjs";
import { sentence } from "./said/words.mjs";
import { arrange, focusOnNext, screenOf } from "./screen.mjs";

/** @import { Kind, Options, Player } from "./parts.d.ts" */
/** @import { Action, Dispatch, Run, Seen, State, Trace } from "./types.d.ts" */

/**
 * Show a trace in an element.
 * @type {(root: HTMLElement, trace: Trace, options?: Options) => Player}
 */
export function show(root, trace, options) {
  const without = { actions: [], keys: [] };
  return play(root, liveRun(trace), { parts: partsOf, sentence, without, opens: "" }, options);
}

// So many milliseconds after the last change of a number, all of the run is computed.
const AT_REST = 200;

/**
 * Show a run in an element, with the parts of its kind.
 * @type {(root: HTMLElement, first: Run, kind: Kind, options?: Options) => Player}
 */
export function play(root, first, kind, options = {}) {
  const { svg = null, keys = root, changed = () => {}, initial = {} } = options;
  const current = new CurrentRun(first);
  let state = { ...START, ...initial };
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
    update(reduce(current.run, state, action));
    if (action.type === "answer") focusOnNext(parts);
  };
  const help = helpDialog(kind.without.keys);
  const parts = kind.parts(first, svg, options.plainWheel ?? false, dispatch);
  const side = tabs("Tables", parts.tables);
  const screen = screenOf(root, parts, side, help);
  const bar = controlBar(first, dispatch, screen);
  const note = changedNote(dispatch);
  /** @type {(event: KeyboardEvent) => void} */
  const onKey = (event) => handleKey(event, dispatch, screen);
  const top = arrange(root, first, parts, side, bar.element, help);
  parts.picture.element.append(note.element);
  flicks(top, dispatch);
  flicks(parts.picture.element, dispatch);
  const release = keepFitted(parts.now.element);
  keys.addEventListener("keydown", onKey);
  paint();
  /** @type {Player["set"]} */
  const set = (some) => update({ ...state, ...some });
  return { set, state: () => state, run: () => current.run, dispatch, end };

  /** @type {(action: Action<"set"> | Action<"reset">) => void} */
  function change(action) {
    current.change(action);
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
    state = next;
    paint();
    changed(state, current.run.live);
  }

  function paint() {
    cancelAnimationFrame(frame);
    frame = 0;
    const { run } = current;
    const seen = view(run, state);
    const focused = root.contains(document.activeElement);
    root.toggleAttribute("data-predicting", seen.hidden);
    const moves = painted === state && !current.isWhole;
    const tables = parts.tables.filter(({ element }) => !moves || !element.closest("[hidden]"));
    for (const part of [parts.now, ...tables, parts.picture, note]) part.show(run, seen);
    bar.show(state, seen, kind.sentence(run, seen));
    fitText(parts.now.element, painted === state);
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
    release();
    keys.removeEventListener("keydown", onKey);
  }
}

/** @type {Kind["parts"]} */
function partsOf(run, svg, wheel, dispatch) {
  const about = { name: "About", ...aboutCard(run, dispatch) };
  return {
    now: equationCard(dispatch),
    picture: pictureCard(run, svg, dispatch, wheel),
    tables: [
      ...(run.about?.sentences.length ? [about] : []),
      { name: "Ledger", ...ledgerCard(dispatch) },
      { name: "Paths", ...pathsCard(dispatch) },
      { name: "Values", ...valuesCard(dispatch) },
      { name: "Marks", element: legend(), show: () => {} },
    ],
  };
}
