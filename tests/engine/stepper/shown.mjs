// What the cards show of some traces, at every step, as text: for tests that have no browser.
//
//     STEPPER_MODULES=… node shown.mjs traces.json      writes a list for each trace

import { readFileSync } from "node:fs";

// Nodes that keep what they are given, as much as the cards ask for.
class FakeNode {
  get nextSibling() {
    const { children } = this.parent;
    return children[children.indexOf(this) + 1] ?? null;
  }
  replaceWith(child) {
    const { parent } = this;
    child.parent = parent;
    parent.children[parent.children.indexOf(this)] = child;
  }
  remove() {
    this.parent.children = this.parent.children.filter((each) => each !== this);
  }
  isEqualNode(other) {
    return this.described() === other.described();
  }
}

class FakeText extends FakeNode {
  constructor(data) {
    super();
    this.data = data;
  }
  get textContent() {
    return this.data;
  }
  described() {
    return JSON.stringify(this.data);
  }
}

class Fake extends FakeNode {
  constructor(tag) {
    super();
    Object.assign(this, { tag, attributes: {}, children: [], listeners: {}, style: {}, dataset: {} });
    this.classList = {
      contains: (name) => this.classes().includes(name),
      toggle: (name) => {
        const others = this.classes().filter((each) => each !== name);
        const names = this.classList.contains(name) ? others : [...others, name];
        this.setAttribute("class", names.join(" "));
      },
    };
  }
  classes() {
    return (this.attributes.class ?? "").split(" ").filter(Boolean);
  }
  get nodeName() {
    return this.tag;
  }
  described() {
    const attributes = Object.entries(this.attributes).toSorted();
    return JSON.stringify([this.tag, attributes, this.children.map((each) => each.described())]);
  }
  get childNodes() {
    return this.children;
  }
  get firstChild() {
    return this.children[0] ?? null;
  }
  get lastChild() {
    return this.children.at(-1) ?? null;
  }
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  getAttribute(name) {
    return this.attributes[name] ?? null;
  }
  getAttributeNames() {
    return Object.keys(this.attributes);
  }
  removeAttribute(name) {
    delete this.attributes[name];
  }
  addEventListener(name, listener) {
    this.listeners[name] = listener;
  }
  append(...children) {
    for (const child of children) {
      const node = typeof child === "string" ? new FakeText(child) : child;
      node.parent = this;
      this.children.push(node);
    }
  }
  replaceChildren(...children) {
    this.children = [];
    this.append(...children);
  }
  get textContent() {
    return this.children.map((each) => each.textContent).join("");
  }
  set textContent(text) {
    this.replaceChildren(...(text === "" ? [] : [text]));
  }
  // All elements inside that have this name, or this class.
  all(what) {
    return this.children
      .filter((each) => each instanceof Fake)
      .flatMap((each) => [
        ...(each.tag === what || each.classes().includes(what) ? [each] : []),
        ...each.all(what),
      ]);
  }
  querySelector(what) {
    return this.all(what)[0] ?? null;
  }
  querySelectorAll(what) {
    return this.all(what);
  }
}

globalThis.Element = Fake;
globalThis.Text = FakeText;
globalThis.document = {
  createElement: (tag) => new Fake(tag),
  createElementNS: (_, tag) => new Fake(tag),
};

const from = (module) => import(new URL(`${module}.mjs`, process.env.STEPPER_MODULES));
const { prepare } = await from("run/run");
const { START, reduce, view } = await from("run/state");
const { ledgerCard } = await from("cards/ledger");
const { pathsCard } = await from("cards/paths");
const { valuesCard } = await from("cards/values");
const { whyLine } = await from("cards/why");
const { plot } = await from("cards/plot");

const texts = (element, what) => element.all(what).map((each) => each.textContent);
const cells = (row) => [...row.all("th"), ...row.all("td")].map((each) => each.textContent);

function ledgerOf({ element }) {
  const rows = element.all("tbody").flatMap((body) => body.all("tr"));
  return rows.map((row) => ({ classes: row.classes(), cells: cells(row) }));
}

function stepsOf(trace, unit) {
  const run = prepare(trace);
  const actions = [];
  const cards = [ledgerCard(actions.push), pathsCard(actions.push)];
  const values = valuesCard((action) => actions.push(action));
  return run.steps[unit].map((_, at) => {
    const seen = view(run, reduce(run, { ...START, unit }, { type: "seek", at }));
    for (const each of cards) each.show(run, seen);
    values.show(run, seen);
    const [ledger, paths] = cards;
    return {
      shown: seen.shown,
      start: seen.step.start,
      focus: seen.focus,
      formula: texts(ledger.element, "formula")[0],
      ledger: ledgerOf(ledger),
      total: texts(ledger.element, "tfoot")[0],
      count: texts(paths.element, "count")[0],
      paths: paths.element.all("path").map((each) => [...texts(each, "names"), ...texts(each, "factors")]),
      sum: paths.element.all("sum").flatMap((table) => table.all("tr").map(cells)),
      values: values.element.all("tbody")[0].all("tr").map(cells),
      whys: seen.pushes.map((push) => whyLine(run, push).textContent),
      plots: seen.pushes.map((push) => plot(run, push)?.attributes["aria-label"] ?? null),
    };
  });
}

const traces = JSON.parse(readFileSync(process.argv[2]));
const units = ["contribution", "node", "layer"];
const shown = traces.map((trace) =>
  Object.fromEntries(units.map((unit) => [unit, stepsOf(trace, unit)])),
);
process.stdout.write(JSON.stringify(shown));
