// The terms of a formula as elements: numbers, names, derivatives and signs.

import { h } from "./elements.mjs";
import { exact, inFull, short } from "../run/numbers.mjs";
import { say } from "../said/say.mjs";

/** @import { Child } from "../parts.d.ts" */
/** @import { Derivative, Part } from "../said/lines.d.ts" */

/**
 * A number in four digits, or as it has been printed, that has all of them in its title.
 * @type {(x: number, kind?: string, text?: string) => HTMLElement}
 */
export const num = (x, kind = "", text = short(x)) =>
  h("span", { class: `num ${kind}`, "data-value": exact(x), title: inFull(x) }, text);

/**
 * A number as it stands beside an operator: a negative one in parentheses.
 * @type {(x: number, text?: string) => HTMLElement}
 */
export const asOperand = (x, text) =>
  x < 0 ? h("span", { class: "nowrap" }, "(", num(x, "", text), ")") : num(x, "", text);

/**
 * A name, with the whole of it in its title; the number that tells it from others is small, and a
 * line may end behind a scope.
 * @type {(name: string, whole?: string) => HTMLElement}
 */
export function named(name, whole = name) {
  const [word, mark] = name.split(/(#\d+)$/);
  const small = mark ? [h("small", {}, mark)] : [];
  const parts = word.split(/(?<=\.)(?=\D)/).flatMap((part, i) => (i ? [h("wbr"), part] : [part]));
  const element = h("span", { class: "name" }, ...parts, ...small);
  if (whole !== name) element.title = whole;
  return element;
}

/**
 * A fraction, read as a/b.
 * @type {(kind: string, above: Child[], below: Child[]) => HTMLElement}
 */
const fraction = (kind, above, below) =>
  h(
    "span",
    { class: `fraction ${kind}` },
    h("span", {}, ...above),
    h("span", { class: "slash" }, "/"),
    h("span", {}, ...below),
  );

/**
 * A gradient, read as ∂a/∂b.
 * @type {(of: Child, by: Child) => HTMLElement}
 */
export const partial = (of, by) => fraction("", ["∂", of], ["∂", by]);

/**
 * A local derivative, read as d(a·b)/da, with the slot that counts underlined.
 * @type {(local: Derivative) => HTMLElement}
 */
export const slope = ({ of, by }) =>
  fraction("slope", ["d(", ...of.map(partOf), ")"], ["d", named(by.text, by.title)]);

/**
 * A part of a formula.
 * @type {(part: Part) => HTMLElement}
 */
export function partOf({ text, title, marked }) {
  const name = title === undefined ? h("span", {}, text) : named(text, title);
  return marked ? h("u", { class: "slot" }, name) : name;
}

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
 * A term that is upstream, local or a contribution.
 * @type {(kind: string, part: Child) => HTMLElement}
 */
export const captioned = (kind, part) => term(kind, say(`term.${kind}`), part);

/**
 * A sign between two terms.
 * @type {(text: string) => HTMLElement}
 */
export const sign = (text) => h("span", { class: "sign" }, ` ${text} `);
