// Plays a trace (trace.py says what is in one): the graph, the equation of the step, and tables.
//
// What is seen is a function of the trace and of a small state: how many events have happened, and
// what the reader has chosen. `prepare`, `reduce` and `view` are that function, and know nothing of
// a page; the rest shows what `view` says. A trace is data: its text only ever becomes text.
//
// The script starts itself in a page made by page.py, and its default export is a widget.

// ---------------------------------------------------------------------------------- numbers

/** A number of the trace, in which NaN and the infinities are text. */
export const number = (given) => (typeof given === "string" ? Number(given) : given);

/** All digits: the shortest text that is read as the same number. */
export const exact = (x) => (Object.is(x, -0) ? "-0" : String(x));

/** Four significant digits, as Python's format ".4g" writes them. */
export function short(x) {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
  if (x === 0) return "0";
  const [mantissa, exponent] = roundedHalfToEven(x).split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 4) return String(Number(`${mantissa}e${power}`));
  const digits = String(Math.abs(power)).padStart(2, "0");
  return `${String(Number(mantissa))}e${power < 0 ? "-" : "+"}${digits}`;
}

/** The number in scientific notation; one that is halfway between two goes to the even digit. */
function roundedHalfToEven(x) {
  const up = x.toExponential(3);
  // oxlint-disable-next-line oxc/number-arg-out-of-range -- 100 digits are allowed since ES2018
  const exact = x.toExponential(100);
  if (!/^-?\d\.\d{3}50*e/.test(exact)) return up;
  const down = exact.replace(/(\.\d{3})\d*/, "$1");
  return Number(down.split("e")[0].at(-1)) % 2 === 0 ? down : up;
}

/** As it stands beside an operator: negative numbers in parentheses. */
export const operand = (x) => (x < 0 ? `(${short(x)})` : short(x));

/** A long list without its middle, as in Python's notation.abridged. */
export const abridged = (parts) =>
  parts.length <= 12 ? parts : [...parts.slice(0, 6), "…", ...parts.slice(-5)];

/** A whole number in decimal text with thousands apart; a very long one as a power of ten too. */
export function counted(digits) {
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, ",");
  return digits.length <= 15 ? grouped : `about 10^${(logarithm(digits)).toFixed(0)}`;
}

const logarithm = (digits) => Math.log10(Number(`0.${digits.slice(0, 15)}`)) + digits.length;

// ---------------------------------------------------------------------------------- the run

/** The trace with its numbers read, and with where to look for what. Positions count events. */
export function prepare(trace) {
  const nodes = trace.nodes.map(readNode);
  const events = trace.events.map(readEvent);
  const run = {
    title: trace.title,
    output: trace.output,
    numericNote: trace.numeric_note,
    pictureNote: trace.picture.note,
    last: events.length,
    nodes,
    events,
    seed: events.findIndex((event) => event.kind === "seed") + 1,
  };
  events.forEach((event, i) => note(nodes, event, i + 1));
  run.stops = {
    contribution: [...events.keys(), events.length],
    node: stops(events, (event) => `${event.kind === "forward"} ${event.node}`),
    layer: stops(events, layers(nodes)),
  };
  run.rows = [...nodes.keys()].toSorted((a, b) => isInner(nodes[a]) - isInner(nodes[b]) || a - b);
  run.rank = [];
  run.rows.forEach((node, rank) => (run.rank[node] = rank));
  return run;
}

const isInner = (node) => node.inputs.length > 0;

function readNode(node) {
  const { numeric, paths } = node;
  return {
    ...node,
    data: number(node.data),
    grad: number(node.grad),
    inputs: node.inputs.map((input) =>
      "node" in input
        ? { node: input.node, local: number(input.local) }
        : { number: number(input.number) },
    ),
    numeric: numeric && { ...numeric, value: number(numeric.value), error: number(numeric.error) },
    paths: { count: paths.count, rest: number(paths.rest), best: paths.best.map(readPath) },
    computedAt: 0,
    doneAt: 0,
    pushedAt: [],
    after: [],
  };
}

const readPath = (path) => ({
  ...path,
  factors: path.factors.map(number),
  product: number(path.product),
});

function readEvent([kind, node, ...more]) {
  if (kind === "seed") return { kind, node, grad: number(more[0]) };
  if (kind !== "push") return { kind, node };
  const [place, input, ...numbers] = more;
  const [upstream, local, contribution, before, after] = numbers.map(number);
  return { kind, node, place, input, upstream, local, contribution, before, after };
}

/** Let the node that an event concerns know when it happens. */
function note(nodes, event, position) {
  const node = nodes[event.kind === "push" ? event.input : event.node];
  if (event.kind === "forward") node.computedAt = position;
  if (event.kind === "done") node.doneAt = position;
  if (event.kind === "push" || event.kind === "seed") {
    node.pushedAt.push(position);
    node.after.push(event.kind === "seed" ? event.grad : event.after);
  }
  if (event.kind === "seed") node.doneAt = position;
}

/** The positions at which a group of events with the same key ends; and the start. */
function stops(events, key) {
  const keys = events.map(key);
  const ends = [...events.keys()].filter((i) => keys[i] !== keys[i + 1]);
  return [0, ...ends.map((i) => i + 1)];
}

/** The layer that an event belongs to: the outermost scope in which the Values differ. */
function layers(nodes) {
  const scopes = nodes.map((node) => node.scope).filter((scope) => scope.length > 0);
  const common = scopes.reduce(
    (least, scope) => Math.min(least, sharedLength(scope, scopes[0])),
    Infinity,
  );
  return (event) => {
    const layer = JSON.stringify(nodes[event.node].scope.slice(0, common + 1));
    return `${event.kind === "forward"} ${layer}`;
  };
}

