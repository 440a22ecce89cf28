// The chain-rule paths to a Value: how many there are, the largest ones, and what all add up to.

import { card, h, joined } from "../elements.mjs";
import { abridged, counted } from "../numbers.mjs";
import { inline } from "../tables.mjs";
import { asOperand, named, num } from "../terms.mjs";

/** @import { Child, RunCard } from "../parts.d.ts" */
/** @import { Dispatch, Path, Run, RunNode } from "../types.d.ts" */

/** @type {(dispatch: Dispatch) => RunCard} */
export function pathsCard(dispatch) {
  const count = h("p", { class: "count" });
  const list = h("ol", { class: "paths" });
  const sum = h("table", { class: "sum" });
  const element = card("ways", "Chain-rule paths", count, list, h("div", { class: "scroll" }, sum));
  /** @type {number | null} */
  let shown = null;
  /** @type {RunCard["show"]} */
  const show = (run, seen) => {
    const node = run.nodes[seen.focus];
    if (shown !== seen.focus) {
      shown = seen.focus;
      count.replaceChildren(...howMany(run, node));
      list.replaceChildren(...node.paths.best.map((path, i) => pathRow(run, path, i, dispatch)));
      sum.replaceChildren(...sumOfPaths(run, node));
    }
    [...list.querySelectorAll("button")].forEach((button, i) =>
      button.setAttribute("aria-pressed", String(seen.path === i)),
    );
  };
  return { element, show };
}

/**
 * How many paths lead to a node, in a sentence; exactly, on demand, where that is long.
 * @type {(run: Run, node: RunNode) => Child[]}
 */
function howMany(run, node) {
  const digits = node.paths.count;
  const [from, to] = [named(run.nodes[run.output].name), named(node.name)];
  if (digits === "") return ["More than 10^1000 paths lead from ", from, " to ", to, "."];
  const verb = digits === "1" ? " path leads from " : " paths lead from ";
  const number = h("span", { class: "how-many", title: digits, "data-count": digits });
  number.append(counted(digits));
  const all = h("details", {}, h("summary", {}, "exactly"), h("p", { class: "digits" }, digits));
  return [number, verb, from, " to ", to, ".", ...(digits.length > 15 ? [all] : [])];
}

/**
 * A path as a button: its nodes, and the product of its factors; a click shows it in the picture.
 * @type {(run: Run, path: Path, place: number, dispatch: Dispatch) => HTMLElement}
 */
function pathRow(run, path, place, dispatch) {
  const names = abridged(path.nodes).map((each) =>
    typeof each === "number" ? named(run.nodes[each].name) : each,
  );
  const factors = abridged(path.factors).map((each) =>
    typeof each === "number" ? asOperand(each) : each,
  );
  const product = joined(factors, " × ");
  const show = () => dispatch({ type: "path", path: place });
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "path", "aria-pressed": "false", onclick: show },
      h("span", { class: "names" }, ...joined(names, " → ")),
      h("span", { class: "factors" }, ...product, product.length ? " = " : "",
        num(path.product, "product")),
    ),
  );
}

/**
 * What the paths that are not listed add up to, and the gradient that all of them make.
 * @type {(run: Run, node: RunNode) => HTMLElement[]}
 */
function sumOfPaths(run, node) {
  const { best, count, rest } = node.paths;
  const some = best.length ? "all other paths together" : "all paths together";
  const left = count === String(best.length) ? [] : [pathsLine([some], rest, "remainder")];
  return [...left, pathsLine(["sum of all = ", inline(run, node)], node.grad, "total")];
}

/** @type {(label: Child[], x: number, kind: string) => HTMLElement} */
const pathsLine = (label, x, kind) =>
  h("tr", { class: kind }, h("th", { scope: "row" }, ...label), h("td", {}, num(x, kind)));
