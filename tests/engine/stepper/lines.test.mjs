// What the card of a step says, at every step of the six pages: true, new, and one value a symbol.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const from = (module) => import(new URL(`${module}.mjs`, process.env.STEPPER_MODULES));
const { shownLines } = await from("said/lines");
const { calledIn } = await from("said/names");
const { phase, whoIsNext } = await from("said/next");
const { gradientAt, isDone, isGrowing, prepare } = await from("run/run");
const { START, reduce, view } = await from("run/state");
const { sentence } = await from("said/words");
const { lineRows } = await from("cards/rows");
const { edgeOf } = await from("said/rules");
const { ruleOf } = await from("cards/why");

const { pages, alike } = JSON.parse(readFileSync(process.env.STEPPER_DATA));
const UNITS = ["contribution", "node", "layer"];

/** All that is seen of a page, step by step, in each unit. */
function* stepsOf(trace) {
  const run = prepare(trace);
  for (const unit of UNITS) {
    for (const at of run.steps[unit].keys()) {
      const state = reduce(run, { ...START, unit }, { type: "seek", at });
      const seen = view(run, state);
      const called = calledIn(run, seen.step.events);
      const lines = shownLines(run, seen.step, called);
      yield { run, unit, state, seen, called, lines };
    }
  }
}

/** A test at every step of every page. */
const everywhere = (claim, check) =>
  test(claim, () => {
    for (const [page, trace] of Object.entries(pages)) {
      for (const each of stepsOf(trace)) check(each, `${page}, ${each.unit} ${each.seen.at}`);
    }
  });

// Elements with nothing but the text that is in them.
globalThis.document = {
  createElement: () => ({
    said: [],
    dataset: {},
    setAttribute() {},
    append(...children) {
      this.said.push(...children);
    },
  }),
};

const said = (child) =>
  Array.isArray(child) ? child.map(said).join("") : (child.said?.map(said).join("") ?? child);

const text = (parts) => parts.map((part) => part.text).join("");

/** A number as printed, as a whole number of millionths of its last digit: for sums and products. */
const rounded = (x, digits) => Number(x.toPrecision(digits));

/** Whether two printed numbers are the same to the last digit that the second one has. */
function isPrintedAs(value, printed) {
  const [mantissa, exponent = "0"] = printed.split("e");
  const places = (mantissa.split(".")[1] ?? "").length - Number(exponent);
  return Math.abs(value - Number(printed)) <= 0.5000001 * 10 ** -places;
}

/** What each line claims: parts, how they are combined, and the result. */
const claimsOf = (lines) =>
  lines.flatMap((line) => {
    if ("push" in line) {
      const { change, product } = line;
      const times = [{ ...product, plus: false }];
      if (change === null || change.before === "–") return times;
      const parts = [change.before, product.result];
      return [...times, { parts, sign: change.sign, result: change.after, plus: true }];
    }
    return "sum" in line ? [{ ...line.sum, plus: true }] : [];
  });

everywhere("printed parts give the printed result, or the sign is ≈", ({ lines }, where) => {
  for (const { parts, plus, result, sign } of claimsOf(lines)) {
    const numbers = parts.map(Number);
    const given = numbers.reduce((a, b) => (plus ? a + b : a * b), plus ? 0 : 1);
    const digits = Math.max(4, ...[...parts, result].map((each) => each.replace(/\D|e.*/g, "").length));
    const holds = isPrintedAs(given, result) || rounded(given, digits) === Number(result);
    assert.ok(holds || sign === "≈", `${where}: ${parts.join(plus ? " + " : " × ")} = ${result}`);
  }
});

everywhere("no symbol has two values in one step, nor is printed in two ways", ({ run, lines }, where) => {
  const values = new Map();
  const texts = new Map();
  const say = (symbol, number, printed) => {
    const value = number + 0; // -0 is 0
    const known = [values.get(symbol) ?? value, texts.get(symbol) ?? printed];
    assert.deepEqual([value, printed], known, `${where}: ${symbol}`);
    values.set(symbol, value);
    texts.set(symbol, printed);
  };
  for (const line of lines) {
    if ("push" in line) {
      const { change, local, product, push } = line;
      say(`∂/∂${push.node}`, push.upstream, product.parts[0]);
      say(`d(${text(local.of)})/d${local.by.text} ${local.where}`, push.local, product.parts[1]);
      if (change === null) say(`∂/∂${push.input}`, push.contribution, product.result);
    } else if ("sum" in line) say(`∂/∂${line.node}`, run.nodes[line.node].grad, line.sum.result);
    else say(`value ${line.node}`, run.nodes[line.node].data, line.result);
  }
});