const sharedLength = (a, b) => {
  const end = a.findIndex((name, i) => name !== b[i]);
  return end < 0 ? a.length : end;
};

/** How many numbers of an ascending list are not above x. */
export function countUpTo(ascending, x) {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The gradient of a node when so many events have happened. */
export function gradientAt(node, position) {
  const count = countUpTo(node.pushedAt, position);
  return count ? node.after[count - 1] : 0;
}

// ---------------------------------------------------------------------------------- the state

/** The state in which a reader begins. `selected` null means: whatever the step is about. */
export const START = {
  position: 0,
  unit: "contribution",
  selected: null,
  path: null,
  playing: false,
  quiz: false,
  answer: null,
};

const MOVES = {
  first: () => 0,
  previous: (run, state) => Math.max(0, stopAt(run, state, state.position - 1)),
  next: (run, state) => stopAfter(run, state),
  last: (run) => run.last,
};

const stopAt = (run, state, position) => {
  const list = run.stops[state.unit];
  return list[Math.max(0, countUpTo(list, position) - 1)];
};

const stopAfter = (run, state) => {
  const list = run.stops[state.unit];
  return list[Math.min(list.length - 1, countUpTo(list, state.position))];
};

const OTHER_ACTIONS = {
  seek: (run, state, { position }) => movedTo(state, clamped(run, position)),
  unit: (run, state, { unit }) => ({ ...state, unit }),
  select: (run, state, { node }) => ({ ...state, selected: node, path: null }),
  follow: (run, state) => ({ ...state, selected: null, path: null }),
  path: (run, state, { path }) => ({ ...state, path: state.path === path ? null : path }),
  quiz: (run, state) => ({ ...state, quiz: !state.quiz, answer: null, playing: false }),
  answer: (run, state, { text }) => ({ ...state, answer: text }),
  stop: (run, state) => ({ ...state, playing: false }),
  play: (run, state) => ({
    ...movedTo(state, state.position === run.last ? 0 : state.position),
    playing: !state.playing,
  }),
  tick: (run, state) => {
    const position = MOVES.next(run, state);
    return { ...movedTo(state, position), playing: position < run.last };
  },
};

/** The state after an action of the reader. */
export function reduce(run, state, action) {
  const other = OTHER_ACTIONS[action.type];
  if (other) return other(run, state, action);
  if (action.type === "next" && isHidden(run, state)) return { ...state, answer: "" };
  return { ...movedTo(state, MOVES[action.type](run, state)), playing: false };
}

const clamped = (run, position) => Math.min(run.last, Math.max(0, Math.round(position) || 0));

/** A path that is shown belongs to one Value: it goes out when another comes into view. */
function movedTo(state, position) {
  if (position === state.position) return state;
  const path = state.selected === null ? null : state.path;
  return { ...state, position, path, answer: null };
}

/** Whether the reader is to predict the number of this step, and has not done so yet. */
function isHidden(run, state) {
  const event = run.events[state.position - 1];
  return state.quiz && event?.kind === "push" && state.answer === null;
}

/** What is seen: the event, how many are over, and the node that is looked at. */
export function view(run, state) {
  const event = run.events[state.position - 1] ?? null;
  const hidden = isHidden(run, state);
  const about = event ? (event.kind === "push" ? event.input : event.node) : run.output;
  return {
    position: state.position,
    shown: state.position - (hidden ? 1 : 0),
    event,
    hidden,
    focus: state.selected ?? about,
    pinned: state.selected !== null,
    path: state.path,
    answer: state.answer,
  };
}

/** What is said to a prediction: right within one percent. "" where none was made. */
export function judged(text, truth) {
  const said = text.trim().replace(",", ".").replace("−", "-");
  if (said === "") return "";
  const guess = Number(said);
  if (Number.isNaN(guess)) return "That is not a number.";
  const near = guess === truth || Math.abs(guess - truth) <= 0.01 * Math.abs(truth);
  return near ? "Right." : `You predicted ${short(guess)}.`;
}

/** The event in words, for those who listen, and for all. */
export function sentence(run, { event, position, hidden }) {
  if (event === null) return "Nothing has been computed yet. Press → for the first step.";
  const node = run.nodes[event.node];
  if (event.kind === "forward") {
    return `${node.name} is computed from its inputs: ${short(node.data)}.`;
  }
  if (event.kind === "seed") {
    return `The gradient of ${node.name} by itself is 1. From here it flows against the arrows.`;
  }
  if (event.kind === "done") {
    const uses = node.pushedAt.length;
    const all = uses === 1 ? "The one use" : `All ${uses} uses`;
    const end = position === run.last ? " This was the last step." : "";
    const grad = short(node.grad);
    return `${all} of ${node.name} contributed: its gradient is complete, ${grad}.${end}`;
  }
  return pushInWords(run, event, hidden);
}

function pushInWords(run, event, hidden) {
  const [from, to] = [run.nodes[event.node].name, run.nodes[event.input].name];
  const start = `From ${from} back to ${to}: upstream ${short(event.upstream)} times local `;
  if (hidden) return `${start}${short(event.local)}. What does this edge contribute?`;
  const change = `The gradient of ${to} goes from ${short(event.before)} to ${short(event.after)}.`;
  return `${start}${short(event.local)} is ${short(event.contribution)}. ${change}`;
}

// ---------------------------------------------------------------------------------- the page

/** An element with attributes, listeners (`onclick`) and children; text becomes text. */
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** A number in four digits that has all of them in its title. */
const num = (x, kind = "") =>
  h("span", { class: `num ${kind}`, "data-value": exact(x), title: exact(x) }, short(x));

const asOperand = (x, kind = "") =>
  x < 0 ? h("span", { class: "nowrap" }, "(", num(x, kind), ")") : num(x, kind);

/** A name; the number that tells it from others is small. */
function named(name) {
  const [, word, mark] = /^([^]*?)(#\d+)?$/.exec(name);
  return h("span", { class: "name" }, word, ...(mark ? [h("small", {}, mark)] : []));
}

/** A partial derivative, set as a fraction and read as ∂a/∂b. */
function partial(of, by) {
  return h(
    "span",
    { class: "fraction" },
    h("span", {}, "∂", named(of)),
    h("span", { class: "slash" }, "/"),
    h("span", {}, "∂", named(by)),
  );
}

/** A part of an equation with what it is called below it. */
const term = (kind, caption, ...parts) =>
  h(
    "span",
    { class: `term ${kind}`, "data-caption": caption },
    h("span", { class: "body" }, ...parts),
  );

const sign = (text) => h("span", { class: "sign" }, ` ${text} `);

const ICONS = {
  first: "M5 5v14M19 5l-10 7 10 7z",
  previous: "M16 5l-10 7 10 7z",
  next: "M8 5l10 7-10 7z",
  last: "M19 5v14M5 5l10 7-10 7z",
  play: "M7 4l13 8-13 8z",
  pause: "M8 5v14M16 5v14",
};

function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

const card = (name, title, ...children) =>
  h(
    "section",
    { class: `card ${name}`, "aria-label": title },
    h("h2", { tabindex: "-1" }, title),
    ...children,
  );

// ---------------------------------------------------------------------------------- equation

function equation(run, seen, dispatch) {
  const { event } = seen;
  if (event === null) {
    const goal = run.nodes[run.output];
    return [named(goal.name), sign("="), num(goal.data), sign("and its gradient, step by step")];
  }
  const name = run.nodes[event.node].name;
  const output = run.nodes[run.output].name;
  if (event.kind === "forward") return forwardEquation(run.nodes[event.node]);
  if (event.kind === "seed") return [partial(output, output), sign("="), num(event.grad, "grad")];
  if (event.kind === "done") return doneEquation(run, event, output, name);
  const to = run.nodes[event.input].name;
  return [
    term("result", "gradient", partial(output, to)),
    sign("+="),
    term("upstream", "upstream", partial(output, name)),
    sign("·"),
    term("local", "local", partial(name, to)),
    sign("="),
    term("upstream", "upstream", asOperand(event.upstream)),
    sign("×"),
    term("local", "local", asOperand(event.local)),
    sign("="),
    ...(seen.hidden ? [prediction(dispatch)] : contribution(event, seen)),
  ];
}

function contribution(event, seen) {
  const change = ["(", num(event.before), " → ", num(event.after), ")"];
  const said = seen.answer ? judged(seen.answer, event.contribution) : "";
  return [
    term("contribution", "contribution", num(event.contribution)),
    h("span", { class: "change" }, "   ", ...change),
    ...(said ? [h("span", { class: "verdict" }, said)] : []),
  ];
}

/** Where a reader writes the number that comes next. */
function prediction(dispatch) {
  const field = h("input", {
    type: "text",
    inputmode: "text",
    autocomplete: "off",
    "aria-label": "Your prediction of the contribution",
    placeholder: "?",
  });
  const answer = (event) => {
    event.preventDefault();
    dispatch({ type: "answer", text: field.value });
  };
  const button = h("button", { type: "submit", class: "small" }, "Reveal");
  return h("form", { class: "prediction", onsubmit: answer }, field, button);
}

function forwardEquation(node) {
  const [name, ...sides] = node.formula;
  const result = num(node.data, "data");
  const middle = sides.slice(0, -1).flatMap((side) => [sign("="), h("span", {}, side)]);
  return [named(name), ...middle, sign("="), result];
}

function doneEquation(run, event, output, name) {
  const node = run.nodes[event.node];
  const parts = node.pushedAt.map((position) => run.events[position - 1].contribution);
  const shown = parts.length > 1 ? abridged(parts) : [];
  const terms = shown.flatMap((each, i) => [
    sign(i ? "+" : "="),
    typeof each === "number" ? asOperand(each) : each,
  ]);
  return [partial(output, name), ...terms, sign("="), num(node.grad, "grad")];
}

const PHASES = {
  forward: "Forward",
  seed: "Backward begins",
  push: "Backward",
  done: "Gradient complete",
};

function equationCard(dispatch) {
  const phase = h("span", { class: "phase" });
  const line = h("code", { class: "line" });
  const body = h("div", { class: "equation" });
  const words = h("p", { class: "words", "aria-live": "polite", "aria-atomic": "true" });
  const element = h("section", { class: "card now", "aria-label": "This step" });
  element.append(h("div", { class: "above" }, phase, line), body, words);
  const show = (run, seen) => {
    const { event } = seen;
    phase.textContent = event ? PHASES[event.kind] : "Start";
    element.dataset.kind = event ? event.kind : "start";
    line.textContent = (event && run.nodes[event.node].line) || "";
    body.replaceChildren(...equation(run, seen, dispatch));
    words.textContent = sentence(run, seen);
    if (seen.hidden) body.querySelector("input").focus({ preventScroll: true });
  };
  return { element, show };
}

// ---------------------------------------------------------------------------------- the picture

/** Set text or a class only where it changes: a picture has many boxes. */
const setText = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};
const setClass = (element, name, on) => {
  if (element.classList.contains(name) !== on) element.classList.toggle(name, on);
};

function pictureCard(run, svg, dispatch) {
  if (!svg) {
    const element = h("section", { class: "card picture none", "aria-label": "Graph" });
    element.append(h("p", { class: "quiet" }, run.pictureNote));
    return { element, show: () => {}, fit: () => {} };
  }
  const frame = h("div", { class: "frame" }, svg);
  const zoom = zooming(frame, svg);
  const tools = h(
    "div",
    { class: "tools" },
    h("button", { type: "button", onclick: zoom.out, "aria-label": "Smaller" }, "−"),
    h("button", { type: "button", onclick: zoom.fit, title: "The whole graph (F)" }, "Fit"),
    h("button", { type: "button", onclick: zoom.in, "aria-label": "Larger" }, "+"),
  );
  const element = h("section", { class: "card picture", "aria-label": "Graph" }, frame, tools);
  const { width, height } = svg.viewBox.baseVal;
  element.dataset.shape = height > 0.7 * width ? "tall" : "wide";
  const parts = partsOf(svg, run, dispatch);
  let before = null;
  const show = (seen) => {
    for (const { node, box, texts } of parts.boxes) showBox(run, seen, node, box, texts);
    for (const { node, place, arrow } of parts.arrows) showArrow(run, seen, node, place, arrow);
    follow(before, seen, svg, zoom);
    before = seen;
  };
  return { element, show, fit: zoom.fit, start: zoom.start };
}

/** Scroll to what this step concerns, or to what has just been chosen; show the whole of a path. */
function follow(before, seen, svg, zoom) {
  const first = (what) => [...svg.querySelectorAll(what)].slice(0, 1);
  if (before?.path !== seen.path) zoom.whole([...svg.querySelectorAll(".on-path")]);
  if (before?.position !== seen.position) {
    const edge = first(".edge.active");
    zoom.reveal([...svg.querySelectorAll(".changes")].map((box) => [box, ...edge]));
  } else if (seen.pinned && before.focus !== seen.focus) zoom.reveal([first(".selected")]);
}

/** The boxes and arrows of the picture, with what they show; a click on a box selects. */
function partsOf(svg, run, dispatch) {
  const boxes = [...svg.querySelectorAll("[data-node]")].map((box) => {
    const node = Number(box.dataset.node);
    box.addEventListener("click", () => dispatch({ type: "select", node }));
    setClass(box, "inner", isInner(run.nodes[node]));
    const texts = [...box.querySelectorAll("text")].slice(-2);
    return { node, box, texts };
  });
  const arrows = [...svg.querySelectorAll("[data-edge]")].map((arrow) => {
    const [node, place] = arrow.dataset.edge.split("/").map(Number);
    return { node, place, arrow };
  });
  return { boxes, arrows };
}

function showBox(run, seen, place, box, [data, grad]) {
  const node = run.nodes[place];
  const { event, shown } = seen;
  const now = gradientAt(node, shown);
  const reached = countUpTo(node.pushedAt, shown);
  const done = isDone(node, shown);
  const computed = node.computedAt <= shown;
  setClass(box, "ahead", !computed);
  setClass(box, "reached", reached > 0);
  setClass(box, "done", done);
  setClass(box, "active", event !== null && (event.node === place || event.input === place));
  setClass(box, "changes", event !== null && (event.input ?? event.node) === place);
  setClass(box, "selected", seen.pinned && seen.focus === place);
  setClass(box, "on-path", pathOf(run, seen)?.nodes.includes(place) ?? false);
  setText(data, computed ? `data ${short(node.data)}` : "data –");
  setText(grad, `grad ${short(now)}${reached > 0 && !done ? " …" : ""}`);
  const grads = `${exact(now)}${done ? "" : " so far"}`;
  setText(box.querySelector("title"), `${node.name}, data ${exact(node.data)}, grad ${grads}`);
}

const isDone = (node, position) => node.doneAt > 0 && node.doneAt <= position;

function showArrow(run, seen, node, place, arrow) {
  const { event, shown } = seen;
  const flows = event?.kind === "push" && event.node === node && event.place === place;
  const feeds = event?.kind === "forward" && event.node === node;
  setClass(arrow, "ahead", run.nodes[node].computedAt > shown);
  setClass(arrow, "active", flows || feeds);
  setClass(arrow, "on-path", isOnPath(pathOf(run, seen), node, place));
}

const pathOf = (run, seen) =>
  seen.path === null ? null : (run.nodes[seen.focus].paths.best[seen.path] ?? null);

const isOnPath = (path, node, place) => {
  const i = path ? path.nodes.indexOf(node) : -1;
  return i >= 0 && path.places[i] === place;
};

// Below this the letters of a picture can hardly be read, so it is scrolled instead.
const LEAST_ZOOM = 0.8;

/**
 * Zooming: `start` is as large as is legible, `fit` shows all. `reveal` scrolls to the one of some
 * groups that is closest together, or to its first element if it does not fit in. `whole` zooms out
 * until some elements are all seen, and back when there are none.
 */
function zooming(frame, svg) {
  const { width, height } = svg.viewBox.baseVal;
  const natural = 4 / 3; // a point is 4/3 pixels
  let scale = natural;
  let usual = null;
  const set = (wanted) => {
    scale = Math.min(4, Math.max(0.1, wanted));
    svg.style.width = `${Math.round(width * scale)}px`;
    svg.style.height = `${Math.round(height * scale)}px`;
  };
  const all = () => Math.min((frame.clientWidth - 24) / width, (frame.clientHeight - 24) / height);
  return {
    fit: () => set(Math.min(all(), 2)),
    start: () => set(Math.min(Math.max(all(), LEAST_ZOOM * natural), 1.15 * natural)),
    in: () => set(scale * 1.25),
    out: () => set(scale / 1.25),
    reveal: (groups) => {
      const [closest = []] = groups.toSorted((a, b) => girth(extent(a)) - girth(extent(b)));
      const all = extent(closest);
      const wide = all.width + 2 * MARGIN;
      const high = all.height + 2 * MARGIN;
      const fits = wide <= frame.clientWidth && high <= frame.clientHeight;
      centre(frame, fits ? all : extent(closest.slice(0, 1)));
    },
    whole: (elements) => {
      if (usual !== null) set(usual);
      usual = null;
      const { width: wide, height: high } = extent(elements);
      const ratio = Math.min(frame.clientWidth / wide, frame.clientHeight / high);
      if (elements.length === 0) return;
      usual = scale;
      if (ratio < 1) set(Math.max(all(), 0.95 * ratio * scale));
      centre(frame, extent(elements));
    },
  };
}

/** The rectangle around some elements; that of no element is empty. */
function extent(elements) {
  const all = elements.map((element) => element.getBoundingClientRect());
  const left = Math.min(...all.map((each) => each.left));
  const right = Math.max(...all.map((each) => each.right));
  const top = Math.min(...all.map((each) => each.top));
  const bottom = Math.max(...all.map((each) => each.bottom));
  return { left, right, top, bottom, width: right - left, height: bottom - top };
}

const girth = ({ width, height }) => width + height;

// So many pixels beside a border are seen badly.
const MARGIN = 8;

/** Scroll the frame, and nothing else, so that a rectangle that is not in it is in the middle. */
function centre(frame, { left, right, top, bottom }) {
  const view = frame.getBoundingClientRect();
  const inside =
    left >= view.left + MARGIN && right <= view.right - MARGIN &&
    top >= view.top + MARGIN && bottom <= view.bottom - MARGIN;
  if (inside || left > right) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  frame.scrollBy({
    left: (left + right - view.left - view.right) / 2,
    top: (top + bottom - view.top - view.bottom) / 2,
    behavior: calm ? "auto" : "smooth",
  });
}

// ---------------------------------------------------------------------------------- the ledger

// How many rows a table shows at a time.
const ROWS = 100;

/** The part of a list, `ROWS` long at the most, that holds the item of that place. */
export function page(length, place) {
  const start = Math.floor(Math.max(0, Math.min(place, length - 1)) / ROWS) * ROWS;
  return { start, end: Math.min(length, start + ROWS) };
}

const row = (attributes, ...cells) =>
  h("tr", attributes, ...cells.map((cell) => h("td", {}, ...[cell].flat())));

const header = (...titles) =>
  h("thead", {}, h("tr", {}, ...titles.map((title) => h("th", { scope: "col" }, title))));

/** A button that selects a node. */
const pick = (run, node, dispatch) =>
  h(
    "button",
    { type: "button", class: "pick", onclick: () => dispatch({ type: "select", node }) },
    named(run.nodes[node].name),
  );

function ledgerCard(dispatch) {
  const title = h("span", {});
  const follow = h(
    "button",
    { type: "button", class: "small", onclick: () => dispatch({ type: "follow" }) },
    "Follow the steps",
  );
  const about = h("div", { class: "about" });
  const table = h("table", { class: "ledger" });
  const rest = h("p", { class: "quiet" });
  const scroll = h("div", { class: "scroll" }, table);
  const element = card("selected", "Gradient", about, scroll, rest);
  element.querySelector("h2").replaceChildren(h("span", {}, "Gradient of ", title), follow);
  const show = (run, seen) => {
    const node = run.nodes[seen.focus];
    title.replaceChildren(named(node.name));
    follow.hidden = !seen.pinned;
    about.replaceChildren(...describe(run, node, dispatch));
    const { start, end } = page(node.pushedAt.length, countUpTo(node.pushedAt, seen.shown) - 1);
    const rows = node.pushedAt.slice(start, end).map((at) => use(run, seen, at, dispatch));
    const titles = ["from", "upstream", "× local", "= contribution", "running sum"];
    const body = h("tbody", {}, ...rows);
    table.replaceChildren(header(...titles), body, total(run, seen, node));
    const some = `Uses ${start + 1} to ${end} of ${node.pushedAt.length}`;
    rest.textContent = end - start < node.pushedAt.length ? some : "";
  };
  return { element, show };
}

/** What a node is: its equation, where it belongs, what made it. */
function describe(run, node, dispatch) {
  const lines = [];
  if (isInner(node)) lines.push(h("p", { class: "formula" }, node.formula.join(" = ")));
  else lines.push(h("p", { class: "formula" }, named(node.name), " = ", num(node.data)));
  const inputs = [...new Set(node.inputs.map((input) => input.node))];
  const buttons = inputs
    .filter((input) => input !== undefined)
    .slice(0, 24)
    .map((input) => pick(run, input, dispatch));
  if (buttons.length) lines.push(h("p", { class: "quiet" }, "made from ", ...buttons));
  if (node.scope.length) lines.push(h("p", { class: "quiet" }, `in ${node.scope.join(" / ")}`));
  if (node.line) lines.push(h("p", {}, h("code", {}, node.line)));
  return lines;
}

/** A row of the ledger: one use of the node, which has happened or is to come. */
function use(run, seen, position, dispatch) {
  const event = run.events[position - 1];
  const state = position > seen.shown ? "ahead" : position === seen.position ? "current" : "";
  const attributes = { class: state };
  const blank = state === "ahead";
  if (event.kind === "seed") {
    return row(attributes, "the output itself", "", "", "", blank ? "–" : num(event.grad));
  }
  const from = pick(run, event.node, dispatch);
  if (blank) return row(attributes, from, "–", "–", "–", "–");
  return row(
    attributes,
    from,
    num(event.upstream, "upstream"),
    num(event.local, "local"),
    num(event.contribution, "contribution"),
    num(event.after),
  );
}

function total(run, seen, node) {
  const done = isDone(node, seen.shown);
  const happened = countUpTo(node.pushedAt, seen.shown);
  const state = done ? "complete" : `${happened} of ${node.pushedAt.length} uses so far`;
  const value = num(gradientAt(node, seen.shown), "total");
  return h(
    "tfoot",
    {},
    h(
      "tr",
      { class: done ? "complete" : "" },
      h("th", { scope: "row", colspan: "4" }, inline(run, node), " ", h("small", {}, state)),
      h("td", {}, value),
    ),
  );
}

const inline = (run, node) =>
  h("span", {}, "∂", named(run.nodes[run.output].name), "/∂", named(node.name));

// ---------------------------------------------------------------------------------- the paths

function pathsCard(dispatch) {
  const count = h("p", { class: "count" });
  const list = h("ol", { class: "paths" });
  const sum = h("table", { class: "sum" });
  const element = card("ways", "Chain-rule paths", count, list, h("div", { class: "scroll" }, sum));
  let shown = null;
  const show = (run, seen) => {
    const node = run.nodes[seen.focus];
    if (shown !== seen.focus) {
      shown = seen.focus;
      const { count: digits, best } = node.paths;
      count.replaceChildren(...howMany(run, node, digits));
      list.replaceChildren(...best.map((path, i) => pathRow(run, path, i, dispatch)));
      sum.replaceChildren(...sumOfPaths(run, node));
    }
    [...list.querySelectorAll("button")].forEach((button, i) =>
      button.setAttribute("aria-pressed", String(seen.path === i)),
    );
  };
  return { element, show };
}

function howMany(run, node, digits) {
  const [from, to] = [named(run.nodes[run.output].name), named(node.name)];
  if (digits === "") return ["More than 10^1000 paths lead from ", from, " to ", to, "."];
  const verb = digits === "1" ? " path leads from " : " paths lead from ";
  const number = h("span", { class: "how-many", title: digits, "data-count": digits });
  number.append(counted(digits));
  const all = h("details", {}, h("summary", {}, "exactly"), h("p", { class: "digits" }, digits));
  return [number, verb, from, " to ", to, ".", ...(digits.length > 15 ? [all] : [])];
}

function pathRow(run, path, i, dispatch) {
  const names = abridged(path.nodes).map((each) =>
    typeof each === "number" ? named(run.nodes[each].name) : each,
  );
  const factors = abridged(path.factors).map((each) =>
    typeof each === "number" ? asOperand(each) : each,
  );
  const product = joined(factors, " × ");
  const show = () => dispatch({ type: "path", path: i });
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "path", "aria-pressed": "false", onclick: show },
      h("span", { class: "names" }, ...joined(names, " → ")),
      h("span", { class: "factors" }, ...product, product.length ? " = " : "",
        num(path.product, "product")),
    ),
  );
}

