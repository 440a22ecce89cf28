// The name that is most like a mistyped one, as Python's difflib finds it.

// How alike two names must be: twice the letters in matching blocks, beside all letters.
const CUTOFF = 0.6;

/**
 * The most similar of some names; of equals the last one by the alphabet; "" if none is similar.
 * @type {(word: string, names: Iterable<string>) => string}
 */
export function closeMatch(word, names) {
  let [best, score] = ["", CUTOFF];
  for (const name of names) {
    const found = likeness([...name], [...word]);
    if (found > score || (found === score && comesAfter(name, best))) [best, score] = [name, found];
  }
  return best;
}

/**
 * Whether a name comes after another one by code points, as Python compares text.
 * @type {(name: string, other: string) => boolean}
 */
function comesAfter(name, other) {
  const [own, its] = [[...name], [...other]];
  const at = own.findIndex((letter, i) => letter !== its[i]);
  if (at < 0) return false;
  return at >= its.length || Number(own[at].codePointAt(0)) > Number(its[at].codePointAt(0));
}

/** @type {(a: string[], b: string[]) => number} */
const likeness = (a, b) => (2 * matching(a, b)) / (a.length + b.length);

/**
 * How many letters are in the longest common block, and in the ones to the left and right of it.
 * @type {(a: string[], b: string[]) => number}
 */
function matching(a, b) {
  const { size, inA, inB } = longestBlock(a, b);
  if (!size) return 0;
  const left = matching(a.slice(0, inA), b.slice(0, inB));
  return left + size + matching(a.slice(inA + size), b.slice(inB + size));
}

/**
 * The longest common block: the first one in `a`, and of these the first one in `b`.
 * @type {(a: string[], b: string[]) => { size: number, inA: number, inB: number }}
 */
function longestBlock(a, b) {
  let found = { size: 0, inA: 0, inB: 0 };
  /** @type {number[]} */
  let before = [];
  a.forEach((letter, i) => {
    /** @type {number[]} */
    const ending = [];
    b.forEach((other, j) => {
      if (letter !== other) return;
      const size = (before[j - 1] ?? 0) + 1;
      ending[j] = size;
      if (size > found.size) found = { size, inA: i - size + 1, inB: j - size + 1 };
    });
    before = ending;
  });
  return found;
}
