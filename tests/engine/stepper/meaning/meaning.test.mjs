// What is said of a nudge and of steps against the gradient, and what they compute.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const from = (module) => import(new URL(`${module}.mjs`, process.env.STEPPER_MODULES));
const { decimal, agree, timesAll } = await from("run/decimals");
const { liveRun } = await from("live/current");
const { outputAt } = await from("live/retrace");
const { nudgeBy } = await from("meaning/nudge");
const { cautionOf, directionOf, noNudge, nudgeSays } = await from("meaning/says");
const { descentSays } = await from("meaning/outcomes");
const { meaning } = await from("said/meaning");
const { sentence } = await from("said/words");
const { START, view } = await from("run/state");
const leaves = await from("meaning/leaves");
const { bySize, examplesOf, isData, learning, leavesOf, whyNoExamples } = leaves;
const { curveWith, numberAcross } = await from("meaning/plots");
const { curvePath, scales } = await from("cards/plot");
const { steepest } = await from("said/meaning");
const { whoIsNext } = await from("said/next");
const { whyNone } = await from("said/zero");
const { printAlike, printed, short } = await from("run/numbers");
const { printIn } = await from("run/alike");
const { pushLines, shownLines } = await from("said/lines");
const { shortRule } = await from("said/rules");
const { wayDown } = await from("meaning/says");
const { descended, meanOver, rateFor } = await from("meaning/descent");
const { traces, xor } = JSON.parse(readFileSync(process.env.STEPPER_DATA));

const pairs = Object.entries(traces).map(([name, each]) => [name, liveRun(each)]);
const runs = Object.fromEntries(pairs);
const placeOf = (run, name) => run.nodes.findIndex((node) => node.name === name);

function nudgeOf(run, name, h) {
  const place = placeOf(run, name);
  const { data: x, grad: slope } = run.nodes[place];
  const f = outputAt(run.live.graph, run.live.data, place);
  return { f, nudge: nudgeBy(f, { x, y: run.nodes[run.output].data, slope }, h) };
}

const learnt = (run) => learning(run).map((place) => run.nodes[place].name);

const says = (run, name, h) =>
  nudgeSays(name, run.nodes[run.output].name, nudgeOf(run, name, h).nudge);

test("a nudge of x*x at 3 is said with its estimate, its truth and their quotient", () => {
  assert.deepEqual(says(runs.square, "x", 0.01), [
    "If x grows by 0.01, y grows by about 0.06: gradient × nudge = 6 × 0.01 = 0.06.",
    "Really y grows by 0.0601, from 9 to 9.0601.",
    "Change / nudge = 0.0601 / 0.01 = 6.01; the gradient is 6.",
  ]);
  assert.deepEqual(says(runs.square, "x", -0.5), [
    "If x falls by 0.5, y falls by about 3: gradient × nudge = 6 × (-0.5) = -3.",
    "Really y falls by 2.75, from 9 to 6.25.",
    "Change / nudge = -2.75 / (-0.5) = 5.5; the gradient is 6.",
  ]);
  assert.match(says(runs.square, "x", 0)[0], /^If x stays, so does y: .* = 6 × 0 = 0\.$/);
  assert.match(says(runs.square, "x", 0)[1], /0\/0, is no number/);
});

test("a number may grow and the output fall, and the other way round", () => {
  assert.match(says(runs.falling, "x", 0.1)[0], /^If x grows by 0.1, y falls by about 0.2: /);
  assert.match(says(runs.falling, "x", 0.1)[1], /^Really y falls by 0.2, from -6 to -6.2\.$/);
  assert.match(says(runs.falling, "x", -0.1)[0], /^If x falls by 0.1, y grows by about 0.2: /);
});

test("the quotient comes to the gradient as the nudge goes to 0", () => {
  for (const run of [runs.square, runs.neuron, xorRun()])
    for (const place of leavesOf(run)) {
      const { name, grad } = run.nodes[place];
      const gaps = [1e-2, 1e-4, 1e-6].map((h) =>
        Math.abs(nudgeOf(run, name, h).nudge.quotient - grad));
      assert.ok(gaps[2] <= 1e-5 * Math.max(1, Math.abs(grad)), `${name}: ${gaps}`);
      assert.ok(gaps[1] <= gaps[0] / 50 + 1e-9, `${name}: ${gaps}`);
    }
});