const joined = (parts, between) => parts.flatMap((part, i) => (i ? [between, part] : [part]));

/** What the paths that are not listed add up to, and the gradient that all of them make. */
function sumOfPaths(run, node) {
  const { best, count, rest } = node.paths;
  const some = best.length ? "all other paths together" : "all paths together";
  const left = count === String(best.length) ? [] : [pathsLine([some], rest, "remainder")];
  return [...left, pathsLine(["sum of all = ", inline(run, node)], node.grad, "total")];
}

const pathsLine = (label, x, kind) =>
  h("tr", { class: kind }, h("th", { scope: "row" }, ...label), h("td", {}, num(x, kind)));

// ---------------------------------------------------------------------------------- all Values

const VERDICTS = {
  ok: ["✓", "agrees"],
  kink: ["∧", "kink"],
  WRONG: ["✗", "WRONG"],
  "cannot tell": ["?", "cannot tell"],
};

function valuesCard(run, dispatch) {
  const label = "Find a Value";
  const find = h("input", { type: "search", placeholder: label, "aria-label": label });
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") dispatch({ type: "select", node: found(run, find.value) });
  });
  const body = h("tbody", {});
  const titles = ["Value", "data", "gradient", "finite differences", "check"];
  const table = h("table", { class: "values" }, header(...titles), body);
  const note = h("p", { class: "quiet" });
  const element = card("all", "All Values", find, h("div", { class: "scroll" }, table), note);
  let rows = [];
  let first = -1;
  const show = (seen) => {
    const { start, end } = page(run.rows.length, run.rank[seen.focus]);
    if (first !== start) {
      first = start;
      rows = run.rows.slice(start, end).map((node) => valueRow(run, node, dispatch));
      body.replaceChildren(...rows.map((each) => each.element));
      const some = `Values ${start + 1} to ${end} of ${run.rows.length}; find or select another.`;
      note.textContent = `${run.numericNote} ${rows.length < run.rows.length ? some : ""}`;
    }
    for (const each of rows) each.show(seen);
  };
  return { element, show };
}

