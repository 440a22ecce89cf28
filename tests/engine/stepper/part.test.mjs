// A part of a run: where a page starts and stops, and that what it leaves out is in no text.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const from = (module) => import(new URL(`${module}.mjs`, process.env.STEPPER_MODULES));
const { prepare } = await from("run/run");
const { CurrentRun, liveRun } = await from("live/current");
const { START, reduce, view } = await from("run/state");
const { sentence } = await from("said/words");
const { whoIsNext } = await from("said/next");
const { because } = await from("picture/arrows");
const { pages, trace } = JSON.parse(readFileSync(process.env.STEPPER_DATA));

const UNITS = ["contribution", "node", "layer"];

/** The run of a page that shows a part. */
const part = (more, of = trace) =>
  prepare({ ...of, shown: { start: 0, stop: of.events.length, hide: [], ...more } });

const numbers = ({ nodes }) => nodes.map(({ uses, pushedAt }) => [uses, pushedAt]);

const last = (run, unit = "contribution") =>
  view(run, reduce(run, { ...START, unit }, { type: "last" }));

test("a page without a part has all of the run", () => {
  const [all, whole] = [prepare(trace), part({})];
  assert.deepEqual(whole.steps, all.steps);
  assert.equal(all.start, 0);
  assert.equal(all.last, trace.events.length);
});

test("wherever it stops, the steps are those of the whole run up to there, in each unit", () => {
  const all = prepare(trace);
  for (let stop = 0; stop <= trace.events.length; stop += 1) {
    const run = part({ stop });
    for (const unit of UNITS) {
      const steps = run.steps[unit];
      const whole = all.steps[unit].filter(({ end }) => end <= stop);
      assert.deepEqual(steps.slice(0, whole.length), whole);
      assert.ok(steps.length <= whole.length + 1);
      assert.equal(steps.at(-1).end, stop);
      assert.equal(last(run, unit).position, stop);
      assert.equal(last(run, unit).next, null);
    }
  }
});

test("no action leads behind the last step, and a gradient is complete when it always is", () => {
  const stop = trace.events.findIndex(([kind]) => kind === "push") + 1;
  const run = part({ stop });
  for (const action of [
    { type: "go", position: trace.events.length, node: null, path: null },
    { type: "seek", at: 1000 },
    { type: "last" },
  ]) assert.equal(reduce(run, START, action).position, stop);
  assert.deepEqual(numbers(run), numbers(prepare(trace)));
  assert.match(whoIsNext(run, last(run)), /^This was the last step of this page\.$/);
});

test("it begins with its own first step", () => {
  assert.equal(part({ start: 3 }).start, 3);
});

test("without rules a local derivative is its number", () => {
  for (const page of Object.values(pages)) {
    const run = part({ hide: ["rules"] }, page);
    const seen = last(run);
    run.nodes.forEach(({ inputs }, node) =>
      inputs.filter((input) => "node" in input).forEach((_, place) => {
        const parts = because(run, seen, { node, place }).split(/, where /)[0].split(" = ");
        assert.equal(parts.length, 2);
        assert.match(parts[0], /^d\(.*\)\/d.+$/);
        assert.match(parts[1], /^(-?[\d.]+(e[-+]\d+)?|-?inf|nan)$/);
      }),
    );
  }
});

test("without gradients no sentence, hint or reason speaks of them", () => {
  const stop = trace.events.findIndex(([kind]) => kind === "seed");
  const run = part({ stop, hide: ["gradients"] });
  for (let at = 0; at < run.steps.contribution.length; at += 1) {
    const seen = view(run, reduce(run, START, { type: "seek", at }));
    const said = `${sentence(run, seen)} ${whoIsNext(run, seen)}`;
    assert.doesNotMatch(said, /gradient|slope|∂/);
  }
  assert.equal(because(run, last(run), { node: run.output, place: 0 }), "");
});

test("what is left out stays so when numbers change", () => {
  const hide = ["checks", "plot", "rules"];
  for (const page of Object.values(pages)) {
    const shown = { start: 0, stop: page.events.length, hide };
    const current = new CurrentRun(liveRun({ ...page, shown }));
    const leaf = current.run.live.stays.indexOf("");
    current.change({ type: "set", numbers: new Map([[leaf, 0.7]]) });
    for (let twice = 0; twice < 2; twice += 1) {
      const { nodes, last } = current.run;
      assert.equal(last, page.events.length);
      assert.ok(nodes.every(({ curve, numeric }) => curve === null && numeric === null));
      const rules = nodes.flatMap(({ inputs }) => inputs.flatMap(({ rule }) => rule ?? []));
      assert.ok(rules.every(({ symbols }) => !symbols.includes(" = ")));
      assert.ok(rules.every(({ numbers }) => /^= [^=]+(, where .*)?$/.test(numbers)));
      current.complete();
    }
  }
});

test("without checks and plots no node has one", () => {
  const run = part({ hide: ["checks", "plot"] });
  assert.ok(run.nodes.every(({ curve, numeric }) => curve === null && numeric === null));
  assert.ok(prepare(trace).nodes.some(({ curve }) => curve));
  assert.ok(prepare(trace).nodes.some(({ numeric }) => numeric));
});
