// How wide a text is, as Graphviz guesses it: the same in every browser.

// The widths of letters in thousandths of their size, as Helvetica has them: of some, of all other
// ones of our alphabet, and of other scripts.
/** @type {[letters: string, breadth: number][]} */
const BREADTHS = [
  ["ijl'|", 222],
  [" !,./:;ftI[]", 278],
  ["-()r\u0060·", 333],
  ["^Jcksvxyz", 500],
  ["ABEKPSVXY&", 667],
  ["CDHNRUw", 722],
  ["GOQ", 778],
  ["Mm", 833],
  ["W%@…", 1000],
];
const USUAL_BREADTH = 556;
const OTHER_SCRIPTS = 1000;

/** @type {Map<string, number>} */
const BREADTH_OF = new Map();
for (const [letters, breadth] of BREADTHS)
  for (const letter of letters) BREADTH_OF.set(letter, breadth);

/**
 * How wide a text is in letters of a size.
 * @type {(text: string, size: number) => number}
 */
export function widthOfText(text, size) {
  return ([...text].reduce((sum, each) => sum + breadthOf(each), 0) * size) / 1000;
}

/** @type {(letter: string) => number} */
const breadthOf = (letter) =>
  BREADTH_OF.get(letter) ?? (letter < "\u02b0" ? USUAL_BREADTH : OTHER_SCRIPTS);
