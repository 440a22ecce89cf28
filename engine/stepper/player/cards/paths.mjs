// The chain-rule paths to a Value: how many there are, the largest ones, and what all add up to.

import { card, h, joined } from "../elements/elements.mjs";
import { digitsOnScreen } from "../run/alike.mjs";
import { abridged, counted, printed, short } from "../run/numbers.mjs";
import { isDone } from "../run/run.mjs";
import { caption, inline } from "../elements/tables.mjs";
import { asOperand, named, num } from "../elements/terms.mjs";
import { edgeOf, ruleText } from "../said/rules.mjs";
import { say, sayWith } from "../said/say.mjs";
import { slotName } from "../said/words.mjs";
import { isRepeated } from "./why.mjs";

/** @import { Child, RunCard } from "../parts.d.ts" */
/** @import { Claim, Dispatch, Path, Printed, Run, RunNode } from "../types.d.ts" */

// How many factors of a path are all written, so that one can multiply them.
const FACTORS = 12;

/** @type {(dispatch: Dispatch) => RunCard} */
export function pathsCard(dispatch) {
  const count = h("p", { class: "count" });
  const list = h("ol", { class: "paths" });
  const sum = h("table", { class: "sum" });
  const element = card("ways", say("paths"), count, list, h("div", { class: "scroll" }, sum));
  /** @type {[RunNode | null, boolean, number]} */
  let shown = [null, false, 0];
  /** @type {RunCard["show"]} */
  const show = (run, seen) => {
    const node = run.nodes[seen.focus];
    const isKnown = isDone(node, seen.shown);
    const digits = digitsOnScreen();
    if (shown[0] !== node || shown[1] !== isKnown || shown[2] !== digits) {
      shown = [node, isKnown, digits];
      const texts = isKnown ? printed(claimsOfPaths(node)) : [];
      const best = isKnown ? node.paths.best : [];
      count.replaceChildren(...(isKnown ? howMany(run, node) : notYet(node)));
      list.replaceChildren(...best.map((path, i) => pathRow(run, path, i, texts[i], dispatch)));
      sum.replaceChildren(...(isKnown ? sumOfPaths(run, node, texts) : []));
    }
    [...list.querySelectorAll("button")].forEach((button, i) =>
      button.setAttribute("aria-pressed", String(seen.path === i)),
    );
  };
  return { element, show };
}

/** @type {(node: RunNode) => Child[]} */
const notYet = (node) => [
  h("span", { class: "quiet" }, ...sayWith("paths.wait", { name: named(node.name) })),
];

/**
 * How many paths lead to a node, in a sentence; exactly, on demand, where that is long.
 * @type {(run: Run, node: RunNode) => Child[]}
 */
function howMany(run, node) {
  const digits = node.paths.count;
  const [from, to] = [named(run.nodes[run.output].name), named(node.name)];
  if (digits === "") return sayWith("paths.more", { from, to });
  const number = h("span", { class: "how-many", title: digits, "data-count": digits });
  number.append(counted(digits));
  const summary = h("summary", {}, say("paths.exactly"));
  const all = h("details", {}, summary, h("p", { class: "digits" }, digits));
  const said = sayWith("paths.count", { count: digits, number, from, to });
  return [...said, ...(digits.length > 15 ? [all] : [])];
}

/**
 * That the factors of each path give its product, if all are written, and that all paths add up to
 * the gradient.
 * @type {(node: RunNode) => Claim[]}
 */
export function claimsOfPaths({ grad, paths }) {
  const products = paths.best.map(({ factors, product }) => ({
    parts: factors.length > FACTORS ? [product] : factors,
    result: product,
  }));
  const parts = [...paths.best.map((path) => path.product), ...(isMore(paths) ? [paths.rest] : [])];
  return [...products, { parts, result: grad, by: "+" }];
}

/**
 * Whether there are more paths than the best ones.
 * @type {(paths: RunNode["paths"]) => boolean}
 */
const isMore = ({ best, count }) => count !== String(best.length);

/**
 * A path as a button: its nodes, and the product of its factors; a click shows it in the picture.
 * @type {(
 *   run: Run,
 *   path: Path,
 *   place: number,
 *   text: Printed,
 *   dispatch: Dispatch,
 * ) => HTMLElement}
 */
function pathRow(run, path, place, text, dispatch) {
  const names = abridged(path.nodes.map((each, i) => pathStop(run, path, each, i)));
  const isWhole = path.factors.length <= FACTORS;
  const factors = path.factors.map((x, i) => {
    const factor = h("span", { title: ruleText(edgeOf(run, edgeOnPath(path, i))) });
    factor.append(asOperand(x, isWhole ? text.parts[i] : short(x)));
    return factor;
  });
  const product = joined(abridged(factors), " × ");
  const show = () => dispatch({ type: "path", path: place });
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "path", "aria-pressed": "false", onclick: show },
      h("span", { class: "names" }, ...joined(names, " → ")),
      h("span", { class: "factors" }, ...product, product.length ? ` ${text.sign} ` : "",
        num(path.product, "product", text.result)),
    ),
  );
}

/**
 * Where an edge of a path leaves.
 * @type {(path: Path, i: number) => { node: number, place: number }}
 */
const edgeOnPath = (path, i) => ({ node: path.nodes[i], place: path.places[i] });

/**
 * A node of a path; with the slot through which it is reached, if it stands in several.
 * @type {(run: Run, path: Path, place: number, i: number) => HTMLElement}
 */
function pathStop(run, path, place, i) {
  const user = i > 0 ? run.nodes[path.nodes[i - 1]] : null;
  if (!user || !isRepeated(user, place)) return named(run.nodes[place].name);
  const slot = slotName(user, edgeOf(run, edgeOnPath(path, i - 1)).slot);
  return h("span", {}, named(run.nodes[place].name), h("small", {}, ` (${slot})`));
}

/**
 * What the paths that are not listed add up to, and the gradient that all of them make.
 * @type {(run: Run, node: RunNode, texts: Printed[]) => HTMLElement[]}
 */
function sumOfPaths(run, node, texts) {
  const { best, rest } = node.paths;
  const { parts, result, sign } = texts[best.length];
  const some = say(best.length ? "paths.others" : "paths.all");
  const left = isMore(node.paths) ? [pathsLine([some], rest, "remainder", parts[best.length])] : [];
  const all = sayWith("paths.sum", { sign, gradient: inline(run, node) });
  const name = caption(say("paths.caption", { name: node.name }));
  return [name, ...left, pathsLine(all, node.grad, "total", result)];
}

/** @type {(label: Child[], x: number, kind: string, text: string) => HTMLElement} */
const pathsLine = (label, x, kind, text) =>
  h("tr", { class: kind }, h("th", { scope: "row" }, ...label), h("td", {}, num(x, kind, text)));
