// The address of a page: which step it opens at, of which Value, and how it is seen.
//
// `page.html?view=stage#step=12&select=w[2]&unit=node&set=x:0.5&set=w[2]:-1`: a step counts as the
// counter does, and a number is set in place of the saved one. `tab=Descent&rate=0.01&rows=0:1,1:0`
// says which table is open, the learning rate, and the examples, row after row.

import { typed, typedNumber } from "./run/nudges.mjs";

/** @import { Address } from "./parts.d.ts" */

const VIEWS = ["compact", "stage"];

/**
 * What an address asks for; what it does not say, or says wrongly, is left out.
 * @type {(search: string, hash: string) => Address}
 */
export function readAddress(search, hash) {
  const asked = new URLSearchParams(hash.replace(/^#/, ""));
  const view = asked.get("view") ?? new URLSearchParams(search).get("view") ?? "";
  const unit = asked.get("unit");
  const step = Number(asked.get("step") ?? NaN);
  const set = asked.getAll("set").flatMap(assigned);
  const tab = asked.get("tab") ?? "";
  const rate = typedNumber(asked.get("rate") ?? "") ?? 0;
  const rows = rowsIn(asked.get("rows") ?? "");
  return {
    ...(Number.isInteger(step) && step >= 0 ? { step } : {}),
    ...(unit === "contribution" || unit === "node" || unit === "layer" ? { unit } : {}),
    ...(asked.has("select") ? { select: asked.get("select") ?? "" } : {}),
    ...(VIEWS.includes(view) ? { view } : {}),
    ...(set.length ? { set } : {}),
    ...(tab ? { tab } : {}),
    ...(rate > 0 ? { rate } : {}),
    ...(rows.length ? { rows } : {}),
  };
}

/**
 * The rows of numbers that a text has; none if one of them is no number.
 * @type {(text: string) => number[][]}
 */
function rowsIn(text) {
  const rows = text.split(",").map((row) => row.split(":").map(typedNumber));
  const isWhole = rows.every((row) => row.every((x) => x !== null));
  return isWhole ? /** @type {number[][]} */ (rows) : [];
}

/**
 * A name and its number; nothing where that is no finite decimal number.
 * @type {(text: string) => [string, number][]}
 */
function assigned(text) {
  const end = text.lastIndexOf(":");
  const x = typedNumber(text.slice(end + 1));
  return end > 0 && x !== null ? [[text.slice(0, end), x]] : [];
}

/**
 * The part of an address that says this; "" for the start. `readAddress` reads it.
 * @type {(address: Address) => string}
 */
export function writeAddress(address) {
  const { step = 0, unit = "contribution", select = "", view = "", set = [] } = address;
  const { tab = "", rate = 0, rows = [] } = address;
  const said = new URLSearchParams();
  if (step > 0) said.set("step", String(step));
  if (unit !== "contribution") said.set("unit", unit);
  if (select) said.set("select", select);
  if (view) said.set("view", view);
  for (const [name, x] of set) said.append("set", `${name}:${typed(x)}`);
  if (tab) said.set("tab", tab);
  if (rate > 0) said.set("rate", typed(rate));
  if (rows.length) said.set("rows", rows.map((row) => row.map(typed).join(":")).join());
  const text = said.toString().replace(/%(?:5B|5D|3A|2C)/g, decodeURIComponent);
  return text && `#${text}`;
}