test("at a kink the truth is another one, and it is said why", () => {
  const { nudge } = nudgeOf(runs.kink, "x", 0.01);
  const numeric = runs.kink.nodes[placeOf(runs.kink, "x")].numeric;
  assert.deepEqual(says(runs.kink, "x", 0.01).slice(0, 2), [
    "If x grows by 0.01, y stays about the same: gradient × nudge = 0 × 0.01 = 0.",
    "Really y grows by 0.01, from 0 to 0.01.",
  ]);
  assert.equal(says(runs.kink, "x", -0.01)[1], "Really y does not change: it stays at 0.");
  assert.equal(cautionOf("y", nudge, numeric),
    "y has a kink here: the slopes are 0 and 1; its gradient here is a convention.");
});

test("what differs is explained: a bend, too small a nudge, a wrong gradient", () => {
  const ok = { verdict: "ok" };
  const caution = (name, h) => cautionOf("y", nudgeOf(runs[name], "x", h).nudge, ok);
  assert.equal(caution("square", 0.01), "");
  assert.match(caution("square", 3), /^y bends on the way: a smaller nudge comes nearer/);
  assert.match(caution("square", 1e-15), /lost in rounding/);
  assert.match(caution("square", 1e-20), /lost in rounding/);
  assert.equal(caution("square", 0), "");
  const { nudge } = nudgeOf(runs.square, "x", 0.01);
  assert.match(cautionOf("y", nudge, { verdict: "WRONG" }), /do not agree/);
});

test("nothing is said where nothing is true", () => {
  const at = { x: 1, y: 1, slope: 1 };
  assert.equal(noNudge("x", "y", at), "");
  assert.equal(noNudge("x", "y", { ...at, y: NaN }), "y is nan: nothing can be said of a nudge.");
  assert.equal(noNudge("x", "y", { ...at, x: -Infinity }),
    "x is -inf: nothing can be said of a nudge.");
  assert.equal(noNudge("x", "y", { ...at, slope: Infinity }),
    "The gradient of x is inf: it does not say how much y changes.");
  assert.equal(says(runs.logarithm, "x", -0.5)[1], "Really y becomes nan.");
});

test("printed factors give the printed product, or it says about", () => {
  let about = 0;
  for (const run of [runs.neuron, runs.square, xorRun()])
    for (const { name } of run.nodes)
      for (const h of [0.01, -0.03, 1 / 3, 1e-5]) {
        const [, a, b, sign, product] =
          says(run, name, h)[0].match(/nudge = (\S+) × \(?([^\s)]+)\)? (=|≈) (\S+)\.$/);
        const [first, second, result] = [a, b, product].map(decimal);
        const lengths = [first, second, result]
          .map(({ digits }) => `${digits}`.replace("-", "").length);
        const isSame = agree(timesAll([first, second]), result, Math.max(4, ...lengths));
        about += sign === "≈";
        if (sign === "=") assert.ok(isSame, `${a} × ${b} = ${product}`);
      }
  assert.ok(about < 10);
});

test("the way down is against the gradient", () => {
  assert.equal(directionOf("w", "Loss", 2), "To lower Loss, w goes down.");
  assert.equal(directionOf("w", "Loss", -2), "To lower Loss, w goes up.");
  assert.equal(directionOf("w", "Loss", 0), "The gradient does not say where w is to go.");
  assert.equal(directionOf("w", "Loss", NaN), "");
});

