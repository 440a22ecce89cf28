// What Values are called where they have no label: as engine/analysis/naming.py.

// The letters for Values. In formulas d is a sign, as in d(w·x)/dx, and e a number.
const LETTERS_FOR_VALUES = [..."abcfghijklmnopqrstuvwxyz"];

/**
 * A name of its own for each node: its label; its title, where no other node is called so; a
 * letter; or its title and a number, where there are not enough letters.
 * @type {(nodes: { label: string, title: string, isLeaf: boolean }[]) => string[]}
 */
export function namesOfNodes(nodes) {
  const used = new Set(nodes.map(({ label }) => label));
  const titles = nodes.flatMap(({ label, title }) => (label ? [] : [title]));
  /** @type {(title: string) => boolean} */
  const isSeveral = (title) => titles.indexOf(title) !== titles.lastIndexOf(title);
  const left = nodes.map(
    ({ label, title, isLeaf }) => !label && (isLeaf || isSeveral(title) || used.has(title)),
  );
  const count = left.filter(Boolean).length;
  const letters = LETTERS_FOR_VALUES.filter((letter) => !used.has(letter));
  const lettered = letters.values();
  const numbered = numbersAfter(new Set([...used, ...titles]));
  return nodes.map(({ label, title }, i) => {
    if (!left[i]) return label || title;
    return count <= letters.length ? String(lettered.next().value) : numbered(title);
  });
}

/**
 * A function that gives each title the next number with which it is not taken.
 * @type {(taken: Set<string>) => (title: string) => string}
 */
function numbersAfter(taken) {
  /** @type {Map<string, number>} */
  const numbers = new Map();
  return (title) => {
    let number = (numbers.get(title) ?? 0) + 1;
    while (taken.has(`${title}#${number}`)) number += 1;
    numbers.set(title, number);
    return `${title}#${number}`;
  };
}
