// The logic of the screen: the address of a page, keys while something is written, the pace.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const from = (module) => import(new URL(`${module}.mjs`, process.env.STEPPER_MODULES));
const { readAddress, writeAddress } = await from("address");
const { otherSpeed, pause } = await from("run/pace");
const { prepare } = await from("run/run");
const { START, reduce, view } = await from("run/state");
const { actionOf } = await from("cards/keys");
const seen = (count) => ({ pushes: Array.from({ length: count }) });
const at = (speed) => ({ ...START, speed });
const run = prepare(JSON.parse(readFileSync(process.env.STEPPER_DATA)).trace);

test("an address says the step, the unit, the Value and the view", () => {
  const address = { step: 12, unit: "node", select: "w[2]", view: "stage" };
  assert.equal(writeAddress(address), "#step=12&unit=node&select=w[2]&view=stage");
  assert.deepEqual(readAddress("", writeAddress(address)), address);
  assert.deepEqual(readAddress("?view=compact", "#step=3"), { step: 3, view: "compact" });
  assert.equal(writeAddress({ step: 0, unit: "contribution", select: "", view: "" }), "");
  assert.deepEqual(readAddress("", ""), {});
});

test("any name is read back from an address, and what makes no sense is left out", () => {
  for (const select of ["a & b", "50%", "#1 = x", "Mul + 2", "naïve 🧠", "</script>", "a?b"]) {
    assert.equal(readAddress("", writeAddress({ select })).select, select);
  }
  writeAddress({ select: "\ud800" });
  assert.deepEqual(readAddress("?view=upside", "#step=-1&unit=year"), {});
  assert.deepEqual(readAddress("?view", "#step=1.5&%E0%A4%A"), {});
});

test("in the field of an answer keys are ours where they write nothing", () => {
  const field = { tag: "INPUT", type: "text", text: "" };
  assert.deepEqual(actionOf("ArrowRight", field), { type: "next" });
  assert.deepEqual(actionOf("p", field), { type: "quiz" });
  for (const key of ["2", "-", ".", "e", "s", " "]) assert.equal(actionOf(key, field), null);
  const written = { ...field, text: "0.5" };
  for (const key of ["ArrowRight", "Home", "p"]) assert.equal(actionOf(key, written), null);
  assert.deepEqual(actionOf("Escape", written), { type: "escape" });
  assert.equal(actionOf("ArrowRight", { tag: "INPUT", type: "search", text: "" }), null);
});

test("a letter with which an answer may begin is for the field", () => {
  const field = { tag: "INPUT", type: "text", text: "", letters: "pw" };
  for (const key of ["p", "P", "w"]) assert.equal(actionOf(key, field), null);
  assert.deepEqual(actionOf("ArrowRight", field), { type: "next" });
  assert.deepEqual(actionOf("p", { ...field, letters: "yn" }), { type: "quiz" });
});

test("escape ends the quiz first, and then the selection", () => {
  const chosen = { ...START, quiz: true, selected: 0, tries: 1 };
  const calm = reduce(run, chosen, { type: "escape" });
  assert.deepEqual([calm.quiz, calm.selected, calm.tries], [false, 0, 0]);
  assert.equal(reduce(run, calm, { type: "escape" }).selected, null);
});

test("a step with more to read is shown longer, and a long run played fast takes a minute", () => {
  assert.ok(pause(run, at("normal"), seen(1)) >= 2000);
  assert.ok(pause(run, at("normal"), seen(3)) > pause(run, at("normal"), seen(1)));
  assert.ok(pause(run, at("slow"), seen(1)) > pause(run, at("normal"), seen(1)));
  assert.ok(pause(run, at("fast"), seen(1)) < pause(run, at("normal"), seen(1)));
  assert.ok(pause(run, at("normal"), seen(1000)) <= 6000);
  const long = { ...run, steps: { contribution: Array.from({ length: 600 }) } };
  assert.equal(pause(long, at("fast"), seen(1)), 100);
});

test("the speed goes round, and is kept", () => {
  assert.deepEqual(["slow", "normal", "fast"].map(otherSpeed), ["normal", "fast", "slow"]);
  const fast = reduce(run, START, { type: "speed" });
  assert.equal(reduce(run, fast, { type: "next" }).speed, "fast");
  assert.equal(view(run, fast).at, 0);
});

test("at any position there is a next step that says something, but for the end", () => {
  for (let position = 0; position < run.last; position += 1) {
    const { next } = view(run, { ...START, position });
    assert.ok(next === null || next.events.length > 0);
  }
  assert.equal(view(run, { ...START, position: run.last }).next, null);
});