test("a plot is as wide as its nudge, and a place in it is a number", () => {
  const { f, nudge } = nudgeOf(runs.square, "x", 100);
  const wide = curveWith(f, nudge, 100);
  assert.ok(wide.left <= -97 && wide.right >= 103);
  const near = curveWith(f, nudge, 0.01);
  assert.ok(near.left < 3 && near.right > 3 && near.right - near.left < 20);
  const middle = (near.left + near.right) / 2;
  assert.ok(Math.abs(numberAcross(near, 0.5) - middle) < 1e-9);
  assert.ok(numberAcross(near, 0) < near.left && numberAcross(near, 1) > near.right);
  const level = curveWith(() => 5, { x: 1, y: 5, slope: 0 }, 0.01);
  assert.deepEqual([level.left, level.right, level.heights], [0, 2, [5, 5]]);
});

test("data stays, by its name, and what is left learns", () => {
  for (const name of ["x", "x[0]", "x_1", "x1", "y", "target", "inputs[2]", "model.x", "x#2"])
    assert.ok(isData(name), name);
  for (const name of ["w", "b", "h", "max", "xavier", "layer1.neuron1.w[0]", "alpha", "z[0]"])
    assert.ok(!isData(name), name);
  assert.deepEqual(learnt(runs.neuron), ["w[0]", "w[1]", "b"]);
  assert.deepEqual(learnt(runs.square), ["x"]);
  assert.deepEqual(learning(runs.locked), [placeOf(runs.locked, "b")]);
  assert.equal(examplesOf(runs.locked), null);
  assert.match(whyNoExamples(runs.locked), /^No examples here: a keeps its number: the row gamma/);
  assert.equal(whyNoExamples(runs.square) + whyNoExamples(xorRun()), "");
  const own = xorRun();
  const given = examplesOf(own).leaves;
  assert.equal(leavesOf(own).length, 9);
  assert.ok(leavesOf(own).every((place) => !given.includes(place)));
});

test("leaves stand by the size of their gradients", () => {
  assert.deepEqual(bySize([0, 1, 2, 3, 4], [1, -3, NaN, 0, 3]), [1, 4, 0, 3, 2]);
});

function xorRun() {
  return liveRun(xor.document);
}

const taskOf = (run, rate, examples = examplesOf(run)) =>
  ({
    graph: run.live.graph, data: run.live.data, examples, moves: learning(run), rate,
    relus: run.rows.filter((place) => run.nodes[place].op === "ReLU"),
  });

test("the mean over examples has the mean of their gradients", () => {
  const run = xorRun();
  const task = taskOf(run, 0.1);
  const { loss, losses, grads } = meanOver(task.graph, task.data, task.examples);
  assert.equal(losses.length, 4);
  near(loss, xor.losses[0]);
  for (const [name, grad] of Object.entries(xor.grads)) near(grads[placeOf(run, name)], grad);
});

test("steps in the page are those of Python, and an MLP 2-2-1 learns XOR", () => {
  const run = xorRun();
  const before = Float64Array.from(run.live.data);
  const made = descended(taskOf(run, xor.rate), xor.losses.length - 1);
  made.losses.forEach((loss, i) => near(loss, xor.losses[i], 1e-6));
  for (const [name, x] of Object.entries(xor.numbers))
    near(made.numbers.get(placeOf(run, name)), x, 1e-6);
  assert.ok(made.losses.at(-1) < 0.002);
  assert.equal(made.end, "");
  assert.deepEqual(run.live.data, before);
});

test("a step that is too large is seen and said, with one that is not", () => {
  const says = (rate, count = 1) =>
    descentSays("y", rate, descended(taskOf(runs.square, rate), count));
  assert.equal(says(0.1), "y fell from 9 to 5.76.");
  assert.equal(says(1.5), "y grew from 9 to 36: the step was too large. Reset, and try half of it: 0.75.");
  assert.equal(says(10), "y grew from 9 to 3249: the step was far too large. Reset, and try 0.625.");
  assert.equal(says(1), "y stayed at 9: the step was too large. Reset, and try half of it: 0.5.");
  assert.match(says(1.2, 2000), /^The next step would make y nan or infinite\. Reset, .*: 0\.6\.$/);
  const { losses, end } = descended(taskOf(runs.square, 1.2), 2000);
  assert.equal(end, "too far");
  assert.ok(losses.every((each, i) => Number.isFinite(each) && (i === 0 || each > losses[i - 1])));
});

