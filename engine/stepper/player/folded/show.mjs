// A folded run shown in an element: the page of a graph that is too large to walk Value by Value.

import { h } from "../elements/elements.mjs";
import { say } from "../said/say.mjs";
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

// The marks that have a message, and its sample.
const MARKS = ["count", "range", "passes", "share", "nothing", "more", "ahead"];

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
  const kind = { parts, sentence, claims: claimsNothing, without: WITHOUT, opens: "Class" };
  return play(root, folded.run, kind, options);
}

/**
 * Ranges are printed as they are.
 * @type {Kind["claims"]}
 */
const claimsNothing = () => [];

/** @type {() => HTMLElement} */
const foldMarks = () =>
  h("dl", { class: "legend" },
    ...MARKS.flatMap((mark) => [
      h("dt", {}, say(`fold.mark.${mark}.sample`)), h("dd", {}, say(`fold.mark.${mark}`)),
    ]));
