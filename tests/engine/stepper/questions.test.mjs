// Questions, at every step of the six pages: what is right, what is wrong and why, what is hidden.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const from = (module) => import(new URL(`${module}.mjs`, process.env.STEPPER_MODULES));
const { evaluated } = await from("questions/evaluate");
const { isClose } = await from("questions/replies");
const { messagesFor, scoreOf, summary } = await from("questions/score");
const { KINDS, nextQuestion, planOf, questionAt } = await from("questions/table");
const { short } = await from("run/numbers");
const { CurrentRun, liveRun } = await from("live/current");
const { swept } = await from("live/sweep");
const { START, reduce, view } = await from("run/state");
const { sentence } = await from("said/words");
const { whoIsNext } = await from("said/next");

const { pages, alike } = JSON.parse(readFileSync(process.env.STEPPER_DATA));
const RUNS = Object.entries({ ...pages, alike }).map(([page, trace]) => [page, liveRun(trace)]);

/** All questions of a kind, with the first event of their step. */
function* asked(kind) {
  for (const [page, run] of RUNS) {
    for (const [at, { asks }] of planOf(run, [kind])) {
      const step = run.steps.contribution[at];
      const [push] = step.events;
      const where = `${page}, step ${at}, ${kind}`;
      yield { run, at, step, push, asks, question: questionAt(run, [kind], at), where };
    }
  }
}

/** A test of every question of some kinds. */
const every = (claim, kinds, check) =>
  test(claim, () => {
    let count = 0;
    for (const kind of kinds) for (const each of asked(kind)) count += check(each) ?? 1;
    assert.ok(count > 0);
  });

/** The number that a question asks for. */
const truthOf = ({ asks, push }) =>
  ({ local: push.local, contribution: push.contribution, sum: push.after })[asks];

const judged = (question, text) => question.judge(String(text));

test("arithmetic is read as a reader writes it", () => {
  const cases = {
    "1/3": 1 / 3, "2*0.9637": 1.9274, "-3": -3, "2 * -1": -2, "1e-3": 0.001, "0,64": 0.64,
    "−2 × 3": -6, "-2^2": -4, "2**-1": 0.5, "(1 + 2)·3": 9, "= 4": 4, "2^3^2": 512, "6 ÷ 3": 2,
    ".5": 0.5, "1 - 2 - 3": -4, "8/2/2": 2, "1E3": 1000, "--3": 3,
  };
  for (const [text, value] of Object.entries(cases)) assert.equal(evaluated(text), value, text);
});

test("what is no number is none, and nothing of it is run", () => {
  const texts = ["", " ", "abc", "1/0", "0/0", "2x", "1,234.5", "2 3", "()", "(2", "2)", "1e", "3-",
    "*2", "constructor", "alert(1)", "Infinity", "NaN", "0x10", "2(3)", "9".repeat(201), "9^9^9"];
  for (const text of texts) assert.equal(evaluated(text), null, text);
});

test("numbers are close as far as three digits can be read, and no farther", () => {
  for (const x of [1.005, 9.995, -0.0012345, 4321, 1e-9]) {
    assert.ok([3, 4, 6].every((digits) => isClose(Number(x.toPrecision(digits)), x)), x);
    assert.ok(!isClose(1.01 * x, x) && !isClose(0.99 * x, x) && !isClose(-x, x), x);
  }
  assert.ok(isClose(0, -0) && !isClose(1e-9, 0));
});

every("a right number is right in any form", ["local", "contribution", "sum"], (each) => {
  const { question, push, where } = each;
  const truth = truthOf(each);
  const forms = [String(truth), ` ${short(truth)} `, truth.toPrecision(3), `${truth} + 0`,
    `${2 * truth}/2`, `(${truth})`, String(truth).replace(".", ",").replace("-", "−")];
  if (each.asks === "contribution") {
    forms.push(`${short(push.upstream)} * ${short(push.local)}`, `${push.local}×${push.upstream}`);
  }
  if (each.asks === "sum") {
    forms.push(`${short(push.before)} + ${short(push.contribution)}`);
  }
  for (const form of forms) assert.equal(judged(question, form).is, "right", `${where}: ${form}`);
});

