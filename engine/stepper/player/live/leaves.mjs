// The leaves of a run that may change, by their names: what a widget and an address say of them.

/** @import { Live } from "./live.d.ts" */

/** @typedef {Record<string, number>} Values */

/**
 * The places of the leaves that have another number than the saved one.
 * @type {(live: Pick<Live, "data" | "saved" | "stays">) => number[]}
 */
export const changedPlaces = ({ data, saved, stays }) =>
  [...stays.keys()].filter((i) => stays[i] === "" && !Object.is(data[i], saved[i]));

/**
 * The leaves that have another number than the saved one, with it.
 * @type {(names: string[], live: Live) => [name: string, number: number][]}
 */
export const changedLeaves = (names, live) =>
  changedPlaces(live).map((i) => [names[i], live.data[i]]);

/**
 * The numbers of all leaves that may change, but for those that JSON lacks.
 * @type {(names: string[], live: Live) => Values}
 */
export function valuesOf(names, { data, stays }) {
  const told = [...names.keys()].filter((i) => stays[i] === "" && Number.isFinite(data[i]));
  return Object.fromEntries(told.map((i) => [names[i], data[i]]));
}

/**
 * The places of leaves for which another number is given than they have, with that number.
 * @type {(names: string[], live: Live, given: [string, number][]) => Map<number, number>}
 */
export function otherNumbers(names, { data, stays }, given) {
  const numbers = new Map(given);
  const others = names.flatMap((name, i) => {
    const x = numbers.get(name);
    return stays[i] === "" && x !== undefined && !Object.is(x, data[i]) ? [[i, x]] : [];
  });
  return new Map(/** @type {[number, number][]} */ (others));
}
