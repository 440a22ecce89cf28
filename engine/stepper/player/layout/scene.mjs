// What a picture of a graph shows: the boxes with their lines, and the arrows between them.
//
// An operation and its result are one box, and a leaf has a box for each operation that uses it: as
// engine/drawing/by_node.py.

import { number, short } from "../run/numbers.mjs";
import { say } from "../said/say.mjs";
import { widthOfText } from "./letters.mjs";

/** @import { Node, Trace } from "../trace.d.ts" */
/** @import { PlainScene, SceneBox } from "./layout.d.ts" */

// The sizes of letters, the height of a line, and the room around the lines of a box.
export const LETTER_SIZE = 11;
export const LABEL_SIZE = 10;
export const LINE_HEIGHT = 12;
const ASIDE_OF_TEXT = 11.5;
const ABOVE_TEXT = 4.4;

// Room for most numbers, for numbers change and boxes stay: a longer one fits between the borders.
const ANY_NUMBER = "-0.1234 …";
const MOST_LABELS = "-0.88";

/**
 * How much room a label is given.
 * @type {(label: string) => number}
 */
export const roomOfLabel = (label) =>
  Math.max(widthOfText(label, LABEL_SIZE), widthOfText(MOST_LABELS, LABEL_SIZE));

/**
 * The boxes and the arrows of a trace. `labels` are the names that the reader gave; `keys` has for
 * each node what its box is known by.
 * @type {(document: Trace, labels: Set<string>, keys: number[]) => PlainScene}
 */
export function sceneOf({ nodes, output }, labels, keys) {
  const users = usersOfLeaves(nodes);
  /** @type {PlainScene} */
  const scene = { boxes: [], arrows: [] };
  /** @type {SceneBox[]} */
  const operations = [];
  /** @type {(leaf: number, user: number) => SceneBox} */
  const leafAt = (leaf, user) => {
    const lines = leafLines(nodes[leaf], useOf(users.get(leaf) ?? [], user));
    return boxOf(`${keys[leaf]}>${keys[user]}`, leaf, "leaf", lines);
  };
  nodes.forEach((node, at) => {
    if (!node.inputs.length) return;
    const head = boxOf(`${keys[at]}`, at, at === output ? "output" : "operation", [
      ...titleLines(node, labels), ...numberLines(node),
    ]);
    /** @type {Map<number, SceneBox>} */
    const leaves = new Map();
    const edges = node.inputs.flatMap((input) => ("node" in input ? [input] : []));
    edges.forEach(({ node: input, local }, place) => {
      const made = operations[input];
      const tail = made ?? leaves.get(input) ?? leafAt(input, at);
      if (!made) leaves.set(input, tail);
      scene.arrows.push({ tail, head, node: at, place, label: short(number(local)) });
    });
    operations[at] = head;
    scene.boxes.push(...leaves.values(), head);
  });
  if (!scene.boxes.length) scene.boxes.push(boxOf("0", 0, "output", leafLines(nodes[0], "")));
  return scene;
}

/**
 * For each leaf the operations that use it.
 * @type {(nodes: Node[]) => Map<number, number[]>}
 */
function usersOfLeaves(nodes) {
  /** @type {Map<number, number[]>} */
  const users = new Map();
  nodes.forEach(({ inputs }, at) => {
    const from = new Set(inputs.flatMap((input) => ("node" in input ? [input.node] : [])));
    for (const each of from) users.set(each, [...(users.get(each) ?? []), at]);
  });
  return users;
}

/** @type {(users: number[], user: number) => string} */
const useOf = (users, user) =>
  users.length > 1 ? say("box.use", { at: users.indexOf(user) + 1, of: users.length }) : "";

/** @type {(node: Node, use: string) => string[]} */
const leafLines = (node, use) => [node.name, ...(use ? [use] : []), ...numberLines(node)];

/** @type {(node: Node) => string[]} */
const numberLines = ({ data, grad }) => [
  say("box.data", { number: short(number(data)) }),
  say("box.grad", { number: short(number(grad)) }),
];

/**
 * The first lines of the box of an operation, in one line if the name may stand in the operation.
 * @type {(node: Node, labels: Set<string>) => string[]}
 */
function titleLines(node, labels) {
  const written = operationWritten(node);
  if (labels.has(node.name) || !written.endsWith(node.op)) return [node.name, written];
  return [written.slice(0, written.length - node.op.length) + node.name];
}

/**
 * The operation, with the plain numbers among its inputs: × Mul, · ^ 2, max(·, 0).
 * @type {(node: Node) => string}
 */
function operationWritten({ op, symbol, inputs }) {
  const operands = inputs.map((each) => ("node" in each ? "·" : bracketed(number(each.number))));
  const numbers = operands.filter((each) => each !== "·");
  const itself = symbol === op ? symbol : `${symbol} ${op}`;
  if (!numbers.length) return itself;
  if (op === "Sum") return [itself, ...manyNumbers(numbers)].join(" + ");
  const isName = /^\p{L}\w*$/u.test(symbol) || inputs.length > 2;
  return isName ? `${symbol}(${operands.join(", ")})` : operands.join(` ${symbol} `);
}

/** @type {(numbers: string[]) => string[]} */
const manyNumbers = (numbers) => 
  numbers.length > 4 ? [say("box.numbers", { amount: numbers.length })] : numbers;

/** @type {(x: number) => string} */
const bracketed = (x) => (short(x).startsWith("-") ? `(${short(x)})` : short(x));

/** @type {(id: string, node: number, kind: SceneBox["kind"], lines: string[]) => SceneBox} */
function boxOf(id, node, kind, lines) {
  const [first, ...others] = lines;
  const inBold = 1.08 * widthOfText(first, LETTER_SIZE);
  const usual = say("box.grad", { number: ANY_NUMBER });
  const widths = [usual, ...others].map((line) => widthOfText(line, LETTER_SIZE));
  const width = Math.max(inBold, ...widths) + 2 * ASIDE_OF_TEXT;
  return { id, node, kind, lines, width, height: LINE_HEIGHT * lines.length + 2 * ABOVE_TEXT };
}