/** The first Value whose name has the text in it; the selection stays as it is for none. */
function found(run, text) {
  if (text === "") return null;
  const at = run.nodes.findIndex((node) => node.name === text);
  const similar = run.nodes.findIndex((node) => node.name.includes(text));
  return at >= 0 ? at : similar >= 0 ? similar : null;
}

function valueRow(run, place, dispatch) {
  const node = run.nodes[place];
  const data = h("td", {});
  const grad = h("td", { class: "grad" });
  const element = h("tr", { "data-node": String(place) });
  element.append(h("td", {}, pick(run, place, dispatch)), data, grad, ...numericCells(node));
  let before = "";
  const show = (seen) => {
    const computed = node.computedAt <= seen.shown;
    const now = gradientAt(node, seen.shown);
    const done = isDone(node, seen.shown);
    const more = !done && countUpTo(node.pushedAt, seen.shown) > 0;
    const key = `${computed} ${exact(now)} ${done} ${more}`;
    setClass(element, "selected", seen.focus === place);
    if (key === before) return;
    before = key;
    setClass(element, "done", done);
    data.replaceChildren(computed ? num(node.data) : "–");
    grad.replaceChildren(num(now), more ? " …" : "");
  };
  return { element, show };
}

function numericCells(node) {
  const { numeric } = node;
  if (!numeric) return [h("td", {}, "–"), h("td", {}, "–")];
  const [mark, word] = VERDICTS[numeric.verdict];
  const about = `${exact(numeric.value)} ± ${short(numeric.error)}`;
  const number = h("span", { class: "numeric", title: about }, short(numeric.value));
  const verdict = h("span", { class: `mark ${word}` }, `${mark} ${word}`);
  const why = numeric.why ? [h("small", {}, ` ${numeric.why}`)] : [];
  return [h("td", {}, number), h("td", { class: "check" }, verdict, ...why)];
}

