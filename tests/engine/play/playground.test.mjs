// The logic of the playground: numbers for new names, addresses, and where a reader stands.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const from = (module) => import(new URL(`${module}.mjs`, process.env.STEPPER_MODULES));
const formulas = await from("playground/formulas");
const { formulaIn, galleryEntry, galleryParts, namesInFormula, numbersFor, unusedSays } = formulas;
const { addressAt, followed, stateAt } = await from("playground/followed");
const { readLink, writeLink } = await from("playground/link");
const { documentOf, functionsOf } = await from("formula/document");
const { laidOut } = await from("layout/layout");
const { prepare } = await from("run/run");
const { START } = await from("run/state");
const { changesSince, earlierOf } = await from("cards/changed");

const { rows, gallery } = JSON.parse(readFileSync(process.env.STEPPER_DATA));
const functions = functionsOf(rows);
const read = (text) => formulaIn(text, functions);

const place = (run, name) => run.nodes.findIndex((node) => node.name === name);

/** A formula as the page shows it; `previous` is another one that was shown before. */
function shown(text, previous = null) {
  const expression = read(text);
  const trace = documentOf(expression, numbersFor(expression.names, new Map()), rows);
  const labels = namesInFormula(expression);
  return { run: prepare(trace, null), keys: laidOut(trace, { labels, previous }).keys, trace };
}