test("it is said why no step is made", () => {
  const task = taskOf(runs.square, 0.1);
  const says = (more) => descentSays("y", 0.1, descended({ ...task, ...more }, 3));
  assert.equal(says({ moves: [] }), "No leaf learns: tick one.");
  assert.match(says({ data: Float64Array.of(NaN, NaN) }), /nan or infinite, so no step/);
  assert.match(says({ data: Float64Array.of(0, 0) }), /are 0: a step changes nothing/);
  const flat = descended(taskOf(runs.kink, 0.1), 5);
  assert.deepEqual([flat.end, flat.losses.length], ["level", 1]);
});

/** The neuron of the gallery: its first step with the rate 0.1 is too large. */
const neuronSays = (rate, count) => {
  const run = runs.dying;
  const made = descended(taskOf(run, rate), count);
  const names = made.dead.map((place) => run.nodes[place].name);
  return [descentSays("Loss", rate, made, names), made];
};

test("a ReLU that dies on the way is named, and so is what that means", () => {
  const [says, made] = neuronSays(0.1, 10);
  assert.equal(says, "Loss fell from 4 to 1. But the step was too large: h is a dead ReLU now, " +
    "gives 0, and lets no gradient through. The gradients of all ticked leaves are 0 now, so " +
    "further steps do nothing. Reset, and try a smaller rate.");
  assert.deepEqual([made.losses, made.isLevel], [[4, 1], true]);
  const dead = { ...taskOf(runs.dying, 0.1), data: Float64Array.from(runs.dying.live.data) };
  for (const [place, x] of made.numbers) dead.data[place] = x;
  const again = descended(dead, 1);
  assert.equal(descentSays("Loss", 0.1, again, ["h", "k"]), "The gradients of all ticked leaves " +
    "are 0: a step changes nothing. h and k are dead ReLUs: they give 0, and no gradient gets " +
    "through them.");
  assert.equal(again.dead.length, 1);
  assert.match(descentSays("Loss", 0.1, { ...made, isLevel: false }, ["h", "k"]),
    /^Loss fell from 4 to 1\. But the step was too large: h and k are dead ReLUs now, .*\.$/);
  assert.deepEqual(neuronSays(0.01, 10)[1].dead, []);
});

test("the first rate is one that learns, and a larger one does not", () => {
  assert.equal(rateFor(taskOf(runs.dying, 0)), 0.01);
  assert.match(neuronSays(0.01, 10)[0], /^Loss fell from 4 to 1\.\d+e-06\.$/);
  assert.equal(rateFor(taskOf(runs.square, 0)), 0.1);
  assert.equal(rateFor(taskOf(xorRun(), 0)), 0.1);
  assert.equal(rateFor(taskOf(runs.kink, 0)), 0.1);
  const long = { ...taskOf(runs.dying, 0), examples: { leaves: [], rows: Array.from({ length: 5000 }, () => []) } };
  assert.equal(rateFor(long), 0.1);
});

test("at a kink no sentence says that nothing changes", () => {
  const run = runs.kink;
  const { events } = run;
  const at = events.findIndex(({ kind }) => kind === "push");
  const said = sentence(run, view(run, { ...START, position: at + 1 }));
  assert.match(said, /^y has a kink just at this x: .* and 0 is taken for the slope here \(local\)\./);
  assert.match(said, /upstream × local = 1 × 0 = 0\./);
  const { numeric } = run.nodes[placeOf(run, "x")];
  assert.match(meaning("y", "x", { grad: 0, numeric }), /^y has a kink at this x: /);
  assert.match(meaning("y", "x", { grad: 0, numeric: null }), /stays as it is/);
});

test("a loss that fell and had grown on the way is no plain success", () => {
  const descent = { losses: [4, 5, 3], end: "", better: 0, numbers: new Map() };
  assert.equal(descentSays("y", 1, descent), "y went from 4 to 3; in 1 of 2 steps it grew.");
  assert.equal(descentSays("y", 1, { ...descent, losses: [4, 5, 4.5] }),
    "y went from 4 to 4.5; in 1 of 2 steps it grew.");
  assert.equal(descentSays("y", 1, { ...descent, losses: [1, 2] }),
    "y grew from 1 to 2, and no smaller step lowers it.");
});