// ---------------------------------------------------------------------------------- the legend

// How a mark looks (a class of the sample), and what it means.
const LEGEND = [
  ["box leaf", "a leaf: a parameter or an input; drawn once for each use"],
  ["box operation", "an operation with its result"],
  ["box output", "the output, from which the gradient starts"],
  ["box ahead", "not computed yet"],
  ["box active", "taking part in this step, as is a thick arrow"],
  ["box active changes", "the Value that this step changes"],
  ["box selected", "the Value that you have selected, by a click: the tables keep to it"],
  ["box on-path", "on the chain-rule path that you have clicked"],
  ["text more", "0.4 …", "a gradient to which more will be added"],
  ["text complete", "0.4", "a gradient that is complete, in bold"],
  ["text", "2 →", "the number on an arrow: the local derivative, d(result)/d(input)"],
  ["text upstream", "upstream", "d(output)/d(the result of the operation)"],
  ["text local", "local", "d(the result)/d(this input)"],
  ["text contribution", "contribution", "upstream × local, added to the gradient of the input"],
  ["text", "✓", "finite differences agree with the gradient"],
  ["text", "∧", "a kink: the slopes to the left and to the right differ"],
  ["text", "✗ ?", "finite differences disagree; or cannot tell"],
];

function legend() {
  const rows = LEGEND.flatMap(([look, ...texts]) => [
    h("dt", {}, h("span", { class: `sample ${look}` }, ...texts.slice(0, -1))),
    h("dd", {}, texts.at(-1)),
  ]);
  const list = h("dl", { class: "legend" }, ...rows);
  return h("details", { class: "card" }, h("summary", {}, "What the marks mean"), list);
}

