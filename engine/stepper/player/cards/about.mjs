// What is said about the run: sentences; a click on one goes to the step of which it speaks.

import { h, setText } from "../elements/elements.mjs";
import { say } from "../said/say.mjs";

/** @import { RunCard } from "../parts.d.ts" */
/** @import { RunSentence } from "../said/lines.d.ts" */
/** @import { Dispatch, Run, Seen } from "../types.d.ts" */

/**
 * The sentences about a run; the one whose step is seen is marked.
 * @type {(run: Run, dispatch: Dispatch) => RunCard}
 */
export function aboutCard(run, dispatch) {
  /** @type {RunSentence[]} */
  const sentences = run.about?.sentences ?? [];
  const lines = sentences.map((each) => said(each, dispatch));
  const items = lines.map((line) => h("li", {}, line));
  const list = h("ol", { class: "said" }, ...items);
  const older = h("p", { class: "quiet" }, say("about.older"));
  const label = say("tab.About");
  const element = h("section", { class: "card notes", "aria-label": label }, older, list);
  /** @type {RunCard["show"]} */
  const show = ({ live }, seen) => {
    older.hidden = !live?.isChanged;
    lines.forEach((line, i) => {
      const { text, at, waits } = sentences[i];
      line.setAttribute("aria-current", isSeen(sentences[i], seen) ? "step" : "false");
      const isLater = waits && seen.shown < Number(at);
      const now = isLater ? say("about.later", { names: waits }) : text;
      if (waits) setText(line, unbroken(now));
    });
  };
  return { element, show };
}

/**
 * A sentence: as a button, where it leads to a step.
 * @type {(sentence: RunSentence, dispatch: Dispatch) => HTMLElement}
 */
function said({ text, at, select, path }, dispatch) {
  if (at === null) return h("p", {}, unbroken(text));
  const onclick = () => dispatch({ type: "go", position: at, node: select, path });
  return h("button", { type: "button", class: "sentence", onclick }, unbroken(text));
}

/**
 * The text, in which a line breaks before = but beside no other sign of a formula.
 * @type {(text: string) => string}
 */
const unbroken = (text) =>
  text.replace(/ ([×·+−/→]) /g, "\u00a0$1\u00a0").replace(/= /g, "=\u00a0");

/**
 * Whether what is seen is what a click on the sentence shows.
 * @type {(sentence: RunSentence, seen: Seen) => boolean}
 */
const isSeen = ({ at, select, path }, seen) =>
  at === seen.position && path === seen.path && select === (seen.pinned ? seen.focus : null);
