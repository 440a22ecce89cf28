// What is said of a step, in whole sentences: for those who listen, and for all.

import { short } from "./numbers.mjs";
import { slotOf } from "./run.mjs";

/** @import { Push, Run, RunNode, Seen } from "./types.d.ts" */

/** @type {Record<string, string[]>} */
const SLOTS = {
  Add: ["the first term", "the second term"],
  Sub: ["the first term", "the number that is subtracted"],
  Mul: ["the first factor", "the second factor"],
  Div: ["the numerator", "the denominator"],
  Pow: ["the base", "the exponent"],
};

const ORDINALS = [
  "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
];

/**
 * What a slot of an operation is called: the first factor, the base, the third term.
 * @type {(node: Pick<RunNode, "op" | "inputs">, slot: number) => string}
 */
export function slotName({ op, inputs }, slot) {
  if (inputs.length === 1) return op === "Sum" ? "the only term" : "the input";
  const own = Object.hasOwn(SLOTS, op) ? SLOTS[op][slot] : undefined;
  const ordinal = ORDINALS[slot] ?? `${slot + 1}th`;
  return own ?? `the ${ordinal} ${op === "Sum" ? "term" : "input"}`;
}

/**
 * The event of a step in words.
 * @type {(run: Run, seen: Pick<Seen, "event" | "position" | "hidden">) => string}
 */
export function sentence(run, { event, position, hidden }) {
  if (event === null) return "Nothing has been computed yet. Press → for the first step.";
  const node = run.nodes[event.node];
  if (event.kind === "forward") {
    return `${node.name} is computed from its inputs: ${short(node.data)}.`;
  }
  if (event.kind === "seed") {
    return `The gradient of ${node.name} by itself is 1. From here it flows against the arrows.`;
  }
  if (event.kind === "done") {
    const uses = node.pushedAt.length;
    const all = uses === 1 ? "The one use" : `All ${uses} uses`;
    const end = position === run.last ? " This was the last step." : "";
    const grad = short(node.grad);
    return `${all} of ${node.name} contributed: its gradient is complete, ${grad}.${end}`;
  }
  return pushInWords(run, event, hidden);
}

/** @type {(run: Run, event: Push, hidden: boolean) => string} */
function pushInWords(run, event, hidden) {
  const [from, to] = [run.nodes[event.node].name, run.nodes[event.input].name];
  const slot = slotName(run.nodes[event.node], slotOf(run, event));
  const start = `From ${from} back to ${to}, ${slot}: `;
  const factors = `upstream ${short(event.upstream)} times local ${short(event.local)}`;
  if (hidden) return `${start}${factors}. What does this edge contribute?`;
  const change = `The gradient of ${to} goes from ${short(event.before)} to ${short(event.after)}.`;
  return `${start}${factors} is ${short(event.contribution)}. ${change}`;
}

/**
 * What is said to a prediction: right within one percent. "" where none was made.
 * @type {(text: string, truth: number) => string}
 */
export function judged(text, truth) {
  const said = text.trim().replace(",", ".").replace("−", "-");
  if (said === "") return "";
  const guess = Number(said);
  if (Number.isNaN(guess)) return "That is not a number.";
  const near = guess === truth || Math.abs(guess - truth) <= 0.01 * Math.abs(truth);
  return near ? "Right." : `You predicted ${short(guess)}.`;
}