/** Wrong answers that readers give, computed here once more, and what must be said to each. */
const TYPICAL = {
  local: ({ run, push }) => {
    const { data, inputs, op } = run.nodes[push.node];
    const others = inputs.filter((each) => "node" in each && each.node !== push.input);
    const [base, exponent] = inputs.map((each) => each.number ?? run.nodes[each.node].data);
    return [
      [-push.local, /sign is turned/],
      [1 / push.local, /one over it/],
      [push.upstream * push.local, /upstream × local already/],
      [push.upstream, /That is upstream/],
      [data, /That is the value of/],
      ...others.map((each) => [each.local, /That is the derivative by/]),
      ...(op === "Pow" && !("node" in inputs[1])
        ? [[base ** (exponent - 1), /A factor is missing/], [exponent * data, /one less/]]
        : []),
      ...(op === "Sum" ? [[1 / inputs.length, /no mean/]] : []),
    ];
  },
  contribution: ({ run, push, step }) => [
    [push.local, /factor is missing\. That is the local derivative: multiply it by upstream/],
    [push.upstream, /factor is missing\. That is upstream: multiply it by the local/],
    [-push.contribution, /sign is turned/],
    [push.upstream + push.local, /not added/],
    [push.upstream / push.local, /not divided/],
    [push.local / push.upstream, /not divided/],
    [1 / push.contribution, /one over it/],
    [run.nodes[push.node].data, /from the way forward/],
    ...(run.nodes[push.input].uses[0] === push ? [] : [[push.after, /afterwards/]]),
    ...(step.kind === "spread" ? [[push.upstream / step.events.length, /not shared out/]] : []),
  ],
  sum: ({ run, push }) => [
    [push.contribution, /= in place of \+=/],
    [push.before, /had before/],
    [-push.after, /sign is turned/],
    [push.before * push.contribution, /not multiplied/],
    [push.before - push.contribution, /not subtracted/],
    [push.after / 2, /no mean/],
    [run.nodes[push.input].data, /from the way forward/],
  ],
};

every("a typical error is named, unless it happens to be right or is a more basic one", Object.keys(TYPICAL), (each) => {
  const truth = truthOf(each);
  const errors = TYPICAL[each.asks](each).filter(([x]) => Number.isFinite(x));
  let named = 0;
  for (const [x, expected] of errors) {
    const { is, says } = judged(each.question, x);
    const place = `${each.where}: ${x}, of ${truth}: ${says}`;
    if (x === truth || Math.abs(x - truth) <= 0.005 * Math.abs(truth)) assert.equal(is, "right", place);
    else {
      assert.equal(is, "wrong", place);
      // A number that is several errors at once is said to be one of them.
      const same = errors.filter(([other]) => Math.abs(x - other) <= 0.01 * Math.abs(other));
      const isOther = /value of|missing|exponent|is to be|result|own derivative|numerator|goes to/;
      assert.ok(same.some(([, why]) => why.test(says)) || isOther.test(says), place);
      named += expected.test(says);
    }
  }
  return named;
});

every("one number has one reply", Object.keys(TYPICAL), ({ question, push }) => {
  for (const x of [push.local, push.upstream, 7.77]) {
    assert.deepEqual(judged(question, x), judged(question, ` ${x} `));
  }
});

every("an error of no kind gets a hint, which does not tell the answer", ["local", "contribution"], (each) => {
  const { is, says } = judged(each.question, 123456.75);
  assert.equal(is, "wrong", each.where);
  assert.match(says, /^[A-Z].+[.?]$/i, each.where);
  const name = new RegExp(`(?<![\\w.[-])${short(truthOf(each)).replace(/[.+]/g, "\\$&")}(?![\\w.\\]])`);
  if (![0, 1].includes(Math.abs(truthOf(each)))) assert.doesNotMatch(says, name, each.where);
});

every("what is no answer is said to be none", KINDS.map(({ asks }) => asks), ({ question, where }) => {
  for (const text of ["", "  ", "%&!", "no such Value anywhere"]) {
    assert.equal(judged(question, text).is, "none", `${where}: ${text}`);
  }
});

every("a sign is right as a sign, a word, or the number that has it", ["sign"], ({ question, push, where }) => {
  const { contribution } = push;
  const [right, ...wrong] = contribution > 0
    ? ["+", "−", "0"] : contribution < 0 ? ["−", "+", "0"] : ["0", "+", "−"];
  const words = { "+": "positive", "−": "negative", "0": "zero" };
  for (const text of [right, words[right], String(contribution)]) {
    assert.equal(judged(question, text).is, "right", `${where}: ${text}`);
  }
  for (const text of wrong) assert.equal(judged(question, text).is, "wrong", `${where}: ${text}`);
  assert.equal(judged(question, String(1.5 * contribution + 1)).is, "none", where);
});