// ---------------------------------------------------------------------------------- controls

const UNITS = ["contribution", "node", "layer"];

const KEYS = [
  ["→ ←", "next step, previous step"],
  ["Home End", "first step, last step"],
  ["Space", "play, pause"],
  ["1 2 3", "step by contribution, by node, by layer"],
  ["P", "predict each contribution before it is shown"],
  ["F", "fit the whole graph"],
  ["Esc", "let the tables follow the steps again"],
  ["?", "this list"],
];

function helpDialog() {
  const rows = KEYS.flatMap(([keys, what]) => [
    h("dt", {}, ...joined(keys.split(" ").map((key) => h("kbd", {}, key)), " ")),
    h("dd", {}, what),
  ]);
  const dialog = h("dialog", { class: "help", "aria-label": "Keyboard" });
  const close = h("button", { type: "button", onclick: () => dialog.close() }, "Close");
  dialog.append(h("h2", {}, "Keyboard"), h("dl", {}, ...rows), close);
  return dialog;
}

function controlBar(run, dispatch, help) {
  const move = (type, label, key) =>
    h(
      "button",
      { type: "button", class: type, title: `${label} (${key})`, "aria-label": label,
        onclick: () => dispatch({ type }) },
      icon(type),
    );
  const play = h("button", { type: "button", class: "play",
    onclick: () => dispatch({ type: "play" }) });
  const seek = () => dispatch({ type: "seek", position: Number(scrub.value) });
  const scrub = h("input", {
    type: "range", min: "0", max: String(run.last), step: "1", "aria-label": "Step", oninput: seek,
  });
  scrub.style.setProperty("--seed", `${(100 * run.seed) / Math.max(1, run.last)}%`);
  const counter = h("output", { class: "counter" });
  const units = UNITS.map((unit, i) =>
    h("button", { type: "button", title: `Step by ${unit} (${i + 1})`,
      onclick: () => dispatch({ type: "unit", unit }) }, unit),
  );
  const quiz = h("button", { type: "button", class: "quiz", title: "Predict each number (P)",
    onclick: () => dispatch({ type: "quiz" }) }, "Predict");
  const more = h("button", { type: "button", class: "more", "aria-label": "Keyboard",
    title: "Keyboard (?)", onclick: help }, "?");
  const element = h(
    "div",
    { class: "bar", role: "toolbar", "aria-label": "Steps" },
    h("div", { class: "transport" }, move("first", "First step", "Home"),
      move("previous", "Previous step", "←"), play, move("next", "Next step", "→"),
      move("last", "Last step", "End")),
    h("div", { class: "place" }, scrub, counter),
    h("div", { class: "units", role: "group", "aria-label": "Step by" },
      h("span", { class: "quiet" }, "step by"), ...units),
    h("div", { class: "extras" }, quiz, more),
  );
  const show = (state, words) => {
    play.replaceChildren(icon(state.playing ? "pause" : "play"));
    play.setAttribute("aria-label", state.playing ? "Pause" : "Play");
    play.setAttribute("title", `${state.playing ? "Pause" : "Play"} (Space)`);
    scrub.value = String(state.position);
    scrub.style.setProperty("--here", `${(100 * state.position) / Math.max(1, run.last)}%`);
    scrub.setAttribute("aria-valuetext", `step ${state.position} of ${run.last}: ${words}`);
    counter.textContent = `${state.position} / ${run.last}`;
    units.forEach((button, i) =>
      button.setAttribute("aria-pressed", String(UNITS[i] === state.unit)),
    );
    quiz.setAttribute("aria-pressed", String(state.quiz));
  };
  return { element, show };
}

