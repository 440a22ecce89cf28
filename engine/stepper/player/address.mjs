// The address of a page: which step it opens at, of which Value, and how it is seen.
//
// `page.html?view=stage#step=12&select=w[2]&unit=node`: a step counts as the counter does.

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
  return {
    ...(Number.isInteger(step) && step >= 0 ? { step } : {}),
    ...(unit === "contribution" || unit === "node" || unit === "layer" ? { unit } : {}),
    ...(asked.has("select") ? { select: asked.get("select") ?? "" } : {}),
    ...(VIEWS.includes(view) ? { view } : {}),
  };
}

/**
 * The part of an address that says this; "" for the start. `readAddress` reads it.
 * @type {(address: Address) => string}
 */
export function writeAddress({ step = 0, unit = "contribution", select = "", view = "" }) {
  const said = new URLSearchParams();
  if (step > 0) said.set("step", String(step));
  if (unit !== "contribution") said.set("unit", unit);
  if (select) said.set("select", select);
  if (view) said.set("view", view);
  const text = said.toString().replaceAll("%5B", "[").replaceAll("%5D", "]");
  return text && `#${text}`;
}
