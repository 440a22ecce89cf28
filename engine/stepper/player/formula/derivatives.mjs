// Local derivatives in symbols, with their rules: what is the same for all numbers of a run.

import { abridged, number } from "../run/numbers.mjs";
import { lettersOf } from "../said/formulas.mjs";
import { say } from "../said/say.mjs";
import { changedRule, substituted } from "./programs.mjs";
import { ruleInSymbols } from "./told.mjs";
import { writtenName, writtenNumber, writtenOperation } from "./written.mjs";

/** @import { Input, Node } from "../trace.d.ts" */
/** @import { BookRow, Case, Written } from "./words.d.ts" */

/**
 * A derivative with its rule in symbols, the rule alone, and what letters stand for; the rule with
 * plain numbers in it, none for a row without one, and the slots of the inputs that it names.
 * @typedef {object} EdgeRule
 * @property {string} symbols
 * @property {string} inSymbols
 * @property {string} where
 * @property {Case[]} rule
 * @property {[name: string, slot: number][]} slots
 */

/**
 * The local derivative of a node by the input in a slot.
 * @type {(nodes: Node[], node: Node, row: BookRow, slot: number) => EdgeRule}
 */
export function edgeRuleOf(nodes, node, { words, rules }, slot) {
  const letters = [...lettersOf({ nodes }, node, slot)];
  const called = node.inputs.map((each) => writtenInput(nodes, each));
  const own = called[slot].text;
  for (const [each, letter] of letters) called[each] = writtenName(letter);
  const shown = abridged(called).map((each) =>
    typeof each === "string" ? writtenName(each) : each,
  );
  const of = writtenOperation(words, shown, false).text;
  const derivative = `d(${of})/d${called[slot].text}`;
  const same = abridged([...letters.map(([, letter]) => letter), own]);
  const where = letters.length ? say("rule.where", { letters: same.join(" = ") }) : "";
  if (!rules.length) return { symbols: derivative, inSymbols: "", where, rule: [], slots: [] };
  const { rule, slots } = ruleOfSlot(node.inputs, rules, slot);
  const names = Object.fromEntries(slots.map(([name, each]) => [name, called[each]]));
  const inSymbols = ruleInSymbols(rule, names);
  return { symbols: `${derivative} = ${inSymbols}`, inSymbols, where, rule, slots };
}

/**
 * The rule for a slot, with plain numbers in it, and the slots of the inputs that it names: of any
 * number of inputs it names the one by which one derives.
 * @type {(inputs: Input[], rules: Case[][], slot: number) => Pick<EdgeRule, "rule" | "slots">}
 */
function ruleOfSlot(inputs, rules, slot) {
  const isShared = rules.length < inputs.length;
  /** @type {[string, number][]} */
  const named = isShared ? [["a", slot]] : [...inputs.keys()].map((i) => ["ab"[i], i]);
  /** @type {Record<string, number>} */
  const plain = {};
  for (const [name, i] of named) {
    const each = inputs[i];
    if (!("node" in each)) plain[name] = number(each.number);
  }
  const rule = changedRule(rules[isShared ? 0 : slot], (each) => substituted(each, plain));
  return { rule, slots: named.filter(([name]) => !(name in plain)) };
}

/** @type {(nodes: Node[], input: Input) => Written} */
const writtenInput = (nodes, input) =>
  "node" in input ? writtenName(nodes[input.node].name) : writtenNumber(number(input.number));
