// Steps: the events of a run in groups, each of which says something new.
//
// A step ends after a contribution, after a node, or after a layer. "Complete" says nothing of a
// node with one use, so it is part of the step before; and what an operation passes on unchanged to
// several inputs, as a sum does, is one step.

/** @import { RunEvent, RunNode, Step, StepKind, Unit } from "../types.d.ts" */

/**
 * For each unit its steps, the start first; those of a unit are found when they are asked for.
 * @type {(nodes: RunNode[], events: RunEvent[]) => Record<Unit, Step[]>}
 */
export function stepsOf(nodes, events) {
  const contribution = contributions(nodes, events);
  /** @type {Partial<Record<Unit, Step[]>>} */
  const found = {};
  return {
    contribution,
    get node() {
      return (found.node ??= joinedBy(nodes, contribution, ({ node }) => String(node)));
    },
    get layer() {
      return (found.layer ??= joinedBy(nodes, contribution, layers(nodes)));
    },
  };
}

/**
 * The step after position `start`, up to position `end`.
 * @type {(nodes: RunNode[], events: RunEvent[], start: number, end: number) => Step}
 */
export function stepOf(nodes, events, start, end) {
  const news = events.slice(start, end).filter((event) => isNews(nodes, event));
  return { start, end, events: news, kind: kindOf(nodes, news) };
}

/**
 * The place of the step that a position is in.
 * @type {(steps: Step[], position: number) => number}
 */
export const stepAt = (steps, position) => steps.findIndex(({ end }) => end >= position);

/**
 * Whether an event says something new: "complete" does where several uses are added up.
 * @type {(nodes: RunNode[], event: RunEvent) => boolean}
 */
const isNews = (nodes, event) =>
  event.kind !== "done" || nodes[event.node].pushedAt.length > 1;

/** @type {(nodes: RunNode[], events: RunEvent[]) => Step[]} */
function contributions(nodes, events) {
  const starts = [...events.keys()].filter(
    (i) => isNews(nodes, events[i]) && !goesOn(nodes, events[i - 1], events[i]),
  );
  const ends = [...starts.slice(1), events.length];
  return [
    stepOf(nodes, events, 0, 0),
    ...starts.map((start, i) => stepOf(nodes, events, start, ends[i])),
  ];
}

/**
 * Whether an event only goes on with what the one before it has begun: "complete" stands between
 * the pushes of two nodes.
 * @type {(nodes: RunNode[], before: RunEvent | undefined, event: RunEvent) => boolean}
 */
const goesOn = (nodes, before, event) =>
  event.kind === "push" && before?.kind === "push" && isSum(nodes[event.node]);

/**
 * Whether an operation passes its gradient on as it is, whatever its numbers are.
 * @type {(node: RunNode) => boolean}
 */
const isSum = ({ op }) => op === "Add" || op === "Sum";

/**
 * The steps, with neighbours of the same key as one; going forward, seed and going back are apart.
 * @type {(nodes: RunNode[], steps: Step[], key: (event: RunEvent) => string) => Step[]}
 */
function joinedBy(nodes, steps, key) {
  /** @type {Step[][]} */
  const groups = [];
  let before = "";
  for (const step of steps) {
    const now = step.kind === "start" ? step.kind : `${way(step)} ${key(step.events[0])}`;
    if (now === before) groups[groups.length - 1].push(step);
    else groups.push([step]);
    before = now;
  }
  return groups.map((group) => merged(nodes, group));
}

/** @type {(step: Step) => string} */
const way = ({ kind }) => (kind === "forward" || kind === "seed" ? kind : "back");

/** @type {(nodes: RunNode[], steps: Step[]) => Step} */
function merged(nodes, steps) {
  if (steps.length === 1) return steps[0];
  const events = steps.flatMap((step) => step.events);
  return {
    start: steps[0].start,
    end: steps[steps.length - 1].end,
    events,
    kind: kindOf(nodes, events),
  };
}

/** @type {(nodes: RunNode[], events: RunEvent[]) => StepKind} */
function kindOf(nodes, events) {
  const [first] = events;
  if (first === undefined) return "start";
  if (events.length === 1) return first.kind;
  if (events.some((event) => event.node !== first.node)) return "layer";
  return first.kind === "push" && isSum(nodes[first.node]) ? "spread" : "node";
}

/**
 * The layer that an event belongs to: the outermost scope in which the Values differ.
 * @type {(nodes: RunNode[]) => (event: RunEvent) => string}
 */
function layers(nodes) {
  const scopes = nodes.map((node) => node.scope).filter((scope) => scope.length > 0);
  const common = scopes.reduce(
    (least, scope) => Math.min(least, sharedLength(scope, scopes[0])),
    Infinity,
  );
  return (event) => JSON.stringify(nodes[event.node].scope.slice(0, common + 1));
}

/**
 * With how many names two scopes begin alike.
 * @type {(a: string[], b: string[]) => number}
 */
function sharedLength(a, b) {
  const end = a.findIndex((name, i) => name !== b[i]);
  return end < 0 ? a.length : end;
}