everywhere("a local derivative is by the slot that is marked in it", ({ lines }, where) => {
  for (const { local, push } of lines.filter((line) => "push" in line)) {
    const marked = local.of.filter((part) => part.marked);
    assert.deepEqual(marked.map((part) => part.text), [local.by.text], where);
    assert.equal(local.of.filter((part) => part.text === local.by.text).length, 1, where);
    assert.ok(local.where.length !== 1 && push.place >= 0, where);
  }
});

everywhere("a step shows all that happens in it", ({ seen, lines }, where) => {
  assert.equal(lines.length, seen.step.events.length, where);
});

everywhere("dots exactly while more comes, and a dash before", ({ run, seen }, where) => {
  for (const node of run.nodes) {
    const happened = node.pushedAt.filter((at) => at <= seen.position).length;
    const all = node.pushedAt.length;
    assert.equal(gradientAt(node, seen.position) === null, happened === 0, where);
    assert.equal(isGrowing(node, seen.position), happened > 0 && happened < all, where);
    assert.equal(isDone(node, seen.position), happened === all, where);
  }
});

everywhere("a step computes, or contributes, or adds up what several uses have brought", ({ run, seen }, where) => {
  const { events, start, end } = seen.step;
  const now = (position) =>
    run.nodes.map(({ computedAt, pushedAt }) => [
      computedAt <= position,
      pushedAt.filter((at) => at <= position).length,
    ]);
  const isChanged = JSON.stringify(now(start)) !== JSON.stringify(now(end));
  const adds = events.some(({ kind, node }) => kind === "done" && run.nodes[node].uses.length > 1);
  assert.ok(isChanged || adds || seen.at === 0, where);
});

everywhere("the card names nothing that has not happened", ({ run, seen, lines }, where) => {
  for (const line of lines) {
    const node = "push" in line ? line.push.node : line.node;
    assert.ok(run.nodes[node].computedAt <= seen.position, where);
    if ("push" in line) assert.ok(isDone(run.nodes[node], seen.position), where);
  }
  const start = seen.at === 0 ? `${sentence(run, seen)} ${phase(run, seen)}` : "";
  assert.ok(!/\d\.\d/.test(start), where);
});

everywhere("every step says where it is, why, and who is next", ({ run, seen }, where) => {
  assert.match(phase(run, seen), seen.at === 0 ? /^Start/ : new RegExp(`step ${seen.at} of ${seen.of}: .`), where);
  assert.match(sentence(run, seen), /^[^ ].{20,}\.$/s, where);
  assert.doesNotMatch(sentence(run, seen), /undefined|NaN|null| {2}/, where);
  const last = seen.at === seen.of;
  assert.match(whoIsNext(run, seen), last ? /^This was the last step/ : /Next: .+\.$/, where);
});

everywhere("a Value has one name in a step, and no other Value has it", ({ run, seen, called }, where) => {
  const nodes = [...new Set(seen.step.events.flatMap(({ node }) => [node]))];
  assert.equal(new Set(nodes.map(called)).size, nodes.length, where);
  for (const node of nodes) assert.ok(run.nodes[node].name.endsWith(called(node)), where);
});

test("who waits is said until the last use has come", () => {
  const said = [...stepsOf(pages["x*x"])]
    .filter(({ unit }) => unit === "contribution")
    .map(({ run, seen }) => whoIsNext(run, seen));
  assert.match(said[3], /^x waits for one more use: its gradient is the sum of all contributions\. Next: y again/);
  assert.match(said[4], /^Next: x, to which all its uses have contributed\.$/);
});

test("x·x goes through the first factor and through the second", () => {
  const steps = [...stepsOf(pages["x*x"])].filter(({ unit }) => unit === "contribution");
  const [first, second] = steps.slice(3, 5).map(({ lines: [line] }) => line);
  assert.deepEqual([text(first.local.of), first.local.by.text], ["a·b", "a"]);
  assert.deepEqual([text(second.local.of), second.local.by.text], ["a·b", "b"]);
  assert.deepEqual(first.local.where, ["a", "b", "x"]);
  assert.deepEqual([first.change.before, second.change.after], ["–", "6"]);
  const words = steps.slice(3).map(({ run, seen }) => sentence(run, seen));
  assert.match(words[0], /x, the first factor,.* x is used twice: more will be added\.$/);
  assert.match(words[1], /x, the second factor,.* 3 plus 3 is 6\.$/);
  assert.match(words[2], /^x is used twice, as the first factor and the second factor of y\./);
});