const ACTIONS_BY_KEY = new Map([
  ["ArrowRight", { type: "next" }],
  ["ArrowLeft", { type: "previous" }],
  ["Home", { type: "first" }],
  ["End", { type: "last" }],
  [" ", { type: "play" }],
  ["1", { type: "unit", unit: "contribution" }],
  ["2", { type: "unit", unit: "node" }],
  ["3", { type: "unit", unit: "layer" }],
  ["p", { type: "quiz" }],
  ["Escape", { type: "follow" }],
]);

/** What a key asks for, given where it was pressed; null if it is not ours. */
export function actionOf(key, { tag = "", type = "" } = {}) {
  const writing = tag === "INPUT" && type !== "range";
  if (writing && key !== "Escape") return null;
  if (key === " " && (tag === "BUTTON" || tag === "SUMMARY")) return null;
  return ACTIONS_BY_KEY.get(key.length === 1 ? key.toLowerCase() : key) ?? null;
}

// ---------------------------------------------------------------------------------- all of it

// How long a step is shown while playing, in milliseconds; a long run takes a minute.
const SLOWEST = 1100;
const FASTEST = 60;
const WHOLE = 60_000;

/** Show a trace in an element; gives `set`, to change the state, and `end`, to stop. */
export function show(root, trace, { svg, keys = root, changed = () => {}, initial = {} } = {}) {
  const run = prepare(trace);
  let state = { ...START, ...initial };
  let timer = null;
  const dispatch = (action) => {
    update(reduce(run, state, action));
    if (action.type === "answer") parts.bar.element.querySelector(".next").focus();
  };
  const help = helpDialog();
  const parts = {
    now: equationCard(dispatch),
    picture: pictureCard(run, svg, dispatch),
    ledger: ledgerCard(dispatch),
    paths: pathsCard(dispatch),
    values: valuesCard(run, dispatch),
    bar: controlBar(run, dispatch, () => help.showModal()),
  };
  const onKey = (event) => handleKey(event, dispatch, parts.picture.fit, help);
  arrange(root, run, parts, help);
  parts.picture.start?.();
  keys.addEventListener("keydown", onKey);
  paint();
  return { set: (some) => update({ ...state, ...some }), state: () => state, run, end };

  function update(next) {
    if (next === state) return;
    state = next;
    schedule();
    paint();
    changed(state);
  }

  function paint() {
    const seen = view(run, state);
    root.toggleAttribute("data-predicting", seen.hidden);
    parts.now.show(run, seen);
    parts.picture.show(seen);
    parts.ledger.show(run, seen);
    parts.paths.show(run, seen);
    parts.values.show(seen);
    parts.bar.show(state, sentence(run, seen));
  }

  function schedule() {
    clearTimeout(timer);
    const pause = Math.max(FASTEST, Math.min(SLOWEST, WHOLE / run.stops[state.unit].length));
    if (state.playing) timer = setTimeout(() => dispatch({ type: "tick" }), pause);
  }

  function end() {
    clearTimeout(timer);
    keys.removeEventListener("keydown", onKey);
  }
}

