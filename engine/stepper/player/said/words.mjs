// What is said of a step, in whole sentences: for those who listen, and for all.

import { pushLines, shownLines } from "./lines.mjs";
import { calledIn } from "./names.mjs";
import { capital, computed, counting, goesInto, listed, sayMuch } from "./phrases.mjs";
import { isAtKink, kinkInWords } from "./phrases.mjs";
import { noNumber } from "./none.mjs";
import { say, sentences } from "./say.mjs";
import { slotOf } from "../run/run.mjs";

/** @import { Called, Line, PushLine, SumLine } from "./lines.d.ts" */
/** @import { Run, RunNode, Seen, Use } from "../types.d.ts" */

// What slots are called by the operation; all others are inputs.
const SLOTS = new Map([
  ["Add", "term"], ["Sub", "term"], ["Sum", "term"], ["Mul", "factor"], ["Div", "quotient"],
  ["Pow", "power"],
]);

/**
 * What a slot of an operation is called: the first factor, the base, the third term.
 * @type {(node: Pick<RunNode, "op" | "inputs">, slot: number) => string}
 */
export function slotName({ op, inputs }, slot) {
  if (inputs.length === 1) return say(op === "Sum" ? "slot.only-term" : "slot.only");
  return say(`slot.${SLOTS.get(op) ?? "input"}`, { count: slot + 1 });
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
  const none = noNumber(run, lines, called);
  const [first] = seen.step.events;
  switch (seen.step.kind) {
    case "start":
      return beginning(run, output);
    case "seed":
      return none || say("said.seed", { output });
    case "forward":
      return sentences(computed(run, first.node, called), goesInto(run, first.node, called));
    case "push":
      return pushInWords(run, pushLines(lines)[0], called);
    case "spread":
      return sentences(spreadInWords(pushLines(lines)[0], seen, called), none);
    case "done":
      return sentences(sumInWords(run, sumLines(lines)[0], called), none);
    default:
      return manyInWords(run, seen, lines, called);
  }
}

/** @type {(run: Run, output: string) => string} */
const beginning = (run, output) =>
  say(run.last < run.seed ? "said.start.forward" : "said.start", { output });

/** @type {(run: Run, line: PushLine, called: Called) => string} */
function pushInWords(run, line, called) {
  const [upstream, local] = line.product.parts;
  const node = run.nodes[line.push.node];
  const [from, to, output] = [line.push.node, line.push.input, run.output].map(called);
  const slot = slotName(node, slotOf(run, line.push));
  const which = node.inputs.length > 1 ? say("push.slot", { to, slot }) : to;
  const near = sayMuch("push.local", local, { from, to: which });
  const far = line.push.node === run.output ? say("push.output", { output })
    : sayMuch("push.upstream", upstream, { from, output });
  const together = line.product.sign === "=" ? "push.together" : "push.about";
  const all = sayMuch(together, line.product.result, {});
  const said = noNumber(run, [line], called) ||
    (isAtKink(run, node) ? kinkInWords(from, to, line) : say("said.push", { near, far, all }));
  return sentences(said, amongUses(run, line, to));
}

/**
 * Which of several contributions it is.
 * @type {(run: Run, line: PushLine, to: string) => string}
 */
function amongUses(run, { push, change, product }, to) {
  const { uses } = run.nodes[push.input];
  if (change === null) return "";
  const place = uses.indexOf(push) + 1;
  if (place === 1) {
    const count = uses.length;
    return say("said.first", { to, count, word: counting(count) });
  }
  const { before, after, sign } = change;
  const id = sign === "=" ? "said.added" : "said.added.about";
  return say(id, { before, added: product.result, after });
}

/** @type {(line: PushLine, seen: Seen, called: Called) => string} */
function spreadInWords({ product, push }, { pushes }, called) {
  const [own, upstream] = [called(push.node), product.parts[0]];
  const count = pushes.length;
  return say("said.spread", { own, upstream, count, word: counting(count) });
}

/**
 * The sums among lines.
 * @type {(lines: Line[]) => SumLine[]}
 */
const sumLines = (lines) => lines.flatMap((line) => ("sum" in line ? [line] : []));

/** @type {(run: Run, line: SumLine, called: Called) => string} */
function sumInWords(run, { node: place, parts, sum }, called) {
  const [node, own] = [run.nodes[place], called(place)];
  const places = { own, count: parts.length, word: counting(parts.length), sum: sum.result };
  const id = sum.sign === "=" ? "said.sum" : "said.sum.about";
  return say(id, { ...places, ways: ways(run, node.uses, called) });
}

/**
 * Through what a node acts: an operation that uses it twice is named once.
 * @type {(run: Run, uses: Use[], called: Called) => string}
 */
function ways(run, uses, called) {
  const pushes = uses.flatMap((use) => (use.kind === "push" ? [use] : []));
  const users = [...new Set(pushes.map((push) => push.node))];
  if (users.length > 3) return say("ways.several", { count: users.length });
  return listed(users.map((user) => {
    const slots = pushes.flatMap((each) => (each.node === user ? [slotOf(run, each)] : []));
    const names = slots.map((slot) => slotName(run.nodes[user], slot));
    return names.length > 3 ? say("ways.one", { user: called(user) })
      : say("ways.slots", { slots: listed(names), user: called(user) });
  }));
}

/** @type {(run: Run, seen: Seen, lines: Line[], called: Called) => string} */
function manyInWords(run, { step, pushes }, lines, called) {
  const { events } = step;
  if (events[0].kind === "forward") {
    const last = called(events[events.length - 1].node);
    const count = events.length;
    return capital(say("said.many", { count, word: counting(count), last }));
  }
  const sums = severalSums(run, sumLines(lines), called);
  const none = noNumber(run, lines, called);
  if (pushes.length === 0) return sentences(sums, none);
  const [from, output] = [pushes[0].node, run.output].map(called);
  const why = say(step.kind === "node" ? "said.node" : "said.layer", { from, output });
  return sentences(sums, why, none);
}

/** @type {(run: Run, sums: SumLine[], called: Called) => string} */
function severalSums(run, sums, called) {
  if (sums.length === 0) return "";
  if (sums.length === 1) return sumInWords(run, sums[0], called);
  const names = listed(sums.map(({ node }) => called(node)));
  return say("said.sums", { names });
}
