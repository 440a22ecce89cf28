// The step of a folded run: what passes through an arrow, by which rule, and who is next.

import { h } from "../elements/elements.mjs";
import { multiplied, shownNumber } from "../run/numbers.mjs";
import { say } from "../said/say.mjs";
import { named, sign, term } from "../elements/terms.mjs";
import { withCount, nextOf, phaseOf, saidOf, thousands } from "./says.mjs";

/** @import { Child } from "../parts.d.ts" */
/** @import { Arrow } from "./fold.d.ts" */
/** @import { FoldCard, FoldedRun, FoldSeen } from "./types.d.ts" */

/** @type {(folded: FoldedRun) => FoldCard} */
export function foldStepCard(folded) {
  const phase = h("span", { class: "phase" });
  const line = h("code", { class: "line" });
  const body = h("div", { class: "equation" });
  const rule = h("span", { class: "rule" });
  const words = h("p", { class: "words", "aria-live": "polite", "aria-atomic": "true" });
  const next = h("span", { class: "next" });
  const element = h("section", { class: "card now", "aria-label": say("step.this") });
  element.append(h("div", { class: "above" }, phase, line), body,
    h("div", { class: "aside" }, rule, next), words);
  /** @type {FoldCard["show"]} */
  const show = (seen) => {
    const { step } = seen;
    element.dataset.kind = step ? step.kind : "start";
    phase.textContent = phaseOf(folded, seen);
    line.textContent = (step && folded.fold.classes[step.groups[0]].line) || "";
    body.replaceChildren(...inSymbols(folded, seen));
    rule.textContent = rulesOf(folded, seen);
    words.textContent = saidOf(folded, seen);
    next.textContent = nextOf(folded, seen);
  };
  return { element, show };
}

/** @type {(folded: FoldedRun, seen: FoldSeen) => Child[]} */
function inSymbols(folded, { step }) {
  const { fold } = folded;
  const { arrows, classes } = fold;
  if (step === null) return [named(fold.title), sign(say("fold.title"))];
  if (step.kind === "forward") {
    return step.groups.flatMap((place, i) => [
      ...(i ? [sign("→")] : []),
      term("result", withCount(folded, place), classes[place].data),
    ]);
  }
  if (step.kind === "seed") {
    return [named(fold.title), sign(":"), term("contribution", say("term.gradient"), "1")];
  }
  if (step.arrows.length > 1) return passedOn(folded, step.arrows.map((each) => arrows[each]));
  const arrow = arrows[step.arrows[0]];
  const share = h("strong", { class: "passes" }, say("fold.share", { passes: arrow.passes }));
  return [...rangeFactors(folded, arrow), share];
}

/**
 * Three ranges; of a single edge three numbers, and whether the printed ones give the product.
 * @type {(folded: FoldedRun, arrow: Arrow) => Child[]}
 */
function rangeFactors({ fold }, { contribution, count, head, local, upstream }) {
  const printed = [upstream, local, contribution].map(shownNumber);
  const equal =
    count === 1 && printed.every(Number.isFinite)
      ? multiplied(printed.slice(0, 2), printed[2]).sign
      : "→";
  return [
    ...(count > 1 ? [h("span", { class: "count" }, `×${thousands(count)}`)] : []),
    term("upstream", say("fold.upstream", { name: fold.classes[head].name }), upstream),
    sign("×"),
    term("local", say("fold.local"), local),
    sign(equal),
    term("contribution", say("fold.contribution", { count }), contribution),
  ];
}

/**
 * What a class passes on as it is: one range, and all to which it goes.
 * @type {(folded: FoldedRun, arrows: Arrow[]) => Child[]}
 */
function passedOn(folded, arrows) {
  const [{ head, upstream }] = arrows;
  const to = arrows.slice(0, 3).flatMap(({ tail }, i) => [
    ...(i ? [sign(say("fold.and"))] : []),
    named(withCount(folded, tail)),
  ]);
  const more = arrows.length > 3 ? [sign(say("fold.more", { count: arrows.length - 3 }))] : [];
  const name = folded.fold.classes[head].name;
  return [term("upstream", say("fold.upstream", { name }), upstream), sign("→"), ...to, ...more];
}

/** @type {(folded: FoldedRun, seen: FoldSeen) => string} */
function rulesOf({ fold }, { step }) {
  const rules = (step?.arrows ?? []).flatMap((each) => fold.arrows[each].rules);
  return [...new Set(rules)].join(say("list.parts"));
}