test("the letters for places are those of the rule, and nobody's name", () => {
  let seen = 0;
  for (const trace of [alike, ...Object.values(pages)]) {
    const names = trace.nodes.map(({ name }) => name.split(".").at(-1));
    for (const { run, lines } of stepsOf(trace)) {
      for (const { push, local } of lines.filter((line) => "push" in line && line.local.where[0])) {
        const letters = local.where.slice(0, -1);
        const { rule } = edgeOf(run, push);
        assert.ok(letters.every((letter) => !names.includes(letter) && !"de".includes(letter)));
        assert.ok(letters.includes(local.by.text) && rule.symbols.includes(`/d${local.by.text}`));
        const told = letters.length > 11 ? letters.slice(0, 6) : letters;
        assert.ok(rule.numbers.includes(`where ${told.join(" = ")} = `), rule.numbers);
        seen++;
      }
    }
  }
  assert.ok(seen > 60);
});

test("rules in one table have the names of the whole step", () => {
  let differ = 0;
  for (const { run, unit, lines, called } of stepsOf(pages["MLP 2-2-1"])) {
    const pushes = lines.flatMap((line) => ("push" in line ? [line.push] : []));
    if (unit !== "layer" || pushes.length < 2) continue;
    const table = said(lineRows(run, lines, 0, called));
    for (const push of pushes) {
      const rule = said(ruleOf(run, push, called));
      assert.ok(table.includes(rule), rule);
      differ += rule !== said(ruleOf(run, push)) && !table.includes(said(ruleOf(run, push)));
    }
  }
  assert.ok(differ > 0);
});

test("a short name is no other Value's name", () => {
  for (const trace of [alike, ...Object.values(pages)]) {
    const names = new Map(trace.nodes.map(({ name }, node) => [name, node]));
    for (const { called } of stepsOf(trace)) {
      for (const node of trace.nodes.keys()) {
        assert.equal(names.get(called(node)) ?? node, node);
      }
    }
  }
});

test("a number between signs stands in parentheses in a derivative too", () => {
  const written = [...stepsOf(alike)].flatMap(({ lines }) =>
    lines.flatMap((line) => ("push" in line ? [text(line.local.of)] : [])),
  );
  assert.ok(written.includes("ab ^ (-0.5)") && written.includes("b·(-2)"), written);
});

test("nan is not said to be no positive number", () => {
  const said = [...stepsOf(alike)].map(({ run, seen }) => sentence(run, seen));
  const [relu] = said.filter((each) => /ReLU gives/.test(each));
  assert.match(relu, /\(nan\) is no number, and so ReLU gives none: nan\./);
});

test("a rule has the short names of its step, and no part of another name", () => {
  const rules = [...stepsOf(alike)].flatMap(({ run, seen }) =>
    seen.pushes.map((push) => said(ruleOf(run, push, short))),
  );
  assert.ok(rules.some((rule) => rule.startsWith("d(m.ab·A)/dA = m.ab")), rules);

  /** @returns other names for some, of which one is the beginning of another. */
  function short(node) {
    const { name } = alike.nodes[node];
    return name === "m.a" ? "A" : name;
  }
});

test("a page has as many steps as it has things to say", () => {
  const counts = Object.values(pages).map((trace) => {
    const { steps } = prepare(trace);
    return UNITS.map((unit) => steps[unit].length - 1);
  });
  assert.deepEqual(Object.fromEntries(Object.keys(pages).map((page, i) => [page, counts[i]])), {
    neuron: [19, 15, 5],
    "x*x": [5, 4, 3],
    micrograd: [61, 53, 3],
    "MLP 2-2-1": [39, 33, 8],
    softmax: [20, 18, 4],
    residual: [11, 10, 3],
  });
});

test("the last step says what the largest gradient means, and how gradients are used", () => {
  const said = [...stepsOf(pages.neuron)].filter(({ unit }) => unit === "contribution").at(-1);
  const text = whoIsNext(said.run, said.seen);
  assert.match(text, /If w\[0\] grows by 0\.01, Loss grows by about 0\.01 × 6 = 0\.06\./);
  assert.match(text, /No other parameter counts more; inputs and targets are data, which one /);
  assert.match(text, /To make Loss smaller, go against the gradient/);
});