function near(found, expected, tolerance = 1e-12) {
  const size = Math.max(Math.abs(found), Math.abs(expected), 1e-9);
  assert.ok(Math.abs(found - expected) <= tolerance * size, `${found} for ${expected}`);
}

test("a loss that changed by rounding, or not at all, has stayed and not fallen", () => {
  const descent = { end: "", better: 0, numbers: new Map(), isLevel: false };
  const says = (...losses) => descentSays("y", 0.1, { ...descent, losses });
  const stayed = "y stayed at 0.25: this step, and a smaller one, changes it by no more than rounding.";
  assert.equal(says(0.25, 0.25 - 2 ** -50), stayed);
  assert.equal(says(0.25, 0.25 + 2 ** -50), stayed);
  assert.equal(says(0.25, 0.25, 0.25), stayed);
  assert.equal(says(0.25, 0.249999), "y fell from 0.25 to 0.249999.");
  assert.equal(says(1, 0.25, 0.25 - 2 ** -50), "y fell from 1 to 0.25.");
  assert.match(descentSays("y", 1e-17, descended(taskOf(runs.square, 1e-17), 1)), /^y stayed at 9: /);
});

const called = (run) => (place) => run.nodes[place].name;
const steepestOf = (run) => steepest(run, called(run));

test("parameters count, and not the data; where all are data, all leaves do", () => {
  assert.match(steepestOf(runs.dying), /^If w2 grows by 0\.01, Loss grows .* No other parameter counts /);
  assert.doesNotMatch(steepestOf(runs.square), /No other/);
  assert.match(steepestOf(runs.still), /^The gradients of all parameters are 0, so a small change of any /);
  assert.equal(steepestOf(runs.beyond), "");
  assert.match(steepestOf(runs.sum), /^If x grows .* No other leaf counts more\. To make y smaller/);
  const way = (name) => {
    const place = placeOf(runs.dying, name);
    return wayDown(runs.dying, place, "Loss", runs.dying.nodes[place].grad);
  };
  assert.equal(way("w2"), "To lower Loss, w2 goes down.");
  assert.match(way("y"), /^y is data: to learn, one changes the parameters/);
});

const atEnd = (run) => whoIsNext(run, view(run, { ...START, position: run.last }));

test("of several examples the last step says which one is shown, and what a step moves against", () => {
  const own = xorRun();
  assert.match(atEnd(own), /The picture shows example 2 of 4, .* moves against the mean over all 4\. If /);
  const place = placeOf(own, "x[0]");
  own.nodes[place] = { ...own.nodes[place], data: 0.5 };
  assert.match(atEnd(own), /These are the gradients for the numbers in the picture; a step in /);
  assert.doesNotMatch(atEnd(runs.neuron), /example/);
});

const sentencesOf = (run, unit = "contribution") =>
  run.steps[unit].map(({ end }) => sentence(run, view(run, { ...START, unit, position: end })));

test("where there is no number, no sentence tells how much the output changes", () => {
  for (const unit of ["contribution", "node", "layer"])
    for (const name of ["nowhere", "endless"])
      for (const said of sentencesOf(runs[name], unit))
        assert.doesNotMatch(said, /(?:nan|inf) times as much|gradient of \w+ is 1\./);
  const [, , log, seed, push] = sentencesOf(runs.nowhere);
  assert.match(log, /is nan, which is no number: it has no value there\. It is the output\.$/);
  assert.match(seed, /^y is nan here, and so nothing can be said of how much it changes: /);
  assert.equal(push, seed);
  assert.match(sentencesOf(runs.endless)[1], /divided by t \(0\) is inf: there is no finite number for it/);
  assert.doesNotMatch(atEnd(runs.nowhere), /No other|grows/);
});

