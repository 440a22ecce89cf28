// The logic of the stepper: positions, gradients, stops, formatting.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

// The folder is that of the package which is tested, installed or not.
const from = (module) => import(new URL(`${module}.mjs`, process.env.STEPPER_MODULES));
const { added, counted, multiplied, number, short } = await from("run/numbers");
const { gradientAt, isDone, isGrowing, prepare } = await from("run/run");
const { START, reduce, view } = await from("run/state");
const { slotName } = await from("said/words");
const { page } = await from("elements/tables");
const { actionOf } = await from("cards/keys");
const { formats, ones, products, sums, trace } = JSON.parse(readFileSync(process.env.STEPPER_DATA));

const run = prepare(trace);
const after = (...types) =>
  types.reduce((state, type) => reduce(run, state, { type }), START);
const at = (position, more = {}) => ({ ...START, position, ...more });

test("numbers are written as Python writes them", () => {
  for (const [given, text] of formats) assert.equal(short(number(given)), text);
});

test("first, previous, next and last move and stay inside", () => {
  const [, first, second] = run.steps.contribution;
  assert.equal(after("previous").position, 0);
  assert.equal(after("next", "next").position, second.end);
  assert.equal(after("next", "next", "previous").position, first.end);
  assert.equal(after("last").position, run.last);
  assert.equal(after("last", "next").position, run.last);
  assert.equal(after("last", "first").position, 0);
});

test("going somewhere moves, selects, shows a path, and stops playing", () => {
  const there = { position: run.last - 1, node: 0, path: 0 };
  const state = reduce(run, { ...START, playing: true }, { type: "go", ...there });
  assert.deepEqual(state, { ...START, position: run.last - 1, selected: 0, path: 0 });
  const start = { position: 0, node: null, path: null };
  assert.deepEqual(reduce(run, state, { type: "go", ...start }), START);
});

test("as many steps back as forth lead to the same state", () => {
  for (const unit of ["contribution", "node", "layer"]) {
    let state = { ...START, unit };
    const seen = [];
    while (state.position < run.last) {
      seen.push(state);
      state = reduce(run, state, { type: "next" });
    }
    while (seen.length) {
      state = reduce(run, state, { type: "previous" });
      assert.deepEqual(state, seen.pop());
    }
  }
});

test("gradients at a position are what the pushes so far add up to", () => {
  const totals = run.nodes.map(() => null);
  run.events.forEach((event, i) => {
    if (event.kind === "seed") totals[event.node] = event.grad;
    if (event.kind === "push") totals[event.input] += event.contribution;
    run.nodes.forEach((node, n) => assert.equal(gradientAt(node, i + 1), totals[n]));
  });
  run.nodes.forEach((node, n) => assert.equal(totals[n], node.grad));
});

test("a gradient grows from its first contribution on, and is complete from its last one on", () => {
  for (const node of run.nodes) {
    const [first, last] = [node.pushedAt[0], node.pushedAt.at(-1)];
    for (let position = 0; position <= run.last; position += 1) {
      assert.equal(isDone(node, position), position >= last);
      assert.equal(isGrowing(node, position), position >= first && position < last);
    }
  }
});

test("the steps of each unit follow on one another, and hold all events that say something", () => {
  const news = run.events.filter(
    (event) => event.kind !== "done" || run.nodes[event.node].pushedAt.length > 1,
  );
  for (const [first, ...steps] of Object.values(run.steps)) {
    assert.deepEqual(first, { start: 0, end: 0, kind: "start", events: [] });
    assert.deepEqual(steps.map(({ start }) => start), [0, ...steps.slice(0, -1).map(({ end }) => end)]);
    assert.equal(steps.at(-1).end, run.last);
    assert.deepEqual(steps.flatMap(({ events }) => events), news);
    assert.ok(steps.every(({ events }) => events.length > 0));
  }
});

test("a step by contribution is one event, or all that is passed on unchanged", () => {
  for (const { events, kind } of run.steps.contribution.slice(1)) {
    const [{ node }] = events;
    if (events.length === 1) assert.equal(kind, events[0].kind);
    else {
      assert.equal(kind, "spread");
      assert.ok(events.every((event) => event.node === node && event.local === 1));
    }
  }
  assert.equal(run.steps.contribution.filter(({ kind }) => kind === "spread").length, 1);
});

test("a product of ones is no sum", () => {
  const kinds = prepare(ones).steps.contribution.map(({ kind }) => kind);
  assert.deepEqual(kinds, ["start", "forward", "seed", "push", "push"]);
});

test("a step by node takes all that a node pushes", () => {
  const keys = run.steps.node.slice(2).map(({ events: [{ kind, node }] }) =>
    kind === "forward" || kind === "seed" ? `${kind} ${node}` : `back ${node}`,
  );
  assert.equal(new Set(keys).size, keys.length);
  const steps = run.steps.node.filter(({ kind }) => kind === "node");
  for (const { events: [first, ...others] } of steps) {
    assert.ok(others.every((event) => event.node === first.node && event.kind === "push"));
  }
  assert.ok(steps.length > 0);
});

test("a step by layer stays in the outermost scope in which Values differ", () => {
  const layers = run.steps.layer.slice(1).map(({ events }) =>
    new Set(events.map((event) => run.nodes[event.node].scope[1] ?? "")),
  );
  assert.deepEqual(
    layers.map((scopes) => [...scopes]),
    [["one"], ["two"], ["two"], ["two"], ["one"], [""]],
  );
});

