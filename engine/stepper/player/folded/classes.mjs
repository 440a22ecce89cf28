// The class that is open, with its largest members, and the table of all classes.

import { h, setClass } from "../elements/elements.mjs";
import { multiplied, number } from "../run/numbers.mjs";
import { header } from "../elements/tables.mjs";
import { asOperand, named, num, sign } from "../elements/terms.mjs";
import { say, sayEach } from "../said/say.mjs";
import { withCount, passedInWords, thousands } from "./says.mjs";
import { arrowsFrom, dataAt, classGradient } from "./walk.mjs";

/** @import { Child } from "../parts.d.ts" */
/** @import { Dispatch } from "../types.d.ts" */
/** @import { Best, Class, Member } from "./fold.d.ts" */
/** @import { FoldCard, FoldedRun, FoldSeen } from "./types.d.ts" */

/** @type {(folded: FoldedRun) => FoldCard} */
export function openClass(folded) {
  const element = h("section", { class: "class", "aria-label": say("fold.open") });
  let before = "";
  /** @type {FoldCard["show"]} */
  const show = (seen) => {
    const { focus, position } = seen;
    const passed = arrowsFrom(folded, focus).map((each) => folded.passedAt[each] <= position);
    const gradient = classGradient(folded, focus, position);
    const key = `${focus} ${dataAt(folded, focus, position)} ${gradient.text} ${passed}`;
    if (key === before) return;
    before = key;
    element.replaceChildren(...insideOf(folded, seen));
  };
  return { element, show };
}

/** @type {(folded: FoldedRun, seen: FoldSeen) => Child[]} */
function insideOf(folded, { focus, position }) {
  const one = folded.fold.classes[focus];
  const gradient = classGradient(folded, focus, position);
  const zeros = gradient.complete && one.zeros
    ? say("list.sentences") + say("fold.zeros", { count: thousands(one.zeros) }) : "";
  const place = one.scope.length
    ? [h("dt", {}, say("fold.place")), h("dd", {}, one.scope.join(" / "))] : [];
  return [
    h("h2", {}, named(withCount(folded, focus))),
    h("dl", { class: "facts" }, ...place,
      h("dt", {}, say("values.data")), h("dd", {}, dataAt(folded, focus, position)),
      h("dt", {}, say("values.gradient")), h("dd", {}, gradient.text, zeros),
      ...usesOf(folded, focus, position)),
    ...membersOf(folded, one, gradient.complete, folded.computedAt[focus] <= position),
  ];
}

/**
 * What consumes the class, and what it has passed back.
 * @type {(folded: FoldedRun, focus: number, position: number) => Child[]}
 */
function usesOf(folded, focus, position) {
  return arrowsFrom(folded, focus).flatMap((place) => {
    const arrow = folded.fold.arrows[place];
    const said = folded.passedAt[place] <= position ? passedInWords(arrow) : say("fold.unused");
    const { name } = folded.fold.classes[arrow.head];
    return [h("dt", {}, say("fold.from", { name })), h("dd", {}, said)];
  });
}

/** @type {(folded: FoldedRun, one: Class, complete: boolean, known: boolean) => Child[]} */
function membersOf(folded, one, complete, known) {
  if (!complete) {
    return [h("p", { class: "quiet" }, say("fold.members.wait"))];
  }
  const { members, count } = one;
  const id = members.length < count ? "fold.members" : "fold.members.all";
  const few = say(id, { shown: members.length, all: thousands(count) });
  const rows = members.flatMap((member) => memberRows(folded, member, known));
  const head = header(...sayEach("values.", ["name", "data", "gradient"]));
  const table = h("table", { class: "members" }, head,
    h("tbody", {}, ...rows));
  return [h("p", { class: "quiet" }, few), table];
}

/**
 * A member in two rows: its numbers, and the largest contribution to its gradient.
 * @type {(folded: FoldedRun, member: Member, known: boolean) => HTMLElement[]}
 */
function memberRows(folded, { best, data, grad, name, uses }, known) {
  const first = h("tr", {}, h("th", { scope: "row" }, named(name)),
    h("td", {}, known ? num(number(data)) : "–"), h("td", { class: "grad" }, num(number(grad))));
  if (best === null) return [first];
  const from = folded.fold.classes[folded.fold.arrows[best.arrow].head].name;
  const which = say("fold.largest", { count: uses, uses: thousands(uses), from });
  const second = h("tr", { class: "best" }, h("td", { colspan: "3" },
    which, say("list.sentences"), ...largestProduct(best), h("br"), best.why));
  return [first, second];
}

/** @type {(best: Best) => Child[]} */
function largestProduct({ contribution, local, upstream }) {
  const [up, by, given] = [upstream, local, contribution].map(number);
  const { parts, result, sign: equal } = multiplied([up, by], given);
  return [asOperand(up, parts[0]), sign("×"), asOperand(by, parts[1]), sign(equal),
    num(given, "", result)];
}

/** @type {(folded: FoldedRun, dispatch: Dispatch) => FoldCard} */
export function allClasses(folded, dispatch) {
  const rows = [...folded.fold.classes.keys()].map((place) => classRow(folded, place, dispatch));
  const titles = sayEach("fold.column.", ["class", "members", "data", "gradient"]);
  const table = h("table", { class: "values" }, header(...titles),
    h("tbody", {}, ...rows.map((each) => each.element)));
  const element = h("section", { class: "all", "aria-label": say("fold.all") }, table);
  return { element, show: (seen) => rows.forEach((each) => each.show(seen)) };
}

/** @type {(folded: FoldedRun, place: number, dispatch: Dispatch) => FoldCard} */
function classRow(folded, place, dispatch) {
  const { count, name } = folded.fold.classes[place];
  const onclick = () => dispatch({ type: "select", node: place });
  const data = h("td", {});
  const grad = h("td", { class: "grad" });
  const element = h("tr", { "data-node": String(place) },
    h("td", {}, h("button", { type: "button", class: "pick", onclick }, named(name))),
    h("td", {}, thousands(count)), data, grad);
  /** @type {FoldCard["show"]} */
  const show = ({ focus, position }) => {
    const { complete, text } = classGradient(folded, place, position);
    setClass(element, "selected", focus === place);
    setClass(element, "done", complete);
    data.textContent = dataAt(folded, place, position);
    grad.textContent = text;
  };
  return { element, show };
}
