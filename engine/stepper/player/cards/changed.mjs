// The note that numbers or the formula have changed: what was before, and what is now.

import { h, setText } from "../elements/elements.mjs";
import { caption, header } from "../elements/tables.mjs";
import { differing } from "../run/apart.mjs";
import { number, short } from "../run/numbers.mjs";
import { isDone, isInner } from "../run/run.mjs";
import { say, sayEach } from "../said/say.mjs";

/** @import { Earlier } from "../live/live.d.ts" */
/** @import { RunCard } from "../parts.d.ts" */
/** @import { Dispatch, Run, Seen } from "../types.d.ts" */

/** @typedef {{ name: string, was: string, is: string }} Change */

// So many milliseconds after the last change it is told to those who do not see it.
const SILENCE = 700;

const NOT_THERE = "–";

/**
 * What a run is compared with later.
 * @type {(run: Run) => Earlier}
 */
export function earlierOf({ nodes, output }) {
  const leaves = nodes.filter((node) => !isInner(node));
  const grads = new Map(leaves.map(({ name, grad }) => [name, grad]));
  return { output: nodes[output].name, data: nodes[output].data, grads };
}

/**
 * The saved run.
 * @type {(run: Run, live: NonNullable<Run["live"]>) => Earlier}
 */
function savedRun({ nodes, output }, { document, saved }) {
  const leaves = [...nodes.keys()].filter((place) => !isInner(nodes[place]));
  const grads = new Map(leaves.map((i) => [nodes[i].name, number(document.nodes[i].grad)]));
  return { output: nodes[output].name, data: saved[output], grads };
}

/**
 * What differs, as printed: the output, and gradients of leaves that are there.
 * @type {(earlier: Earlier, run: Run, seen: Pick<Seen, "shown">) => Change[]}
 */
export function changesSince(earlier, run, { shown }) {
  const leaves = run.nodes.filter((node) => !isInner(node) && isDone(node, shown));
  const ofLeaves = leaves.map((leaf) => {
    const was = earlier.grads.get(leaf.name);
    const told = was === undefined ? NOT_THERE : short(was);
    return { name: say("changed.gradient", { name: leaf.name }), was: told, is: short(leaf.grad) };
  });
  return [outputSince(earlier, run), ...ofLeaves.filter(({ was, is }) => was !== is)];
}

/**
 * What the output was and is, as printed.
 * @type {(earlier: Earlier, run: Run) => Change}
 */
function outputSince({ output, data }, { nodes, output: place }) {
  const { name, data: now } = nodes[place];
  const called = name === output ? name : say("changed.output");
  const [was, is] = differing(data, now);
  return { name: called, was, is };
}

/**
 * What has changed in a run, or since `before`, an earlier one; aloud only when numbers rest.
 * @type {(dispatch: Dispatch, before?: Earlier | null) => RunCard}
 */
export function changedNote(dispatch, before = null) {
  const button = h("button", { type: "button", class: "small reset", title: say("changed.back"),
    onclick: () => dispatch({ type: "reset" }) }, say("changed.reset"));
  const open = h("button", { type: "button", class: "small", title: say("changed.table"),
    "aria-expanded": "false", onclick: () => toggle() }, say("changed.compare"));
  const text = h("span", { class: "quiet" });
  const aloud = h("span", { class: "aloud", role: "status" });
  const table = h("div", { class: "compared" });
  const chip = h("div", { class: "chip" }, table, h("div", {}, text, open, button));
  const element = h("div", { class: "changed" }, chip, aloud);
  chip.hidden = table.hidden = true;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {[Run, Seen] | null} */
  let latest = null;
  /** @type {Earlier | null} */
  let saved = null;
  const toggle = () => {
    table.hidden = !table.hidden;
    open.setAttribute("aria-expanded", String(!table.hidden));
    if (latest) show(...latest);
  };
  /** @type {RunCard["show"]} */
  const show = (run, seen) => {
    latest = [run, seen];
    const { live } = run;
    if (live?.isChanged) saved ??= savedRun(run, live);
    const earlier = live?.isChanged ? saved : before;
    const isAll = !live?.isChanged || !table.hidden;
    const changes = !earlier ? []
      : isAll ? changesSince(earlier, run, seen) : [outputSince(earlier, run)];
    const said = changeSays(run, changes);
    chip.hidden = said === "";
    button.hidden = !live?.isChanged;
    if (said && !table.hidden) table.replaceChildren(...tableOf(run, seen, changes));
    if (said === text.textContent) return;
    setText(text, said);
    clearTimeout(timer);
    if (said) timer = setTimeout(() => setText(aloud, said), SILENCE);
    else setText(aloud, "");
  };
  return { element, show };
}

/**
 * What has become of the output; empty if nothing has changed.
 * @type {(run: Run, changes: Change[]) => string}
 */
function changeSays({ live }, [output, ...others]) {
  if (!output || !(live?.isChanged || output.was !== output.is || others.length)) return "";
  if (output.was === output.is) return say("changed.same", output);
  return say(live?.isChanged ? "changed.numbers" : "changed.edit", output);
}

/** @type {(run: Run, seen: Seen, changes: Change[]) => HTMLElement[]} */
function tableOf({ nodes }, { shown }, changes) {
  const rows = changes.map(({ name, was, is }) =>
    h("tr", {}, h("td", {}, name), h("td", {}, was), h("td", {}, is)));
  const body = h("tbody", {}, ...rows);
  const head = header("", ...sayEach("changed.", ["was", "is"]));
  const table = h("table", {}, caption(say("changed.table")), head, body);
  const areAll = nodes.every((node) => isInner(node) || isDone(node, shown));
  return [table, ...(areAll ? [] : [h("p", { class: "quiet" }, say("changed.later"))])];
}