function arrange(root, run, parts, help) {
  const title = h("h1", {}, named(run.title), h("span", { class: "quiet" }, ", forward and back"));
  const { now, picture, ledger, paths, values, bar } = parts;
  const sides = h("div", { class: "sides" }, ledger.element, paths.element);
  const main = h("div", { class: "main" }, picture.element, sides);
  main.dataset.shape = picture.element.dataset.shape ?? "none";
  root.replaceChildren(title, now.element, main, values.element, legend(), bar.element, help);
}

function handleKey(event, dispatch, fit, help) {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  const { tagName: tag, type } = event.target;
  const action = actionOf(event.key, { tag, type });
  const writing = tag === "INPUT" && type !== "range";
  if (action) dispatch(action);
  else if (event.key.toLowerCase() === "f" && !writing) fit();
  else if (event.key === "?" && !writing) help.showModal();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** The picture of a trace as an element; null if it has none. */
function pictureOf(trace) {
  if (!trace.picture.svg) return null;
  const parsed = new DOMParser().parseFromString(trace.picture.svg, "image/svg+xml");
  return document.importNode(parsed.documentElement, true);
}

function startPage() {
  const root = document.querySelector("main.glassgrad-stepper");
  const trace = JSON.parse(document.getElementById("glassgrad-trace").textContent);
  show(root, trace, { svg: root.querySelector("svg"), keys: document });
}

/** The widget: `step` and `selected` are what Python reads and sets. */
function render({ model, el }) {
  const root = h("div", { class: "glassgrad-stepper embedded", tabindex: "0" });
  el.append(root);
  const trace = JSON.parse(model.get("document"));
  const node = (name) => {
    const at = trace.nodes.findIndex((each) => each.name === name);
    return at >= 0 ? at : null;
  };
  const wanted = () => ({ position: model.get("step"), selected: node(model.get("selected")) });
  const changed = (state) => {
    model.set("step", state.position);
    model.set("selected", state.selected === null ? "" : trace.nodes[state.selected].name);
    model.save_changes();
  };
  const player = show(root, trace, { svg: pictureOf(trace), changed, initial: wanted() });
  const asked = () => {
    const { position, selected } = wanted();
    const now = player.state();
    if (position !== now.position || selected !== now.selected) {
      player.set({ position, selected, answer: null, path: null });
    }
  };
  model.on("change:step", asked);
  model.on("change:selected", asked);
  return () => {
    model.off("change:step", asked);
    model.off("change:selected", asked);
    player.end();
  };
}

export default { render };

if (typeof document !== "undefined" && document.getElementById("glassgrad-trace")) startPage();
