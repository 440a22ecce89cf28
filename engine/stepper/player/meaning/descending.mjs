// The card of descent: steps against the gradient, and what they do to the output.

import { card, h } from "../elements/elements.mjs";
import { isDone } from "../run/run.mjs";
import { leafBars } from "./bars.mjs";
import { descended, meanOver } from "./descent.mjs";
import { plainField } from "./fields.mjs";
import { examplesOf, learning, whyNoExamples } from "./leaves.mjs";
import { lossPlot } from "./plots.mjs";
import { descentSays, meanCalled } from "./says.mjs";
import { examplesTable } from "./table.mjs";

/** @import { RunCard, Tab } from "../parts.d.ts" */
/** @import { Examples } from "../trace.d.ts" */
/** @import { Dispatch, Run, Seen } from "../types.d.ts" */
/** @import { Descent } from "./meaning.d.ts" */

// The first learning rate, and how many steps the buttons make.
const RATE_AT_FIRST = 0.1;
const STEP_COUNTS = [1, 10, 100];

/** @type {(first: Run, dispatch: Dispatch) => RunCard & Pick<Tab, "opened">} */
export function descentCard(first, dispatch) {
  let rate = RATE_AT_FIRST;
  /** @type {[Run, Seen] | null} */
  let latest = null;
  const examples = copied(examplesOf(first));
  const { name } = first.nodes[first.output];
  const loss = examples ? meanCalled(name) : name;
  const ticked = new Set(learning(first));
  const course = lossCourse(loss);
  const field = plainField("learning rate", ["learning rate"], (x) => {
    if (x <= 0) return false;
    rate = x;
    field.write(x);
    return true;
  });
  field.write(rate);
  const tools = h("div", { class: "tools" }, field.element, stepButtons(descend, () => {
    course.end("");
    dispatch({ type: "reset" });
  }));
  const bars = leafBars(ticked, dispatch);
  const table = examples && examplesTable(examples, leafNames(first, examples), name, {
    chosen: (i) => dispatch({ type: "set", numbers: rowOfExample(examples, i) }),
    written: () => {
      course.end("");
      paintDescent();
    },
  });
  const below = table?.element ?? h("p", { class: "quiet" }, whyNoExamples(first));
  const element = card("descent", "Steps against the gradient", tools, course.element,
    bars.element, below);

  /** @type {(count: number) => void} */
  function descend(count) {
    if (!latest?.[0].live) return;
    const [{ live, nodes }, seen] = latest;
    const moves = [...ticked].toSorted((a, b) => a - b);
    if (moves.some((place) => !isDone(nodes[place], seen.shown))) dispatch({ type: "last" });
    const made = descended({ graph: live.graph, data: live.data, examples, moves, rate }, count);
    course.goOn(made, descentSays(loss, rate, made));
    dispatch({ type: "set", numbers: made.numbers });
  }

  function paintDescent() {
    if (!latest?.[0].live) return;
    const [run, seen] = latest;
    const { graph, data, grads } = latest[0].live;
    const mean = examples && meanOver(graph, data, examples);
    course.show(run);
    bars.show(run, seen, mean?.grads ?? grads);
    if (mean) table?.show(run, mean.losses);
  }

  /** @type {RunCard["show"]} */
  const show = (run, seen) => {
    latest = [run, seen];
    if (!element.closest("[hidden]")) paintDescent();
  };
  return { element, show, opened: paintDescent };
}

/**
 * The loss over the steps so far, and what is said of the last ones. It ends when the numbers are
 * others than the ones that the steps led to.
 * @type {(loss: string) => {
 *   element: HTMLElement,
 *   goOn: (made: Descent, says: string) => void,
 *   end: (says: string) => void,
 *   show: (run: Run) => void,
 * }}
 */
function lossCourse(loss) {
  /** @type {number[]} */
  let losses = [];
  /** @type {Map<number, number>} */
  let reached = new Map();
  const said = h("p", { class: "outcome", role: "status" });
  const plot = h("div", {});
  const end = (/** @type {string} */ says) => {
    losses = [];
    reached = new Map();
    said.textContent = says;
    plot.replaceChildren();
  };
  end("");
  return {
    element: h("div", { class: "course" }, said, plot),
    goOn: (made, says) => {
      losses = [...losses, ...made.losses.slice(losses.length ? 1 : 0)];
      reached = made.numbers;
      said.textContent = says;
      plot.replaceChildren(...(losses.length > 1 ? [lossPlot(losses, loss)] : []));
    },
    end,
    show: ({ nodes }) => {
      if ([...reached].some(([place, x]) => !Object.is(nodes[place].data, x))) end("");
    },
  };
}

/**
 * The buttons that make steps, and the one that brings back the saved numbers.
 * @type {(descend: (count: number) => void, reset: () => void) => HTMLElement}
 */
function stepButtons(descend, reset) {
  const steps = STEP_COUNTS.map((count) =>
    h("button", { type: "button", class: "small", onclick: () => descend(count),
      ...(count > 1 ? { "aria-label": `${count} steps` } : {}) },
    count > 1 ? String(count) : "1 step"));
  const back = h("button", { type: "button", class: "small", onclick: reset,
    title: "Bring back the saved numbers, without a curve" }, "reset");
  const label = "Steps against the gradient";
  const said = { class: "tools", role: "group", "aria-label": label, title: label };
  return h("div", said, ...steps, back);
}

/**
 * Examples whose numbers can be changed.
 * @type {(examples: Examples | null) => Examples | null}
 */
const copied = (examples) =>
  examples && { leaves: examples.leaves, rows: examples.rows.map((row) => [...row]) };

/** @type {(run: Run, examples: Examples) => string[]} */
const leafNames = ({ nodes }, { leaves }) => leaves.map((place) => nodes[place].name);

/**
 * The numbers of an example by the places of its leaves.
 * @type {(examples: Examples, i: number) => Map<number, number>}
 */
const rowOfExample = ({ leaves, rows }, i) =>
  new Map(leaves.map((place, k) => [place, rows[i][k]]));
