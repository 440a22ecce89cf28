// The logic of the stepper: positions, gradients, stops, formatting, predictions.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

// The folder is that of the package which is tested, installed or not.
const from = (module) => import(new URL(`${module}.mjs`, process.env.STEPPER_MODULES));
const { counted, number, short } = await from("numbers");
const { gradientAt, prepare } = await from("run");
const { START, reduce, view } = await from("state");
const { judged, sentence } = await from("words");
const { page } = await from("tables");
const { actionOf } = await from("cards/keys");
const { formats, trace } = JSON.parse(readFileSync(process.env.STEPPER_DATA));

const run = prepare(trace);
const after = (...types) =>
  types.reduce((state, type) => reduce(run, state, { type }), START);
const at = (position, more = {}) => ({ ...START, position, ...more });

test("numbers are written as Python writes them", () => {
  for (const [given, text] of formats) assert.equal(short(number(given)), text);
});

test("first, previous, next and last move and stay inside", () => {
  assert.equal(after("previous").position, 0);
  assert.equal(after("next", "next").position, 2);
  assert.equal(after("next", "next", "previous").position, 1);
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
  const totals = run.nodes.map(() => 0);
  run.events.forEach((event, i) => {
    if (event.kind === "seed") totals[event.node] = event.grad;
    if (event.kind === "push") totals[event.input] += event.contribution;
    run.nodes.forEach((node, n) => assert.equal(gradientAt(node, i + 1), totals[n]));
  });
  run.nodes.forEach((node, n) => assert.equal(totals[n], node.grad));
});

test("a step by node takes all that a node pushes", () => {
  for (const end of run.stops.node.slice(1, -1)) {
    const [last, next] = [run.events[end - 1], run.events[end]];
    assert.ok(last.node !== next.node || last.kind !== next.kind);
  }
  assert.equal(run.stops.node.at(-1), run.last);
});

test("a step by layer stays in the outermost scope in which Values differ", () => {
  const layers = run.stops.layer.slice(1).map((end) => run.nodes[run.events[end - 1].node].scope);
  assert.deepEqual(
    layers.map((scope) => scope[1] ?? ""),
    ["one", "two", "two", "one", ""],
  );
});

test("the step says which Value is looked at, unless one is selected", () => {
  const push = run.events.findIndex((event) => event.kind === "push") + 1;
  assert.equal(view(run, at(push)).focus, run.events[push - 1].input);
  const pinned = reduce(run, at(push), { type: "select", node: 0 });
  assert.equal(view(run, pinned).focus, 0);
  assert.equal(view(run, reduce(run, pinned, { type: "follow" })).focus, run.events[push - 1].input);
});

test("a prediction hides the push until it is answered, and only that", () => {
  const push = run.events.findIndex((event) => event.kind === "push") + 1;
  const hidden = at(push, { quiz: true });
  assert.deepEqual([view(run, hidden).shown, view(run, hidden).hidden], [push - 1, true]);
  const number = short(run.events[push - 1].contribution);
  assert.ok(!sentence(run, view(run, hidden)).endsWith(`${number}.`));
  const answered = reduce(run, hidden, { type: "answer", text: "3" });
  assert.deepEqual([view(run, answered).shown, view(run, answered).hidden], [push, false]);
  assert.equal(reduce(run, hidden, { type: "next" }).position, push);
  assert.equal(view(run, reduce(run, hidden, { type: "next" })).hidden, false);
  assert.equal(view(run, reduce(run, answered, { type: "next" })).position, push + 1);
  assert.equal(view(run, at(push - 1, { quiz: true })).hidden, false);
});

test("a prediction within one percent is right", () => {
  assert.equal(judged("0.642", 0.64245416), "Right.");
  assert.equal(judged(" 0,642 ", 0.64245416), "Right.");
  assert.equal(judged("−2", -2), "Right.");
  assert.equal(judged("0.6", 0.64245416), "You predicted 0.6.");
  assert.equal(judged("0", 0), "Right.");
  assert.equal(judged("many", 1), "That is not a number.");
  assert.equal(judged("", 1), "");
});

test("playing goes on to the end and stops there", () => {
  let state = after("play");
  assert.equal(state.playing, true);
  for (let i = 0; i < run.last; i += 1) state = reduce(run, state, { type: "tick" });
  assert.deepEqual([state.position, state.playing], [run.last, false]);
  assert.equal(reduce(run, state, { type: "play" }).position, 0);
  assert.equal(reduce(run, after("play"), { type: "next" }).playing, false);
});

test("seeking goes to a position that there is", () => {
  const seek = (position) => reduce(run, START, { type: "seek", position }).position;
  assert.deepEqual([seek(-1), seek(2), seek(1e9), seek(NaN)], [0, 2, run.last, 0]);
});

test("keys are ours unless something is being written", () => {
  assert.deepEqual(actionOf("ArrowRight"), { type: "next" });
  assert.deepEqual(actionOf("ArrowRight", { tag: "INPUT", type: "range" }), { type: "next" });
  assert.equal(actionOf("ArrowRight", { tag: "INPUT", type: "text" }), null);
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
