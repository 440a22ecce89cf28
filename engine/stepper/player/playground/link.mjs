// The address of a playground: the formula, and what the address of any page says.
//
// A teacher sends a link, and a stranger may: it can do nothing but show a formula.
//
// `playground.html#formula=tanh(w*x)&step=3&select=w&set=w:0.5&set=x:2`. All of it is text.

import { readAddress, writeAddress } from "../address.mjs";

/** @import { Address } from "../parts.d.ts" */
/** @import { Link } from "./playground.d.ts" */

// Signs of formulas that an address may have as they are.
const PLAIN_SIGNS = /%(?:28|29|2C|2F|3A)/g;

/**
 * What an address says; what makes no sense is left out.
 * @type {(search: string, hash: string) => Link}
 */
export function readLink(search, hash) {
  const formula = new URLSearchParams(hash.replace(/^#/, "")).get("formula");
  return { ...readAddress(search, hash), ...(formula === null ? {} : { formula }) };
}

/**
 * The part of an address that says this. `readLink` reads it.
 * @type {(formula: string, address: Address) => string}
 */
export function writeLink(formula, address) {
  const said = String(new URLSearchParams({ formula })).replace(PLAIN_SIGNS, decodeURIComponent);
  return `#${said}${writeAddress(address).replace("#", "&")}`;
}