test("a wrong sign is said to be that of one factor, or of none", () => {
  const said = [...asked("sign")].flatMap(({ push, question }) => {
    if (push.contribution === 0) return [];
    const { says } = judged(question, push.contribution > 0 ? "-" : "+");
    const kind = `${push.upstream < 0} ${push.local < 0}`;
    return [`${kind}: ${says}`];
  });
  assert.deepEqual([...new Set(said)].toSorted(), [
    "false false: The sign is turned: neither factor is negative.",
    "false true: That is the sign of upstream: the local derivative turns it.",
    "true false: That is the sign of the local derivative: upstream turns it.",
    "true true: Both factors are negative.",
  ]);
});

every("nothing arrives exactly where the contribution is 0", ["arrives"], ({ question, push, where }) => {
  const isNothing = push.contribution === 0;
  for (const text of isNothing ? ["No", "n", "0"] : ["yes", "Y", String(push.contribution)]) {
    assert.equal(judged(question, text).is, "right", `${where}: ${text}`);
  }
  const { is, says } = judged(question, isNothing ? "yes" : "no");
  assert.equal(is, "wrong", where);
  assert.match(says, push.upstream === 0 ? /what has arrived at/ : /slope|factors|how fast/, where);
});

test("a mix asks whether a gate is shut at each gate", () => {
  for (const [page, run] of RUNS) {
    for (const [at, { asks }] of planOf(run, [])) {
      const [{ kind, node }] = run.steps.contribution[at].events;
      if (kind === "push" && run.nodes[node].op === "ReLU") assert.equal(asks, "arrives", page);
    }
  }
});

/** The operations that are ready at a position, found from the events alone. */
function ready({ nodes, events }, position) {
  const over = events.slice(0, position);
  const left = events.slice(position);
  return [...nodes.keys()].filter((node) =>
    left.some((each) => each.kind === "push" && each.node === node) &&
    !over.some((each) => each.kind === "push" && each.node === node) &&
    !left.some((each) => each.kind === "push" && each.input === node));
}

every("any operation that is ready may be next, and no other Value", ["next"], ({ run, step, question, where }) => {
  const may = ready(run, step.start);
  assert.ok(may.includes(step.events[0].node), where);
  run.nodes.forEach(({ name }, node) => {
    const { is, says } = judged(question, name);
    assert.equal(is, may.includes(node) ? "right" : "wrong", `${where}: ${name}: ${says}`);
    if (node === step.events[0].node) assert.equal(says, "Right.", where);
  });
});

test("who is not ready is told why", () => {
  const replies = [...asked("next")].flatMap(({ run, question, step }) =>
    run.nodes.flatMap((node) => {
      const { is, says } = judged(question, node.name);
      if (is !== "wrong") return [];
      const has = run.events.slice(0, step.start).some((each) =>
        each.kind === "push" && run.nodes[each.node] === node);
      const some = node.pushedAt.filter((at) => at <= step.start).length;
      const kind = node.inputs.length === 0 ? "leaf" : has ? "passed"
        : some === 0 ? "nothing" : "waits";
      return [[kind, says.replace(` at ${node.name} yet`, " at it yet")]];
    }),
  );
  const expected = {
    leaf: / is a leaf: /, passed: / has passed its gradient on already/,
    nothing: /^Nothing has arrived at it yet/, waits: / waits for .+ more use/,
  };
  assert.deepEqual(new Set(replies.map(([kind]) => kind)), new Set(Object.keys(expected)));
  for (const [kind, says] of replies) assert.match(says, expected[kind]);
});

test("a name may be short, in any case, or that of the operation, if it is one Value's", () => {
  const [, run] = RUNS.find(([page]) => page === "MLP 2-2-1");
  const [at] = planOf(run, ["next"]).keys();
  const { judge } = questionAt(run, ["next"], at);
  assert.match(judge("w[0]").says, /Several Values are called that: layer1\.neuron1\.w\[0\]/);
  assert.match(judge("X[0]").says, /^x\[0\] is a leaf/);
  assert.match(judge("neuron1.b").says, /Several/);
  assert.match(judge("sub").says, /^Nothing has arrived at Sub yet/);
});

