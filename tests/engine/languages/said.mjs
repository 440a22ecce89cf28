// What a page says of some traces at every step, in its language: for tests that read it.
//
//     node said.mjs traces.json      writes a list of texts

import { readFileSync } from "node:fs";

const from = (module) => import(new URL(`${module}.mjs`, process.env.STEPPER_MODULES));
const { liveRun } = await from("live/current");
const { START, reduce, view } = await from("run/state");
const { sentence } = await from("said/words");
const { phase, whoIsNext } = await from("said/next");
const { shownLines } = await from("said/lines");
const { KINDS } = await from("questions/table");
const { edgeOf, ruleText } = await from("said/rules");
const { because } = await from("picture/arrows");
const { nudgeSays, cautionOf, directionOf, noNudge } = await from("meaning/says");
const { descentSays } = await from("meaning/outcomes");
const { nudgeBy } = await from("meaning/nudge");
const { outputAt } = await from("live/retrace");
const { reasonsToStay } = await from("live/sweep");

const WRONG = ["", "x?", "0.1", "0", "+", "-", "y", "n", "g", "f", "s", "7", "-3", "1/3"];

const told = [];

function tellRun(run) {
  for (const unit of ["contribution", "node", "layer"])
    for (const { end: position } of run.steps[unit]) {
      const seen = view(run, { ...START, unit, position });
      told.push(phase(run, seen), sentence(run, seen), whoIsNext(run, seen));
      const lines = shownLines(run, seen.step, (node) => run.nodes[node].name);
      told.push(...lines.flatMap(({ product, sum }) => [product, sum]).flatMap((claim) =>
        claim ? [...claim.parts, claim.result] : []));
      for (const [node, { inputs }] of run.nodes.entries())
        inputs.filter((each) => "node" in each).forEach((_, place) =>
          told.push(because(run, seen, { node, place, input: 0 })));
    }
}

function tellQuestions(run) {
  for (const at of run.steps.contribution.keys())
    for (const kind of KINDS.filter((each) => each.applies(run, at))) {
      const question = kind.ask(run, at);
      const { text, because: why, choices, judge } = question;
      const answers = [...WRONG, ...choices, ...run.nodes.map(({ name }) => name),
        ...run.nodes.flatMap(({ data, grad }) => [data, -data, grad, 1 / grad].map(String))];
      told.push(text, why, ...choices, ...answers.map((each) => judge(each).says));
    }
  const state = reduce(run, START, { type: "quiz" });
  told.push(phase(run, view(run, { ...state, position: run.seed + 1 })));
}

function tellNodes({ nodes, output, live }) {
  const { name: loss, data: y } = nodes[output];
  for (const [place, { name, data: x, grad: slope, inputs, formula, numeric }] of nodes.entries()) {
    told.push(...formula.slice(1), numeric?.why ?? "", live.stays[place]);
    const count = inputs.filter((each) => "node" in each).length;
    for (let i = 0; i < count; i++) told.push(ruleText(edgeOf({ nodes }, { node: place, place: i })));
    told.push(noNudge(name, loss, { x, y, slope }), directionOf(name, loss, slope));
    if (!Number.isFinite(x + y + slope) || reasonsToStay(live.graph)[place] !== "") continue;
    for (const h of [0.01, -0.5, 0, 1e-17]) {
      const nudge = nudgeBy(outputAt(live.graph, live.data, place), { x, y, slope }, h);
      told.push(...nudgeSays(name, loss, nudge), cautionOf(loss, nudge, numeric));
    }
  }
}

function tellDescents() {
  const endings = ["", "no leaf", "no gradient", "level", "too far"];
  for (const losses of [[2.5], [2.5, 1.5], [2.5, 3.5, 1.5], [1.5, 2.5], [1.5, 1.5]])
    for (const end of endings)
      for (const better of [0, 0.05, 0.0125])
        for (const dead of [[], ["h1"], ["h1", "h2"]])
          told.push(descentSays("L", 0.1, { losses, end, better, isLevel: true }, dead));
}

for (const trace of JSON.parse(readFileSync(process.argv[2], "utf-8"))) {
  const run = liveRun(trace);
  tellRun(run);
  tellQuestions(run);
  tellNodes(run);
}
tellDescents();
process.stdout.write(JSON.stringify([...new Set(told)].filter(Boolean)));
