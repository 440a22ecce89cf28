// Where a reader stands in a run when the formula changes: at the same event, if it still happens.

import { stepAt } from "../run/steps.mjs";

/** @import { Address, Player } from "../parts.d.ts" */
/** @import { Run, RunEvent, State } from "../types.d.ts" */
/** @import { Values } from "./playground.d.ts" */

/**
 * The state in a new run that is nearest to the one of the player of an old run. The keys of two
 * layouts tell which nodes are the same.
 * @type {(old: Player, oldKeys: number[], run: Run, keys: number[]) => State}
 */
export function followed(old, oldKeys, run, keys) {
  const state = old.state();
  const placeNow = (/** @type {number} */ place) => keys.indexOf(oldKeys[place]);
  const selected = state.selected === null ? -1 : placeNow(state.selected);
  return {
    ...state,
    position: positionNow(state.position, old.run(), run, placeNow),
    selected: selected < 0 ? null : selected,
    path: null,
    tries: 0,
    reply: null,
    results: {},
    playing: false,
  };
}

/** @type {(position: number, old: Run, run: Run, placeNow: (at: number) => number) => number} */
function positionNow(position, old, run, placeNow) {
  if (position === 0) return 0;
  if (position === old.last) return run.last;
  const event = old.events[position - 1];
  const node = placeNow(event.node);
  const at = run.events.findIndex((each) => isSameEvent(each, event, node));
  if (at >= 0) return at + 1;
  const [from, to, first, last] = position < old.seed
    ? [0, old.seed, 0, run.seed]
    : [old.seed, old.last, run.seed, run.last];
  return first + Math.round(((position - from) / (to - from)) * (last - first));
}

/** @type {(event: RunEvent, old: RunEvent, node: number) => boolean} */
const isSameEvent = (event, old, node) =>
  event.kind === old.kind && event.node === node &&
  (event.kind !== "push" || old.kind !== "push" || event.place === old.place);

/**
 * The state that an address asks for; without steps that the run does not have.
 * @type {(run: Run, address: Address) => Partial<State>}
 */
export function stateAt(run, { step = 0, unit = "contribution", select = "" }) {
  const steps = run.steps[unit];
  const selected = run.nodes.findIndex(({ name }) => name === select);
  return {
    unit,
    position: steps[Math.min(step, steps.length - 1)].end,
    selected: selected < 0 ? null : selected,
  };
}

/**
 * What an address says of a player and of the numbers of a formula.
 * @type {(player: Player, numbers: Values, view: string) => Address}
 */
export function addressAt(player, numbers, view) {
  const { unit, position, selected } = player.state();
  const { steps, nodes } = player.run();
  return {
    ...player.told(),
    step: stepAt(steps[unit], position),
    unit,
    select: selected === null ? "" : nodes[selected].name,
    view,
    set: [...numbers],
  };
}

/**
 * Numbers by the places of their names.
 * @type {(run: Run, numbers: Values) => Map<number, number>}
 */
export function placed({ nodes }, numbers) {
  const places = new Map(nodes.map(({ name }, place) => [name, place]));
  return new Map([...numbers].map(([name, x]) => [places.get(name) ?? -1, x]));
}

/**
 * The name of the table that is seen.
 * @type {(root: HTMLElement) => string}
 */
export function openTab(root) {
  /** @type {HTMLElement | null} */
  const tab = root.querySelector("[role=tab][aria-selected=true]");
  return tab?.dataset.name ?? "";
}
