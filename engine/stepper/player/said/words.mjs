// What is said of a step, in whole sentences: for those who listen, and for all.

import { pushLines, shownLines } from "./lines.mjs";
import { calledIn } from "./names.mjs";
import { asMuch, capital, computed, counting, goesInto, listed, often } from "./phrases.mjs";
import { isAtKink, kinkInWords } from "./phrases.mjs";
import { slotOf } from "../run/run.mjs";

/** @import { Called, Line, PushLine, SumLine } from "./lines.d.ts" */
/** @import { Run, RunNode, Seen, Use } from "../types.d.ts" */

/** @type {Record<string, string[]>} */
const SLOTS = {
  Add: ["the first term", "the second term"],
  Sub: ["the first term", "the second term"],
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
 * A step in words: why it does what it does; or the question about it.
 * @type {(run: Run, seen: Seen) => string}
 */
export function sentence(run, seen) {
  if (seen.asked?.isOpen && seen.asked.question) return seen.asked.question.text;
  const called = calledIn(run, seen.step.events);
  const output = called(run.output);
  const lines = shownLines(run, seen.step, called);
  const [first] = seen.step.events;
  switch (seen.step.kind) {
    case "start":
      return beginning(run, output);
    case "seed":
      return `${output} changes exactly as much as ${output} itself, so the gradient of ${output} `
        + "is 1. From here on gradients go back, against the arrows.";
    case "forward":
      return `${computed(run, first.node, called)} ${goesInto(run, first.node, called)}`;
    case "push":
      return pushInWords(run, pushLines(lines)[0], called);
    case "spread":
      return spreadInWords(pushLines(lines)[0], seen, called);
    case "done":
      return sumInWords(run, sumLines(lines)[0], called);
    default:
      return manyInWords(run, seen, lines, called);
  }
}

/** @type {(run: Run, output: string) => string} */
const beginning = (run, output) =>
  run.last < run.seed ? `This page computes ${output} step by step.`
    : `This page computes ${output} step by step, and then finds its gradients: how much ${output} `
  + "changes when one number changes a little. Going back, each operation multiplies the gradient "
  + "that has arrived at it (upstream) by its own slope (local), and passes the product on.";

/** @type {(run: Run, line: PushLine, called: Called) => string} */
function pushInWords(run, line, called) {
  const [upstream, local] = line.product.parts;
  const node = run.nodes[line.push.node];
  const [from, to, output] = [line.push.node, line.push.input, run.output].map(called);
  const slot = node.inputs.length > 1 ? `, ${slotName(node, slotOf(run, line.push))},` : "";
  const near = `A small change of ${to}${slot} changes ${from} ${asMuch(local)} (local)`;
  const far = line.push.node === run.output
    ? `and ${output} is the output itself (upstream is 1)`
    : `and a change of ${from} changes ${output} ${asMuch(upstream)} (upstream)`;
  const about = line.product.sign === "=" ? "" : "about ";
  const together = `together ${about}${asMuch(line.product.result)}`;
  const said = isAtKink(run, node) ? kinkInWords(from, to, line) : `${near}, ${far}: ${together}.`;
  return `${said}${amongUses(run, line, to)}`;
}

/**
 * Which of several contributions it is.
 * @type {(run: Run, line: PushLine, to: string) => string}
 */
function amongUses(run, { push, change, product }, to) {
  const { uses } = run.nodes[push.input];
  if (change === null) return "";
  const place = uses.indexOf(push) + 1;
  if (place === 1) return ` ${to} is used ${often(uses.length)}: more will be added.`;
  const is = change.sign === "=" ? "is" : "is about";
  const sum = `${change.before} plus ${product.result} ${is} ${change.after}`;
  return ` It is added to what has arrived: ${sum}.`;
}

/** @type {(line: PushLine, seen: Seen, called: Called) => string} */
function spreadInWords({ product, push }, { pushes }, called) {
  const [own, upstream] = [called(push.node), product.parts[0]];
  const all = pushes.length === 2 ? "both" : `all ${counting(pushes.length)}`;
  const why = `In a sum, a small change of one term changes the sum just as much (local is 1)`;
  return `${why}: ${own} passes its gradient, ${upstream}, on to ${all} terms as it is.`;
}

/**
 * The sums among lines.
 * @type {(lines: Line[]) => SumLine[]}
 */
const sumLines = (lines) => lines.flatMap((line) => ("sum" in line ? [line] : []));

/** @type {(run: Run, line: SumLine, called: Called) => string} */
function sumInWords(run, { node: place, parts, sum }, called) {
  const [node, own] = [run.nodes[place], called(place)];
  const through = node.uses.length === 2 ? "both" : "all of them";
  const is = sum.sign === "=" ? "is" : "is about";
  const uses = `${own} is used ${often(parts.length)}, ${ways(run, node.uses, called)}`;
  return `${uses}. A small change of ${own} acts through ${through}, so the contributions are `
    + `added: its gradient ${is} ${sum.result}.`;
}

/**
 * Through what a node acts: an operation that uses it twice is named once.
 * @type {(run: Run, uses: Use[], called: Called) => string}
 */
function ways(run, uses, called) {
  const pushes = uses.flatMap((use) => (use.kind === "push" ? [use] : []));
  const users = [...new Set(pushes.map((push) => push.node))];
  if (users.length > 3) return `by ${users.length} operations`;
  return listed(users.map((user) => {
    const slots = pushes.flatMap((each) => (each.node === user ? [slotOf(run, each)] : []));
    const names = slots.map((slot) => slotName(run.nodes[user], slot));
    return names.length > 3 ? `by ${called(user)}` : `as ${listed(names)} of ${called(user)}`;
  }));
}

/** @type {(run: Run, seen: Seen, lines: Line[], called: Called) => string} */
function manyInWords(run, { step, pushes }, lines, called) {
  const { events } = step;
  if (events[0].kind === "forward") {
    const last = called(events[events.length - 1].node);
    return `${capital(counting(events.length))} operations are computed, each from numbers that `
      + `are known; the last of them is ${last}.`;
  }
  const sums = severalSums(run, sumLines(lines), called);
  if (pushes.length === 0) return sums;
  const from = step.kind === "node" ? called(pushes[0].node) : "Each operation";
  const why = `${from} passes on upstream × local to each input: how much ${called(run.output)} `
    + "changes with the operation, times how much that changes with the input.";
  return `${sums} ${why}`.trim();
}

/** @type {(run: Run, sums: SumLine[], called: Called) => string} */
function severalSums(run, sums, called) {
  if (sums.length === 0) return "";
  if (sums.length === 1) return sumInWords(run, sums[0], called);
  const names = listed(sums.map(({ node }) => called(node)));
  return `${names} are used several times: all contributions are added.`;
}
