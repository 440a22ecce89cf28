// What Values without a label are called: as engine/analysis/naming.py names those of a formula.

import { LETTERS } from "../said/formulas.mjs";

/** @typedef {{ label: string, title: string, isLeaf: boolean }} Nameable */

/**
 * A name of its own for each node: its label; its title, where no other node is called so; a
 * letter; or, where there are not enough letters, its title and a number.
 * @type {(nodes: Nameable[]) => string[]}
 */
export function namesOfNodes(nodes) {
  const labels = new Set(nodes.map(({ label }) => label));
  const titles = nodes.flatMap(({ label, title }) => (label ? [] : [title]));
  const isTold = nodes.map(({ label, title, isLeaf }) => {
    const isAlone = titles.indexOf(title) === titles.lastIndexOf(title);
    return label !== "" || (!isLeaf && isAlone && !labels.has(title));
  });
  const letters = [...LETTERS].filter((letter) => !labels.has(letter));
  const areEnough = isTold.filter((told) => !told).length <= letters.length;
  const numbered = numbersBehind(new Set([...labels, ...titles]));
  return nodes.map(({ label, title }, i) => {
    if (isTold[i]) return label || title;
    return areEnough ? String(letters.shift()) : numbered(title);
  });
}

/**
 * A function that gives a title with the next number with which it is not taken.
 * @type {(taken: Set<string>) => (title: string) => string}
 */
function numbersBehind(taken) {
  /** @type {Map<string, number>} */
  const last = new Map();
  return (title) => {
    let number = (last.get(title) ?? 0) + 1;
    while (taken.has(`${title}#${number}`)) number++;
    last.set(title, number);
    return `${title}#${number}`;
  };
}
