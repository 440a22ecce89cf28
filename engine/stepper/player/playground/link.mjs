// The address of a playground: the formula and its numbers, and what the address of any page says.
//
// `playground.html#formula=tanh(w*x)&numbers=w:0.5,x:2&step=3&select=w`. All of it is text.

import { readAddress, writeAddress } from "../address.mjs";
import { exact } from "../run/numbers.mjs";

/** @import { Address } from "../parts.d.ts" */
/** @import { Link, Values } from "./playground.d.ts" */

// Decimal numbers, with an exponent or without.
const PLAIN_NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/;

// Signs of formulas that an address may have as they are.
const PLAIN_SIGNS = { "%28": "(", "%29": ")", "%2C": ",", "%3A": ":", "%2F": "/" };

/**
 * What an address says; what makes no sense is left out.
 * @type {(search: string, hash: string) => Link}
 */
export function readLink(search, hash) {
  const asked = new URLSearchParams(hash.replace(/^#/, ""));
  const formula = asked.get("formula");
  const numbers = (asked.get("numbers") ?? "").split(",").flatMap((each) => {
    const [name, text = ""] = each.split(":");
    const x = PLAIN_NUMBER.test(text) ? Number(text) : NaN;
    return Number.isFinite(x) ? [/** @type {[string, number]} */ ([name, x])] : [];
  });
  return {
    ...readAddress(search, hash),
    ...(formula === null ? {} : { formula }),
    numbers: new Map(numbers),
  };
}

/**
 * The part of an address that says this. `readLink` reads it.
 * @type {(formula: string, numbers: Values, address: Address) => string}
 */
export function writeLink(formula, numbers, address) {
  const said = new URLSearchParams({ formula });
  const pairs = [...numbers].map(([name, x]) => `${name}:${exact(x)}`);
  if (pairs.length) said.set("numbers", pairs.join());
  const signs = Object.entries(PLAIN_SIGNS);
  const text = signs.reduce((made, [code, sign]) => made.replaceAll(code, sign), String(said));
  return `#${text}${writeAddress(address).replace("#", "&")}`;
}