test("questions are about the numbers of now", () => {
  const current = new CurrentRun(liveRun(pages["x*x"]));
  current.change({ type: "set", numbers: new Map([[0, 5]]) });
  const { judge, because } = questionAt(current.run, ["local"], 3);
  assert.deepEqual([judge("3").is, judge("5").is], ["wrong", "right"]);
  assert.match(because, /^The rule: d\(a·b\)\/da = b = 5/);
  assert.equal(questionAt(current.run, ["sum"], 4).judge("10").is, "right");
  assert.equal(questionAt(current.run, ["double"], 5).judge("100").is, "right");
});

/** The output with one number doubled, by a sweep of the whole graph. */
function outputWithTwice({ live, output }, place) {
  const data = Float64Array.from(live.data);
  data[place] *= 2;
  return swept(live.graph, data).data[output];
}

every("what happens if a leaf doubles is found by going forward once more", ["double"], (each) => {
  const { run, at: place, question, where } = each;
  const name = question.text.match(/^If (.+) doubles,/)[1];
  const leaf = run.nodes.findIndex((node) => node.name === name);
  assert.deepEqual(run.nodes[leaf].inputs, [], where);
  assert.ok(run.nodes[leaf].pushedAt.at(-1) <= run.steps.contribution[place].end, where);
  const [before, after] = [run.nodes[run.output].data, outputWithTwice(run, leaf)];
  const truth = after > before ? "Grows" : after < before ? "Falls" : "Stays";
  for (const way of ["Grows", "Falls", "Stays"]) {
    assert.equal(judged(question, way).is, way === truth ? "right" : "wrong", `${where}: ${way}`);
    assert.equal(judged(question, way[0].toLowerCase()).is, judged(question, way).is, where);
  }
  assert.equal(judged(question, short(after)).is, "right", where);
  assert.ok(question.because.includes(short(after)), where);
});

test("the number that the output will be is right, however little it changes", () => {
  for (const [small, isSeen] of [[0.001, true], [1e-6, false]]) {
    const current = new CurrentRun(liveRun(pages.neuron));
    const leaf = pages.neuron.nodes.findIndex(({ name }) => name === "b");
    current.change({ type: "set", numbers: new Map([[leaf, small]]) });
    const { run } = current;
    const at = run.steps.contribution.findIndex(({ events }) =>
      events.some(({ kind, input }) => kind === "push" && input === leaf));
    const question = questionAt(run, ["double"], at);
    const [before, after] = [run.nodes[run.output].data, outputWithTwice(run, leaf)];
    assert.equal(judged(question, short(after)).is, "right");
    assert.equal(judged(question, short(before)).is, isSeen ? "wrong" : "right");
  }
});

test("a wrong guess of what a leaf does is said to be the line, the double, or the change", () => {
  const said = new Set();
  for (const { run, question } of asked("double")) {
    const [, name] = question.text.match(/^If (.+) doubles,/);
    const { data: x, grad } = run.nodes.find((node) => node.name === name);
    const y = run.nodes[run.output].data;
    const after = outputWithTwice(run, run.nodes.findIndex((node) => node.name === name));
    const errors = [[y + grad * x, /small changes/], [2 * y, /need not double/],
      [after - y, /by how much/], [grad, /That is the gradient/]];
    errors.forEach(([value, expected], i) => {
      const { is, says } = judged(question, value);
      const earlier = errors.slice(0, i).some(([other]) => isClose(value, other));
      if (isClose(value, after) || isClose(value, y) || earlier) return;
      assert.equal(is, "wrong");
      assert.match(says, expected);
      said.add(i);
    });
  }
  assert.equal(said.size, 4);
});

test("of a negative number that doubles it is said that it falls", () => {
  const replies = [...asked("double")].flatMap(({ question }) =>
    ["Grows", "Falls"].map((way) => judged(question, way)));
  const says = replies.filter(({ is }) => is === "wrong").map((each) => each.says);
  assert.ok(says.some((each) => /^That is so if .+ grows\. Twice -\S+ is less than -/.test(each)));
  assert.ok(says.every((each) => each.length > 20));
});

const at = (position, more = {}) => ({ ...START, position, quiz: true, ...more });

/** What the card of a step says. */
const told = (run, seen) => `${sentence(run, seen)} ${seen.asked ? "" : whoIsNext(run, seen)}`;

every("an open question hides its step, and says no number of it", ["local", "contribution", "sign"], (each) => {
  const { run, step, push, where } = each;
  const seen = view(run, at(step.end, { kinds: [each.asks] }));
  assert.deepEqual([seen.hidden, seen.shown, seen.position], [true, step.start, step.end], where);
  const numbers = told(run, seen).match(/(?<![\w.[])-?\d[\d.e+-]*(?![\w\]])/g) ?? [];
  if (push.contribution !== 0) assert.ok(!numbers.includes(short(push.contribution)), where);
});