test("a formula is read, or the reason is told", () => {
  assert.deepEqual(read("tanh(w*x)").names, ["w", "x"]);
  assert.match(read("tanh(w*x"), /^this \( is never closed\n {2}tanh\(w\*x\n {6}\^$/);
  assert.match(read("tanhh(x)"), /did you mean 'tanh'/);
  assert.equal(typeof read(Array(150).fill("x").join("+")), "object");
  const large = read(Array(151).fill("x").join("+"));
  assert.match(large, /^The formula has 301 operations and names, more than 300: too many/);
  assert.match(read("x".repeat(10_001)), /more than 10,000/);
});

test("pi and e are what they are everywhere, unless a reader says otherwise", () => {
  const numbers = numbersFor(["pi", "x", "e", "π"], new Map());
  assert.deepEqual([...numbers.values()], [Math.PI, 2, Math.E, Math.PI]);
  assert.equal(numbersFor(["pi"], new Map([["pi", 3]])).get("pi"), 3);
});

test("names that stay keep their numbers, and new ones get numbers that differ", () => {
  const numbers = numbersFor(["w", "x", "b", "y"], new Map([["x", 7], ["old", 3]]));
  assert.deepEqual([...numbers.keys()], ["w", "x", "b", "y"]);
  assert.equal(numbers.get("x"), 7);
  assert.equal(new Set(numbers.values()).size, 4);
  assert.equal(numbersFor(["x"], new Map()).get("x"), 2);
  const many = numbersFor(Array.from({ length: 20 }, (_, i) => `n${i}`), new Map());
  assert([...many.values()].every(Number.isFinite));
});

test("an address says formula, numbers, step and selection, and is read back", () => {
  const formula = "h = tanh(w*x + b)\n(h - y)**2 / 3";
  const address = { step: 9, unit: "node", select: "w", view: "stage", set: [["w", 0.5], ["x", -2]] };
  const link = writeLink(formula, address);
  assert.deepEqual(readLink("", link), { formula, ...address });
  assert(link.startsWith("#formula=h+%3D+tanh(w*x+%2B+b)%0A(h+-+y)**2+/+3&step=9"), link);
  assert.deepEqual(readLink("", ""), {});
  assert.deepEqual(readLink("", "#formula=&set=x:NaN&set=y:1e999&set=:3&step=x"), { formula: "" });
});

test("an address says the open table, the learning rate and edited examples", () => {
  const address = { tab: "Descent", rate: 0.03, rows: [[0, 1.5], [-2, 1e-7]] };
  const link = writeLink("x", address);
  assert.equal(link, "#formula=x&tab=Descent&rate=0.03&rows=0:1.5,-2:1e-7");
  assert.deepEqual(readLink("", link), { formula: "x", ...address });
  assert.deepEqual(readLink("", "#rate=-1&rows=1:x&tab="), {});
  assert.deepEqual(readLink("", "#set=x:1/4&set=y:-0&set=z:1/0").set, [["x", 0.25], ["y", 0]]);
});

test("any text is a formula in an address, and comes back as it was", () => {
  for (const formula of ["a&b=c", "#", "%41", "<script>alert(1)</script>", "é\n\u2028😀", "a+b c"]) {
    assert.equal(readLink("", writeLink(formula, {})).formula, formula);
  }
});

test("a reader stays at the event that still happens", () => {
  const one = shown("h = tanh(w*x)\n(h - y)**2");
  const other = shown("h = tanh(w*x + b)\n(h - y)**2", { ...one.trace, ...laid(one) });
  const old = (position, selected) => ({
    run: () => one.run, state: () => ({ ...START, position, selected, unit: "node" }),
  });
  const pushed = one.run.events.findIndex(
    ({ kind, node }) => kind === "push" && node === place(one.run, "h"),
  );
  const now = followed(old(pushed + 1, place(one.run, "x")), one.keys, other.run, other.keys);
  const event = other.run.events[now.position - 1];
  assert.deepEqual([event.kind, other.run.nodes[event.node].name], ["push", "h"]);
  assert.equal(other.run.nodes[now.selected].name, "x");
  assert.equal(now.unit, "node");
  assert.equal(followed(old(0, null), one.keys, other.run, other.keys).position, 0);
  const last = followed(old(one.run.last, null), one.keys, other.run, other.keys);
  assert.deepEqual([last.position, last.selected], [other.run.last, null]);
});

/** What a layout needs of one before it. */
const laid = ({ trace }) => laidOut(trace, { labels: new Set(["h", "w", "x", "y"]) });

test("where an event is gone, a reader stays about as far, in the same sweep", () => {
  const one = shown("exp(x) + sin(x)");
  const other = shown("y*y*y*y", { ...one.trace, ...laid(one) });
  for (let position = 1; position < one.run.last; position++) {
    const state = { ...START, position, selected: 1 };
    const old = { run: () => one.run, state: () => state };
    const now = followed(old, one.keys, other.run, other.keys);
    assert.equal(now.position < other.run.seed, position < one.run.seed);
    assert(now.position >= 0 && now.position <= other.run.last);
  }
});

test("an address leads to a step that there is, and to a name that there is", () => {
  const { run } = shown("w*x");
  assert.equal(stateAt(run, { step: 10_000 }).position, run.last);
  assert.equal(stateAt(run, { select: "w" }).selected, 0);
  assert.deepEqual(stateAt(run, { select: "</script>" }).selected, null);
  const player = { run: () => run, state: () => ({ ...START, position: run.last, selected: 1 }),
    told: () => ({ tab: "Descent" }) };
  const said = addressAt(player, new Map([["w", 2]]), "");
  assert.deepEqual([said.select, said.set, said.tab], ["x", [["w", 2]], "Descent"]);
  assert.equal(stateAt(run, said).position, run.last);
});

test("the gallery is known by its formulas, and says what to look at", () => {
  const [first] = gallery;
  assert.equal(galleryEntry(` ${first.formula}\n`, gallery), first);
  assert.equal(galleryEntry("x*x*x", gallery), null);
  const { trace, run } = shown(first.formula);
  const { about, examples } = galleryParts(first, trace);
  assert.deepEqual(about.sentences.map(({ text }) => text),
    first.sentences.map((each) => each.text ?? each));
  const [told, waiting] = about.sentences;
  assert.deepEqual([told.at, told.waits], [null, undefined]);
  assert.deepEqual([waiting.at, waiting.waits], [run.last, "x"]);
  assert.equal(examples, null);
  assert.deepEqual(galleryParts(null, trace), { about: null, examples: null });
});

test("the examples of a formula are those of its leaves", () => {
  const entry = gallery.find(({ examples }) => examples);
  const { nodes, events } = shown(entry.formula).trace;
  const { leaves, rows } = galleryParts(entry, { nodes, events }).examples;
  assert.deepEqual(leaves.map((place) => nodes[place].name), Object.keys(entry.examples));
  assert.deepEqual(rows.map((row) => row[0]), Object.values(entry.examples)[0]);
});

test("names that the output does not depend on are told", () => {
  const [several, one, ...none] = [
    "a = x*x\ny = b*2", "a = x*x\ny = x*2", "a = tanh(x); y = a + sum(a, x, 3)", "3",
  ].map((text) => unusedSays(read(text)));
  assert.equal(several, "a and x are not used: the output does not depend on them.");
  assert.equal(one, "a is not used: the output does not depend on it.");
  assert.deepEqual(none, ["", ""]);
});

test("what was before is compared with what is, as far as it has arrived", () => {
  const one = shown("h = relu(w*x)\n(h - y)**2").run;
  const other = shown("h = tanh(w*x)\n(h - y)**2").run;
  const [was, is] = [one, other].map((run) => run.nodes[place(run, "w")].grad);
  const before = earlierOf(one);
  assert.deepEqual([before.data, before.grads.get("w")], [one.nodes.at(-1).data, was]);
  const found = changesSince(before, other, { shown: other.last });
  assert.deepEqual(found.map(({ name }) => name),
    ["Pow", "gradient of w", "gradient of x", "gradient of y"]);
  assert.deepEqual([found[1].was, Number(found[1].is).toFixed(3)],
    [String(was), is.toFixed(3)]);
  assert.deepEqual(changesSince(before, other, { shown: other.seed }).length, 1);
  assert.equal(changesSince(before, one, { shown: one.last }).length, 1);
  const [output, gradient] = changesSince(before, shown("L = h*w").run, { shown: 99 });
  assert.deepEqual([output.name, gradient.was], ["the output", "–"]);
});

test("an output that changes beyond its printed digits is printed in more", () => {
  const { run } = shown("(w*x - y)**2");
  const before = { ...earlierOf(run), data: run.nodes.at(-1).data + 1e-9 };
  const [{ was, is }] = changesSince(before, run, { shown: run.last });
  assert.notEqual(was, is);
  assert.ok(was.length > is.length);
});

test("an edit goes on until a reader pauses", () => {
  let now = 0;
  const begins = formulas.editing(() => now);
  const found = [0, 100, 1900, 3800, 6000, 6100].map((time) => {
    now = time;
    return begins();
  });
  assert.deepEqual(found, [true, false, false, false, true, false]);
});

test("an output that is a lone number has the name that the formula gives it", () => {
  assert.equal(shown("y = 3").run.nodes[0].name, "y");
  assert.equal(shown("y = 3; 4").run.nodes[0].name, "a");
});
