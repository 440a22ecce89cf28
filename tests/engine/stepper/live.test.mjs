// The logic of numbers that a reader changes: typed, stepped, in the address, and what a run is then.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const from = (module) => import(new URL(`${module}.mjs`, process.env.STEPPER_MODULES));
const { nudged, stepFor, typed, typedNumber } = await from("run/nudges");
const { readAddress, writeAddress } = await from("address");
const { liveOf, traceNow, withLeaves, atSaved } = await from("live/live");
const { changedLeaves, otherNumbers, valuesOf } = await from("live/leaves");
const { CurrentRun, liveRun } = await from("live/current");
const { mayChange } = await from("cards/numbers");
const { alike, pages, trace } = JSON.parse(readFileSync(process.env.STEPPER_DATA));

const documents = { ...pages, trace };
const leavesOf = (live) => [...live.stays.keys()].filter((i) => live.stays[i] === "");

test("a typed number is a finite decimal one, or a fraction; a zero has no sign", () => {
  const read = { "0.5": 0.5, " -2 ": -2, "−1,5": -1.5, "1e-3": 0.001, ".5": 0.5, "2.": 2, "+3": 3,
    "1/3": 1 / 3, " -1,5 / 4 ": -0.375, "-0": 0, "0/-2": 0 };
  for (const [text, x] of Object.entries(read)) assert.equal(typedNumber(text), x, text);
  for (const text of ["", " ", "-", "1e999", "nan", "Infinity", "0x10", "1 2", "1,2,3", "alert(1)",
    "1/0", "1/", "1/2/3"])
    assert.equal(typedNumber(text), null, text);
});

test("a step suits the size of a number", () => {
  const steps = [[0, 0.1], [0.5, 0.1], [-2, 0.1], [9.9, 0.1], [20, 1], [-345, 10], [0.05, 0.01],
    [0.002, 0.001], [NaN, 0.1], [Infinity, 0.1]];
  for (const [x, step] of steps) assert.equal(stepFor(x), step, `${x}`);
});

test("a number that is moved has no digits that rounding adds", () => {
  assert.equal(nudged(0.1, 2, 0.1), 0.3);
  assert.equal(nudged(0.7, -7, 0.1), 0);
  assert.equal(nudged(1e-20, 1, 1e-20), 2e-20);
  assert.equal(nudged(1e20, 1, 1e19), 1.1e20);
  assert.equal(nudged(1 / 3, 0, 0.1), 1 / 3);
  assert.equal(nudged(NaN, 1, 0.1), 0.1);
  assert.deepEqual([typed(-0), typed(1e21), typed(NaN)], ["-0", "1e+21", ""]);
});

test("an address says numbers, and what is none is left out", () => {
  const set = [["layer1.w[0]", -0.25], ["a:b & c", 1e21], ["x", 2]];
  const text = writeAddress({ set });
  assert.ok(text.startsWith("#set=layer1.w[0]:-0.25&set="));
  assert.deepEqual(readAddress("", text), { set });
  const bad = "#set=x:nan&set=x:1e999&set=:1&set=x&set=&set=x:<b>&set=x:0x1&set=y:3";
  assert.deepEqual(readAddress("", bad), { set: [["y", 3]] });
});

test("while no number is another one, the trace is the saved one itself", () => {
  for (const document of Object.values(documents)) {
    const live = liveOf(document);
    assert.equal(traceNow(live, true), document);
    assert.ok(leavesOf(live).length > 0);
    for (const place of leavesOf(live)) {
      const moved = withLeaves(live, new Map([[place, live.saved[place] + 0.5]]));
      assert.ok(moved.isChanged);
      assert.notEqual(traceNow(moved, false), document);
      assert.deepEqual([...live.data], [...live.saved]);
      const back = withLeaves(moved, new Map([[place, live.saved[place]]]));
      assert.equal(traceNow(back, false), document);
      assert.equal(traceNow(atSaved(moved), false), document);
    }
  }
});

test("results, leaves that stay, and what is not finite are not set", () => {
  const live = liveOf(trace);
  const inner = live.stays.findIndex((reason) => reason !== "");
  const [leaf] = leavesOf(live);
  assert.equal(live.stays[inner], "it is computed from its inputs");
  assert.equal(withLeaves(live, new Map([[inner, 1], [leaf, NaN], [99, 1]])).isChanged, false);
});

test("leaves that lead to a locked operation stay, and say why; so do they where data was set", () => {
  const given = liveRun(alike);
  const reason = "its local derivatives were given as numbers";
  const names = ["m.a", "b"].map((name) => alike.nodes.findIndex((node) => node.name === name));
  for (const place of names) {
    assert.equal(mayChange(given, place), false);
    assert.equal(given.live.stays[place], reason);
  }
  const [leaf] = leavesOf(liveOf(trace));
  const nodes = trace.nodes.map((node, i) => (i === leaf ? { ...node, data: 17 } : node));
  assert.match(liveOf({ ...trace, nodes }).stays[leaf], /^its number has been set/);
});

test("a number that was set is found beside a large one, next to the right one, and infinite", () => {
  const place = trace.nodes.findIndex(({ inputs }) => inputs.length > 0);
  const { data } = trace.nodes[place];
  const stays = (/** @type {number | string} */ number) => {
    const nodes = trace.nodes.map((node, i) => (i === place ? { ...node, data: number } : node));
    const [first] = trace.nodes[place].inputs.filter((each) => "node" in each);
    return liveOf({ ...trace, nodes }).stays[first.node];
  };
  for (const number of [data * (1 + 1e-10) + 1e-10, "Infinity", "NaN"])
    assert.match(stays(number), /^its number has been set/, String(number));
  assert.equal(stays(data * (1 + 1e-15)), "");
});

test("a run is replaced, and the first one comes back", () => {
  const first = liveRun(trace);
  const current = new CurrentRun(first);
  const [leaf] = leavesOf(first.live);
  const before = JSON.stringify([first.nodes, first.events]);
  current.change({ type: "set", numbers: new Map([[leaf, 3.5]]) });
  assert.equal(current.isWhole, false);
  const moving = current.run;
  assert.equal(moving.nodes[leaf].data, 3.5);
  assert.equal(current.run, moving);
  assert.equal(moving.nodes[leaf].numeric, null);
  assert.equal(current.complete(), true);
  assert.equal(current.complete(), false);
  assert.notEqual(current.run.nodes[leaf].numeric, null);
  moving.nodes.forEach((node, i) => {
    assert.deepEqual(node.paths, current.run.nodes[i].paths);
    assert.deepEqual(node.curve, current.run.nodes[i].curve);
  });
  assert.deepEqual(moving.steps.node, current.run.steps.node);
  assert.ok(JSON.stringify([first.nodes, first.events]) === before);
  current.change({ type: "reset" });
  assert.equal(current.run, first);
});

test("leaves are told by their names", () => {
  const live = liveOf(trace);
  const names = trace.nodes.map(({ name }) => name);
  const [leaf] = leavesOf(live);
  const values = valuesOf(names, live);
  assert.deepEqual(Object.keys(values), leavesOf(live).map((i) => names[i]));
  const given = [[names[leaf], 9], [names.at(-1), 1], ["nobody", 2]];
  const others = otherNumbers(names, live, given);
  assert.deepEqual([...others], [[leaf, 9]]);
  assert.deepEqual(changedLeaves(names, withLeaves(live, others)), [[names[leaf], 9]]);
});