every("whose turn it is is asked of what was seen before", ["next"], ({ run, step, at: place, where }) => {
  const seen = view(run, at(step.end, { kinds: ["next"] }));
  const before = view(run, { ...START, position: step.start });
  const { asked: _, at: __, next: ___, hidden: ____, ...same } = seen;
  for (const [name, value] of Object.entries(same)) assert.deepEqual(value, before[name], where);
  assert.deepEqual([seen.at, seen.next, seen.hidden], [place, null, true], where);
});

/** A run, and the first step of it with a question of a kind. */
function first(kind) {
  const [{ run, at: place, step, push }] = asked(kind);
  return { run, place, push, start: at(step.end, { kinds: [kind] }), step };
}

const answer = (run, state, ...texts) =>
  texts.reduce((now, text) => reduce(run, now, { type: "answer", text: String(text) }), state);

test("a right answer settles a question, at once or at the second try", () => {
  const { run, place, push, start } = first("local");
  const atOnce = answer(run, start, push.local);
  assert.deepEqual(atOnce.results, { [place]: { asks: "local", tries: 1 } });
  assert.deepEqual([view(run, atOnce).hidden, atOnce.reply.is], [false, "right"]);
  const wrong = answer(run, start, 77);
  assert.deepEqual([wrong.results, wrong.tries, view(run, wrong).hidden], [{}, 1, true]);
  assert.equal(answer(run, wrong, push.local).results[place].tries, 2);
  const missed = answer(run, wrong, 78);
  assert.equal(missed.results[place].tries, 0);
  assert.match(missed.reply.says, /The rule: d\(/);
  assert.equal(answer(run, missed, push.local), missed);
});

test("what is no answer counts as no try", () => {
  const { run, push, start } = first("contribution");
  const state = answer(run, start, "abc", "", "two", "x");
  assert.deepEqual([state.tries, state.results, state.reply.is], [0, {}, "none"]);
  assert.equal(view(run, state).hidden, true);
  assert.equal(scoreOf(answer(run, state, push.contribution).results).atOnce, 1);
});

test("→ gives the answer away, and then goes on; back again the question is settled", () => {
  const { run, place, start } = first("local");
  const seen = reduce(run, start, { type: "next" });
  assert.deepEqual([seen.position, seen.results[place].tries], [start.position, 0]);
  assert.match(seen.reply.says, /^The rule/);
  const on = reduce(run, seen, { type: "next" });
  assert.deepEqual([on.position > start.position, on.reply], [true, null]);
  const back = reduce(run, on, { type: "previous" });
  assert.deepEqual([back.position, view(run, back).asked.isOpen], [start.position, false]);
});

test("a box that is chosen answers whose turn it is, and else is selected", () => {
  const { run, place, step, start } = first("next");
  const chosen = reduce(run, start, { type: "select", node: step.events[0].node });
  assert.deepEqual([chosen.results[place].tries, chosen.selected], [1, null]);
  assert.equal(reduce(run, chosen, { type: "select", node: 0 }).selected, 0);
  const other = first("local");
  assert.equal(reduce(other.run, other.start, { type: "select", node: 0 }).selected, 0);
});

test("playing stops at a question", () => {
  const [[, run]] = RUNS;
  let state = reduce(run, at(0), { type: "play" });
  while (state.playing) state = reduce(run, state, { type: "tick" });
  const [place] = planOf(run, []).keys();
  assert.deepEqual([view(run, state).at, view(run, state).asked.isOpen], [place, true]);
  assert.equal(reduce(run, reduce(run, state, { type: "play" }), { type: "tick" }).position, state.position);
});

test("by node and by layer nothing is asked", () => {
  const { run, start } = first("local");
  assert.equal(view(run, { ...start, unit: "node" }).asked, null);
  const layer = reduce(run, start, { type: "unit", unit: "layer" });
  assert.equal(layer.quiz, false);
  assert.deepEqual(reduce(run, layer, { type: "quiz" }).unit, "contribution");
});

test("a mix asks all kinds that apply about equally often", () => {
  for (const [page, run] of RUNS) {
    const plan = planOf(run, []);
    const pushes = run.steps.contribution.filter(({ kind }) => kind === "push" || kind === "spread");
    if (page === "alike") continue;
    assert.ok(plan.size >= pushes.length, page);
    const counts = ["local", "contribution", "sign"].map((kind) =>
      [...plan.values()].filter(({ asks }) => asks === kind).length);
    assert.ok(Math.max(...counts) - Math.min(...counts) <= Math.max(2, 0.1 * plan.size), `${page}: ${counts}`);
  }
});

test("only the kinds that are chosen are asked", () => {
  for (const { asks } of KINDS) {
    for (const [, run] of RUNS) {
      for (const kind of planOf(run, [asks]).values()) assert.equal(kind.asks, asks);
    }
  }
});

/** All questions of a run answered in turn: right, right at the second try, wrong, and again. */
function played(run) {
  const states = [at(0)];
  let turn = 0;
  for (;;) {
    const state = states.at(-1);
    const seen = view(run, state);
    if (!seen.asked.isOpen) {
      if (state.position === run.last) return states;
      states.push(reduce(run, state, { type: "next" }));
      continue;
    }
    if (turn % 3 > 0) states.push(answer(run, state, wrongFor(seen)));
    states.push(answer(run, states.at(-1), turn % 3 < 2 ? rightFor(run, seen) : wrongFor(seen)));
    turn += 1;
  }
}

const wrongFor = ({ asked: { question } }) =>
  ["123456", "+", "−", "Yes", "No", "x[0]", "x", "a", "z[0]", "h", "Grows", "Falls", "Stays"]
    .find((text) => question.judge(text).is === "wrong");

function rightFor(run, { asked: { question }, at: place }) {
  const [event] = run.steps.contribution[place].events;
  const texts = [...question.choices, event.local, event.contribution, event.after,
    run.nodes[event.node].name].map(String);
  return texts.find((text) => question.judge(text).is === "right");
}

test("the score counts, and the summary says it by kind", () => {
  for (const [, run] of RUNS.filter(([page]) => page !== "alike")) {
    const { results } = played(run).at(-1);
    const all = planOf(run, []).size;
    const third = [0, 1, 2].map((turn) => Math.floor((all + 2 - turn) / 3));
    assert.deepEqual(scoreOf(results), { asked: all, atOnce: third[0], later: third[1] });
    const [title, score, ...kinds] = summary(run, results).split("\n");
    assert.equal(title, run.title);
    assert.equal(score, `${all} questions: ${third[0]} right at once, ${third[1]} at the second try, `
      + `${third[2]} not.`);
    const counts = kinds.map((line) => line.match(/: (\d+) of (\d+)$/).slice(1).map(Number));
    assert.equal(counts.reduce((sum, [right]) => sum + right, 0), third[0] + third[1]);
    assert.equal(counts.reduce((sum, [, asked]) => sum + asked, 0), all);
  }
});

test("each question that is settled is told once, and the end once", () => {
  for (const [page, run] of RUNS.filter(([name]) => name !== "alike")) {
    const states = played(run);
    const messages = states.slice(1).flatMap((state, i) => messagesFor(run, states[i], state));
    const answered = messages.filter(({ event }) => event === "answered");
    assert.deepEqual(answered.map(({ asked }) => asked), answered.map((_, i) => i + 1), page);
    assert.deepEqual(answered.map(({ question }) => question.step), [...planOf(run, []).keys()], page);
    assert.ok(answered.every(({ right, atOnce, later }) => right === atOnce + later), page);
    const finished = messages.filter(({ event }) => event === "finished");
    assert.deepEqual(finished.map(({ asked }) => asked), [planOf(run, []).size], page);
    assert.equal(messages.at(-1).event, "finished");
    assert.ok(messages.every(({ type }) => type === "glassgrad"));
  }
});

test("the next question is the next that is not settled", () => {
  const { run, place } = first("local");
  const [, second] = planOf(run, ["local"]).keys();
  assert.equal(nextQuestion(run, ["local"], 0, {}), place);
  assert.equal(nextQuestion(run, ["local"], 0, { [place]: {} }), second);
  assert.equal(nextQuestion(run, ["local"], 1e9, {}), null);
});

test("starting again forgets the score; other kinds keep it", () => {
  const { run, push, start } = first("local");
  const state = answer(run, start, push.local);
  const other = reduce(run, state, { type: "kinds", kinds: ["sign"] });
  assert.deepEqual([other.kinds, other.results], [["sign"], state.results]);
  const again = reduce(run, other, { type: "again" });
  assert.deepEqual([again.results, again.position, again.quiz, again.kinds], [{}, 0, true, ["sign"]]);
});
