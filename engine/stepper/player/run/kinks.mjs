// Kinks of a curve of which only points are known: where two straight sides of it would meet.
//
// A curve is sampled at even distances, and a kink, as of relu at 0, is somewhere between two of
// the points: a line from one to the other would cut it off.

// A kink turns the curve by this part of its height at least, and by so many times as much as the
// curve turns beside it: a curve that is smooth turns everywhere.
const LEAST_TURN = 0.004;
const SHARPER = 6;

/**
 * The kink between a point and the next one: how far on the way, and how high. Null for none.
 * @type {(ys: number[], i: number, height: number) => { way: number, y: number } | null}
 */
export function kinkAfter(ys, i, height) {
  if (i < 1 || i + 2 >= ys.length) return null;
  const [before, here, next, after] = ys.slice(i - 1, i + 3);
  const [slope, then] = [here - before, after - next];
  const turn = Math.abs(then - slope);
  const beside = Math.max(turnAt(ys, i - 1), turnAt(ys, i + 2));
  if (!(turn > LEAST_TURN * height && turn > SHARPER * beside)) return null;
  const way = (next - then - here) / (slope - then);
  return way > 0 && way < 1 ? { way, y: here + slope * way } : null;
}

/**
 * How much a curve turns at a point; 0 at its ends.
 * @type {(ys: number[], i: number) => number}
 */
const turnAt = (ys, i) =>
  i > 0 && i < ys.length - 1 ? Math.abs(ys[i + 1] - 2 * ys[i] + ys[i - 1]) : 0;
