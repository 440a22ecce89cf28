// A folded run shown in an element: the page of a graph that is too large to walk Value by Value.

import { h } from "../elements/elements.mjs";
import { WITHOUT_QUESTIONS, play } from "../player.mjs";
import { allClasses, openClass } from "./classes.mjs";
import { foldPicture } from "./picture.mjs";
import { saidOf } from "./says.mjs";
import { foldStepCard } from "./step.mjs";
import { foldedRun, seenOf } from "./walk.mjs";

/** @import { Kind, Options, Player, RunCard } from "../parts.d.ts" */
/** @import { Seen } from "../types.d.ts" */
/** @import { Fold, FoldCard } from "./types.d.ts" */

// There is one unit, and nothing to predict.
/** @type {Kind["without"]} */
const WITHOUT = {
  actions: ["unit", ...WITHOUT_QUESTIONS.actions],
  keys: ["1 2 3", ...WITHOUT_QUESTIONS.keys],
};

const MARKS = [
  ["×1,600", "how many Values share the box, or how many edges the arrow stands for"],
  ["-0.3 … 1.2", "from the smallest number to the largest"],
  ["47%", "the share of |gradient| that passes an arrow, backward; its width says the same"],
  ["share", "the sum of |upstream × local derivative| over the edges of an arrow, divided by the " +
    "sum of |upstream|: more than 100% where slopes are steep, 0% where all are 0"],
  ["pass nothing", "edges whose contribution is 0, as of dead ReLUs"],
  ["0.4 …", "a gradient to which more will be added"],
  ["–", "not computed, or not reached, yet"],
];

/**
 * Show a folded run in an element.
 * @type {(root: HTMLElement, document: Fold, options?: Options) => Player}
 */
export function showFold(root, document, options) {
  const folded = foldedRun(document);
  root.toggleAttribute("data-folded", true);
  /** @type {(seen: Seen) => ReturnType<typeof seenOf>} */
  const asFolded = ({ focus, pinned, position }) =>
    seenOf(folded, { position, selected: pinned ? focus : null });
  /** @type {(card: FoldCard) => RunCard} */
  const ofFold = ({ element, show }) => ({ element, show: (_, seen) => show(asFolded(seen)) });
  /** @type {Kind["parts"]} */
  const parts = (run, svg, plainWheel, dispatch) => {
    const picture = foldPicture(folded, svg, dispatch, plainWheel);
    return {
      now: ofFold(foldStepCard(folded)),
      picture: { ...picture, ...ofFold(picture) },
      tables: [
        { name: "Class", ...ofFold(openClass(folded)) },
        { name: "Classes", ...ofFold(allClasses(folded, dispatch)) },
        { name: "Marks", element: foldMarks(), show: () => {} },
      ],
    };
  };
  const sentence = (/** @type {unknown} */ _, /** @type {Seen} */ seen) =>
    saidOf(folded, asFolded(seen));
  return play(root, folded.run, { parts, sentence, without: WITHOUT, opens: "Class" }, options);
}

/** @type {() => HTMLElement} */
const foldMarks = () =>
  h("dl", { class: "legend" },
    ...MARKS.flatMap(([mark, meaning]) => [h("dt", {}, mark), h("dd", {}, meaning)]));
