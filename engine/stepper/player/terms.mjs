// The terms of a formula as elements: numbers, names, partial derivatives and signs.

import { h } from "./elements.mjs";
import { exact, short } from "./numbers.mjs";

/** @import { Child } from "./parts.d.ts" */

/**
 * A number in four digits, or as it has been printed, that has all of them in its title.
 * @type {(x: number, kind?: string, text?: string) => HTMLElement}
 */
export const num = (x, kind = "", text = short(x)) =>
  h("span", { class: `num ${kind}`, "data-value": exact(x), title: exact(x) }, text);

/**
 * A number as it stands beside an operator: a negative one in parentheses.
 * @type {(x: number, text?: string) => HTMLElement}
 */
export const asOperand = (x, text) =>
  x < 0 ? h("span", { class: "nowrap" }, "(", num(x, "", text), ")") : num(x, "", text);

/**
 * A name; the number that tells it from others is small.
 * @type {(name: string) => HTMLElement}
 */
export function named(name) {
  const [word, mark] = name.split(/(#\d+)$/);
  return h("span", { class: "name" }, word, ...(mark ? [h("small", {}, mark)] : []));
}

/**
 * A partial derivative, set as a fraction and read as ∂a/∂b.
 * @type {(of: string, by: string) => HTMLElement}
 */
export const partial = (of, by) =>
  h(
    "span",
    { class: "fraction" },
    h("span", {}, "∂", named(of)),
    h("span", { class: "slash" }, "/"),
    h("span", {}, "∂", named(by)),
  );

/**
 * A part of an equation with what it is called below it.
 * @type {(kind: string, caption: string, ...parts: Child[]) => HTMLElement}
 */
export const term = (kind, caption, ...parts) =>
  h(
    "span",
    { class: `term ${kind}`, "data-caption": caption },
    h("span", { class: "body" }, ...parts),
  );

/**
 * A sign between two terms.
 * @type {(text: string) => HTMLElement}
 */
export const sign = (text) => h("span", { class: "sign" }, ` ${text} `);
