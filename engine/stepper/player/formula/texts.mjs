// What is said of operations, equations and rules, for the numbers of a run: as in its trace.

import { abridged, number, printed, short } from "../run/numbers.mjs";
import { edgeRuleOf } from "./derivatives.mjs";
import { say } from "../said/say.mjs";
import { bookOf } from "./programs.mjs";
import { ruleInNumbers } from "./told.mjs";

/** @import { Numbers, Swept } from "../live/live.d.ts" */
/** @import { How } from "../said/lines.d.ts" */
/** @import { Input, Node, Rule, Trace } from "../trace.d.ts" */
/** @import { EdgeRule } from "./derivatives.mjs" */
/** @import { Book, BookRow } from "./words.d.ts" */

/**
 * The rows whose equations are claims that a reader can check.
 * @type {Record<string, How>}
 */
const RECKONED = { mul: "×", add: "+", sum: "+" };

/** The texts of a trace, for any numbers of its nodes; those of locked rows stay. */
export class Texts {
  /** @type {Node[]} */
  #nodes;
  /** @type {Book} */
  #book;
  /** @type {Map<Input, EdgeRule>} */
  #rules = new Map();

  /** @param {Pick<Trace, "nodes" | "rows">} document */
  constructor({ nodes, rows }) {
    this.#nodes = nodes;
    this.#book = bookOf(rows);
  }

  /**
   * The equation of an operation in parts: name, symbols, numbers if they differ, result.
   * @param {number} place @param {Numbers} data
   * @returns {string[] | null} null for a leaf, and for an operation whose texts stay
   */
  formula(place, data) {
    const { name, inputs, pieces } = this.#nodes[place];
    const row = this.#row(place);
    if (!row) return null;
    const by = RECKONED[row.words.name] ?? "f";
    const numbers = inputs.map((each) => numberOfInput(each, data));
    const [{ parts, result }] = printed([{ parts: numbers, result: data[place], by }]);
    const texts = parts.map((text) => (pieces[0] || text[0] !== "-" ? text : `(${text})`));
    const symbols = inputs.map((each, i) =>
      "node" in each ? this.#nodes[each.node].name : texts[i],
    );
    const isSame = symbols.every((text, i) => text === texts[i]);
    const sides = isSame ? [symbols] : [symbols, texts];
    return [name, ...sides.map((each) => aroundInputs(pieces, each)), result];
  }

  /**
   * The rule of the local derivative by the input in a slot, in these digits if any are wanted.
   * @param {number} place @param {number} slot @param {Numbers} data @param {number} local
   * @param {number | null} [digits] @returns {Rule | null} null for an operation whose texts stay
   */
  rule(place, slot, data, local, digits = null) {
    const { inputs } = this.#nodes[place];
    const row = this.#row(place);
    if (!row) return null;
    const input = inputs[slot];
    const known = this.#rules.get(input) ?? edgeRuleOf(this.#nodes, this.#nodes[place], row, slot);
    this.#rules.set(input, known);
    const { symbols, inSymbols, where, rule, slots } = known;
    const pairs = slots.map(([name, at]) => [name, numberOfInput(inputs[at], data)]);
    const told = rule.length
      ? ruleInNumbers(rule, Object.fromEntries(pairs), local, inSymbols, digits)
      : say("rule.none", { local: short(local) });
    return { symbols, numbers: `${told}${where}`.trim(), latex: "" };
  }

  /** @param {number} place @returns {BookRow | undefined} none for a leaf, and a locked row */
  #row(place) {
    return this.#book.get(String(this.#nodes[place].row));
  }
}

/** @type {(input: Input, data: Numbers) => number} */
const numberOfInput = (input, data) =>
  "node" in input ? data[input.node] : number(input.number);

/**
 * An equation's side: the inputs with the texts around them, and dots for a long middle.
 * @type {(pieces: string[], inputs: string[]) => string}
 */
const aroundInputs = (pieces, inputs) =>
  `${pieces[0]}${abridged(inputs).join(pieces[1])}${pieces[pieces.length - 1]}`;

/**
 * A node that has texts, of a document or of what a page makes of it.
 * @typedef {object} Telling
 * @property {string[]} formula
 * @property {({ rule: Rule } | { number: unknown })[]} inputs
 */

/**
 * Let nodes have the texts for a run, each made when it is first asked for. The nodes must be new:
 * they are written to.
 * @type {(nodes: Telling[], texts: Texts, run: Pick<Swept, "data" | "locals">) => void}
 */
export function tellNodes(nodes, texts, { data, locals }) {
  for (const [i, node] of nodes.entries()) {
    const { formula } = node;
    makeLater(node, "formula", () => texts.formula(i, data) ?? formula);
    let place = 0;
    for (const [slot, input] of node.inputs.entries()) {
      if (!("rule" in input)) continue;
      const { rule } = input;
      const local = locals[i][place++];
      makeLater(input, "rule", () => texts.rule(i, slot, data, local) ?? rule);
    }
  }
}

/**
 * Let an entry be made when it is first asked for.
 * @type {<Entry>(thing: object, key: string, make: () => Entry) => void}
 */
export function makeLater(thing, key, make) {
  /** @type {ReturnType<typeof make> | undefined} */
  let made;
  Object.defineProperty(thing, key, { enumerable: true, get: () => (made ??= make()) });
}
