// What a page says, in its language: messages by their names, and the signs in its numbers.
//
// The messages of a language are a table, engine/languages/de.json: each is a template with
// named places, "from {from} to {to}", or several, of which `count` chooses one: {"1": …, "other":
// …}. A page has the table of its language as data; Python gives a widget its own.

/** @import { Child } from "../parts.d.ts" */

/** @typedef {string | Record<string, string>} Message */

/** @typedef {Record<string, string | number>} Places */

/** @type {Record<string, Message>} */
let messages = {};
let point = ".";

/**
 * Take the messages of a language.
 * @type {(table: Record<string, Message>) => void}
 */
export function speak(table) {
  messages = table;
  point = say("number.point");
}

/**
 * A message with its places filled in.
 * @type {(id: string, places?: Places) => string}
 */
export const say = (id, places = {}) =>
  templateOf(id, places.count).replace(/\{(\w+)\}/g, (_, name) => String(places[name]));

/**
 * Sentences one after the other, as the language parts them; empty ones are left out.
 * @type {(...each: string[]) => string}
 */
export const sentences = (...each) => each.filter(Boolean).join(say("list.sentences"));

/**
 * Several messages whose names begin alike.
 * @type {(start: string, ends: string[]) => string[]}
 */
export const sayEach = (start, ends) => ends.map((end) => say(start + end));

/**
 * A message whose places may be elements.
 * @type {(id: string, places: Record<string, Child | Child[] | number>) => Child[]}
 */
export function sayWith(id, places) {
  const pieces = templateOf(id, places.count).split(/\{(\w+)\}/);
  return pieces.flatMap((piece, i) => (i % 2 ? inPlace(places[piece]) : piece ? [piece] : []));
}

/** @type {(given: Child | Child[] | number) => Child[]} */
const inPlace = (given) =>
  [given].flat().map((each) => (typeof each === "number" ? String(each) : each));

/** @type {(id: string, count: unknown) => string} */
function templateOf(id, count) {
  const message = messages[id] ?? id;
  return typeof message === "string" ? message : (message[String(count)] ?? message.other);
}

/**
 * A number in writing with the point of the language; and one that is read, with a point.
 * @type {(text: string) => string}
 */
export const withPoint = (text) => (point === "." ? text : text.replace(".", point));

/** @type {(text: string) => string} */
export const withoutPoint = (text) => (point === "." ? text : text.replace(point, "."));

if (typeof document !== "undefined") {
  const table = document.getElementById("glassgrad-words");
  if (table) speak(JSON.parse(table.textContent ?? "{}"));
}