test("another unit keeps the place, and a step that is begun goes on to its end", () => {
  for (const { end } of run.steps.contribution) {
    const layer = reduce(run, at(end), { type: "unit", unit: "layer" });
    assert.equal(layer.position, end);
    const { step } = view(run, layer);
    assert.equal(step.end, end);
    const next = reduce(run, layer, { type: "next" }).position;
    assert.equal(next, run.steps.layer.find((each) => each.end > end)?.end ?? run.last);
    assert.deepEqual(reduce(run, layer, { type: "unit", unit: "contribution" }), at(end));
  }
});

test("the counter counts the steps of the unit", () => {
  run.steps.node.forEach(({ end }, i) => {
    const { at: place, of } = view(run, at(end, { unit: "node" }));
    assert.deepEqual([place, of], [i, run.steps.node.length - 1]);
  });
});

test("the step says which Value is looked at, unless one is selected", () => {
  const push = run.events.findIndex((event) => event.kind === "push") + 1;
  assert.equal(view(run, at(push)).focus, run.events[push - 1].input);
  const pinned = reduce(run, at(push), { type: "select", node: 0 });
  assert.equal(view(run, pinned).focus, 0);
  assert.equal(view(run, reduce(run, pinned, { type: "follow" })).focus, run.events[push - 1].input);
});

test("questions come by contribution", () => {
  const asked = reduce(run, at(0, { unit: "layer" }), { type: "quiz" });
  assert.deepEqual([asked.quiz, asked.unit], [true, "contribution"]);
  assert.equal(reduce(run, asked, { type: "unit", unit: "node" }).quiz, false);
  assert.equal(reduce(run, asked, { type: "unit", unit: "contribution" }).quiz, true);
  assert.equal(reduce(run, asked, { type: "quiz" }).quiz, false);
});

test("playing goes on to the end and stops there", () => {
  let state = after("play");
  assert.equal(state.playing, true);
  for (let i = 0; i < run.last; i += 1) state = reduce(run, state, { type: "tick" });
  assert.deepEqual([state.position, state.playing], [run.last, false]);
  assert.equal(reduce(run, state, { type: "play" }).position, 0);
  assert.equal(reduce(run, after("play"), { type: "next" }).playing, false);
});

test("seeking goes to a step that there is", () => {
  const seek = (step) => reduce(run, START, { type: "seek", at: step }).position;
  const second = run.steps.contribution[2].end;
  assert.deepEqual([seek(-1), seek(2), seek(1e9), seek(NaN)], [0, second, run.last, 0]);
});

test("printed factors multiply to the printed product, in more digits where needed, or ≈", () => {
  for (const { numbers, result, ...expected } of products) {
    const told = multiplied(numbers.map(number), number(result));
    assert.deepEqual({ texts: told.parts, total: told.result, sign: told.sign }, expected);
  }
});

test("half a unit of the last digit is rounded either way", () => {
  assert.equal(multiplied([12.5, 1.25], 15.625).result, "15.62");
  assert.equal(multiplied([2.5, 1.25], 3.125).result, "3.125");
  assert.equal(multiplied([12.5, 1.75], 21.875).result, "21.88");
});

test("printed terms add up to the printed sum, in more digits where needed, or ≈", () => {
  for (const { numbers, result, ...expected } of sums) {
    const told = added(numbers.map(number), number(result));
    assert.deepEqual({ texts: told.parts, total: told.result, sign: told.sign }, expected);
  }
});

/** What a slot is called, of an operation with so many inputs. */
const name = (op, inputs, slot) =>
  slotName({ op, inputs: Array.from({ length: inputs }, () => ({ number: 1 })) }, slot);

test("a slot is called what it is in its operation", () => {
  assert.equal(name("Mul", 2, 0), "the first factor");
  assert.equal(name("Pow", 2, 1), "the exponent");
  assert.equal(name("Div", 2, 1), "the denominator");
  assert.equal(name("Sum", 12, 11), "the 12th term");
  assert.equal(name("Sum", 1, 0), "the only term");
  assert.equal(name("tanh", 1, 0), "the input");
  assert.equal(name("constructor", 2, 1), "the second input");
});

test("keys are ours unless something is being written", () => {
  assert.deepEqual(actionOf("ArrowRight"), { type: "next" });
  assert.deepEqual(actionOf("ArrowRight", { tag: "INPUT", type: "range" }), { type: "next" });
  assert.equal(actionOf("ArrowRight", { tag: "INPUT", type: "text", text: "1" }), null);
  assert.equal(actionOf(" ", { tag: "BUTTON" }), null);
  assert.deepEqual(actionOf("3"), { type: "unit", unit: "layer" });
  assert.equal(actionOf("x"), null);
  assert.equal(actionOf("constructor"), null);
});

test("large counts and long tables are cut to what can be read", () => {
  assert.equal(counted("1234567"), "1,234,567");
  assert.equal(counted(String(2n ** 1000n)), "about 10^301");
  assert.deepEqual(page(250, 120), { start: 100, end: 200 });
  assert.deepEqual(page(3, -1), { start: 0, end: 3 });
  assert.deepEqual(page(0, 0), { start: 0, end: 0 });
});
