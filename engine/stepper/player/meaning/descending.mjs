// The card of descent: steps against the gradient, and what they do to the output.

import { card, h } from "../elements/elements.mjs";
import { isDone } from "../run/run.mjs";
import { say } from "../said/say.mjs";
import { leafBars } from "./bars.mjs";
import { lossCourse, stepButtons } from "./course.mjs";
import { descended, meanOver, rateFor } from "./descent.mjs";
import { plainField } from "./fields.mjs";
import { examplesOf, learning, whyNoExamples } from "./leaves.mjs";
import { descentSays, meanCalled } from "./outcomes.mjs";
import { examplesTable } from "./table.mjs";

/** @import { RunCard, Tab } from "../parts.d.ts" */
/** @import { Live } from "../live/live.d.ts" */
/** @import { Examples } from "../trace.d.ts" */
/** @import { Dispatch, Run, Seen } from "../types.d.ts" */
/** @import { Task } from "./meaning.d.ts" */

/** @type {(first: Run, dispatch: Dispatch) => RunCard & Omit<Tab, "name">} */
export function descentCard(first, dispatch) {
  /** The learning rate; null until the first one is found. @type {number | null} */
  let rate = null;
  let isOwnRate = false;
  /** @type {[Run, Seen] | null} */
  let latest = null;
  const saved = examplesOf(first);
  const examples = copied(saved);
  const { name } = first.nodes[first.output];
  const loss = examples ? meanCalled(name) : name;
  const ticked = new Set(learning(first));
  const relus = first.rows.filter((place) => first.nodes[place].op === "ReLU");
  const course = lossCourse(loss);
  const field = plainField(say("descent.rate"), [say("descent.rate")], (x) => {
    if (x <= 0) return say("descent.rate.above");
    setRate(x);
    dispatch({ type: "told" });
    return "";
  });
  const tools = h("div", { class: "tools" }, field.element,
    stepButtons(descend, () => dispatch({ type: "reset" })));
  const bars = leafBars(ticked, dispatch);
  const count = examples?.rows.length ?? 0;
  const mean = count > 1 ? [h("p", { class: "quiet" }, say("descent.examples", { count }))] : [];
  const table = examples && examplesTable(examples, leafNames(first, examples), name, {
    chosen: (i) => dispatch({ type: "set", numbers: rowOfExample(examples, i) }),
    written: () => {
      course.end("");
      paintDescent();
      dispatch({ type: "told" });
    },
  });
  const below = table?.element ?? h("p", { class: "quiet" }, whyNoExamples(first));
  const element = card("descent", say("descent"), tools, ...mean, course.element, bars.element,
    below);

  /** @type {(x: number) => void} */
  function setRate(x) {
    [rate, isOwnRate] = [x, true];
    field.write(x);
  }

  /**
   * What is to be lowered from the numbers of a run on.
   * @type {(live: Pick<Live, "graph" | "data">) => Omit<Task, "rate">}
   */
  const taskOf = ({ graph, data }) =>
    ({ graph, data, examples, relus, moves: [...ticked].toSorted((a, b) => a - b) });

  /** @type {(live: Live) => number} */
  function rateNow({ graph, saved: data }) {
    if (rate !== null) return rate;
    rate = rateFor(taskOf({ graph, data }));
    field.write(rate);
    return rate;
  }

  /** @type {(count: number) => void} */
  function descend(count) {
    if (!latest?.[0].live) return;
    const [{ live, nodes }, seen] = latest;
    const task = { ...taskOf(live), rate: rateNow(live) };
    if (task.moves.some((place) => !isDone(nodes[place], seen.shown))) dispatch({ type: "last" });
    const made = descended(task, count);
    const dead = made.dead.map((place) => nodes[place].name);
    course.goOn(made, descentSays(loss, task.rate, made, dead));
    dispatch({ type: "set", numbers: made.numbers });
  }

  function paintDescent() {
    if (!latest?.[0].live) return;
    const [run, seen] = latest;
    const { graph, data, grads } = latest[0].live;
    const mean = examples && meanOver(graph, data, examples);
    rateNow(latest[0].live);
    course.show(run);
    bars.show(run, seen, mean?.grads ?? grads);
    if (mean) table?.show(run, mean.losses);
  }

  /** @type {RunCard["show"]} */
  const show = (run, seen) => {
    latest = [run, seen];
    if (!element.closest("[hidden]")) paintDescent();
  };
  /** @type {Tab["reset"]} */
  const reset = () => {
    course.end("");
    if (saved) table?.write(saved.rows);
  };
  /** @type {Tab["told"]} */
  const told = () => ({
    ...(isOwnRate && rate !== null ? { rate } : {}),
    ...(examples && String(examples.rows) !== String(saved?.rows) ? { rows: examples.rows } : {}),
  });
  /** @type {Tab["tell"]} */
  const tell = ({ rate: asked = 0, rows }) => {
    if (asked > 0) setRate(asked);
    const isLike = saved?.rows.length === rows?.length &&
      rows?.every((row) => row.length === saved?.leaves.length);
    if (rows && isLike) table?.write(rows);
  };
  return { element, show, opened: paintDescent, reset, told, tell };
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