test("a slope, a gradient, a product or a sum that is infinite is told as the reason", () => {
  const steep = sentencesOf(runs.steep).join("\n");
  assert.match(steep, /The slope of \S+ by x is inf here \(local\): there is no number that says/);
  assert.match(steep, /The gradient of x is inf, which is no finite number/);
  const after = sentencesOf(runs.beyond).join("\n");
  assert.match(after, /The gradient of \S+ is inf \(upstream\): it does not say how much y changes/);
  const large = sentencesOf(runs.large).join("\n");
  assert.match(large, /Upstream × local is inf, which is no finite number/);
  assert.match(sentencesOf(runs.endless2)[2], /is inf, since \S+ \(inf\) is no finite number\./);
});

// A curve from `left` to `right` as it is drawn, and where a kink at 0 would be.
const path = (f, left, right) => {
  const xs = Array.from({ length: 41 }, (_, i) => left + (right - left) * (i / 40));
  const heights = xs.map(f);
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  const to = scales({ left, right, low, high }, { x: 0, y: 0, width: 300, height: 100 });
  const drawn = curvePath({ left, right, low, high, heights, jumps: [] }, to);
  return { drawn, kink: `L${to.x(0).toFixed(1)} ${to.y(f(0)).toFixed(1)}` };
};

test("a kink between two points of a curve is drawn, and a smooth curve has none", () => {
  for (const f of [Math.abs, (x) => Math.max(x, 0), (x) => Math.max(x, -2 * x) + 0.5 * x])
    for (const right of [0.97, 0.31]) {
      const { drawn, kink } = path(f, -0.7, right);
      assert.ok(drawn.includes(kink), `${kink} is not in ${drawn}`);
    }
  for (const f of [Math.tanh, Math.exp, (x) => x * x, (x) => 1 / (x + 2), (x) => 3 * x])
    assert.equal(path(f, -0.7, 0.97).drawn.match(/[ML]/g).length, 41);
});

const digits = (text) => text.replace(/^-?[0.]*|[.]/g, "").length;

test("what a screen claims is printed in the same digits, in rules and elsewhere too", () => {
  const run = runs.saturated;
  const tanh = run.nodes.findIndex(({ op }) => op === "tanh");
  const push = run.events.find(({ kind, node }) => kind === "push" && node === tanh);
  const { upstream, local, contribution } = push;
  const claims = [{ parts: [upstream, local], result: contribution }];
  printAlike(claims);
  const [told] = printed(claims);
  assert.equal(short(local), told.parts[1]);
  assert.equal(short(-local), `-${told.parts[1]}`);
  assert.ok(shortRule(run, push, called(run)).endsWith(short(local)));
  assert.ok(digits(short(local)) > 4 && digits(short(1 / 3)) === 4);
  printIn([], 4);
  assert.equal(digits(short(local)), 4);
});

test("a step that has been printed is printed in the digits of the next screen too", () => {
  const run = runs.saturated;
  const step = run.steps.contribution.find(({ kind }) => kind === "push");
  const factor = () => pushLines(shownLines(run, step, called(run)))[0].product.parts[1];
  const { local } = step.events[0];
  for (const count of [4, 9, 7, 4]) {
    printIn([local], count);
    assert.equal(factor(), short(local, count));
    assert.equal(factor(), short(local));
  }
  printIn([], 4);
});

/** Why the gradient of a Value of a run is 0. */
const why = (run, name = "w") => whyNone(runs[run], placeOf(runs[run], name));

test("a gradient that is 0 says why: where it is cut off, or that it is cancelled", () => {
  assert.equal(why("dead"),
    "Why 0: the local derivative dh/da is 0, so no gradient gets past h.");
  assert.equal(why("dead", "a"), why("dead"));
  assert.equal(why("dead", "h"), "");
  assert.match(why("dead twice"),
    /^Why 0: on every way from Loss to w a local derivative is 0, such as d[gh]\/d\w+\.$/);
  assert.equal(why("cancelled"), "Why 0: the contributions to w cancel each other.");
  assert.match(why("half dead"), /^Why 0: on every way from Loss to w /);
  assert.equal(why("too small"), "");
  assert.equal(why("square", "x"), "");
});
