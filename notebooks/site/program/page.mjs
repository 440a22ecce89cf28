// The page: an editor, what a program printed, and what it shows. Python runs in a worker, which is
// ended where a program does not end by itself; another one is there seconds later.

/** @typedef {{kind: string, text?: string, line?: number, html?: string, title?: string}} Answer */

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 */
const part = (id, type) => {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`no ${id}`);
  return found;
};

const source = part("source", HTMLTextAreaElement);
const numbers = part("numbers", HTMLDivElement);
const examples = part("examples", HTMLSelectElement);
const language = part("language", HTMLSelectElement);
const run = part("run", HTMLButtonElement);
const stop = part("stop", HTMLButtonElement);
const status = part("status", HTMLParagraphElement);
const error = part("error", HTMLPreElement);
const prints = part("prints", HTMLElement);
const printed = part("printed", HTMLPreElement);
const shown = part("shown", HTMLElement);

const LOADING = "Loading Python: about 8 MB, once.";
const NARROW = matchMedia("(max-width: 60rem)");
const INDENT = "    ";

/** @type {Worker} */
let worker;
let fault = 0;
let began = 0;

// A worker that is made from a text has the policy of this page: it can ask no other host. One that
// is made from an address has none.
const text = `import ${JSON.stringify(new URL("worker.mjs", location.href).href)};`;
const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));

const start = () => {
  worker = new Worker(address, { type: "module" });
  worker.addEventListener("message", ({ data }) => take(data));
  worker.addEventListener("error", (event) => {
    say(`Python could not be loaded: ${event.message || "reload the page"}`);
  });
};

/** @param {string} words */
const say = (words) => {
  status.textContent = words;
};

/** @param {boolean} isRunning */
const setRunning = (isRunning) => {
  run.disabled = isRunning;
  stop.disabled = !isRunning;
};

/** @param {Answer} answer */
const take = ({ kind, text: words = "", line = 0, html = "", title = "" }) => {
  if (kind === "ready") {
    say("Ready.");
    setRunning(false);
  } else if (kind === "printed") {
    prints.hidden = false;
    printed.textContent += words;
  } else if (kind === "page" || kind === "picture") {
    shown.append(kind === "page" ? frame(html, title) : picture(html, title));
  } else if (kind === "error") {
    error.hidden = false;
    error.textContent = words;
    mark(line);
    end(line ? `Stopped in line ${line}.` : "Stopped by an error.");
  } else if (kind === "done") {
    if (NARROW.matches) shown.scrollIntoView();
    end(words || `Done in ${((performance.now() - began) / 1000).toFixed(1)} s.`);
  }
};

/** @param {string} words */
const end = (words) => {
  say(words);
  setRunning(false);
};

/**
 * @param {string} html
 * @param {string} title
 */
const frame = (html, title) => {
  const made = document.createElement("iframe");
  made.sandbox.add("allow-scripts");
  made.title = title;
  made.srcdoc = html;
  return made;
};

/**
 * @param {string} svg
 * @param {string} title
 */
const picture = (svg, title) => {
  const made = document.createElement("img");
  made.alt = title;
  made.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  return made;
};

const go = () => {
  if (run.disabled) return;
  began = performance.now();
  error.hidden = true;
  error.textContent = "";
  prints.hidden = true;
  printed.textContent = "";
  shown.replaceChildren();
  mark(0);
  setRunning(true);
  say("Running …");
  worker.postMessage({ source: source.value, language: language.value }, []);
};

const giveUp = () => {
  worker.terminate();
  setRunning(true);
  stop.disabled = true;
  say("Stopped. Python starts anew …");
  start();
};

/** @param {number} line */
const mark = (line) => {
  fault = line;
  number();
  const at = numbers.children[line - 1];
  if (!(at instanceof HTMLElement)) return;
  const hidden = at.offsetTop < source.scrollTop || at.offsetTop > source.scrollTop + source.clientHeight;
  if (hidden) source.scrollTop = at.offsetTop - source.clientHeight / 2;
};

const number = () => {
  const lines = source.value.split("\n").length;
  numbers.replaceChildren(
    ...Array.from({ length: lines }, (_, i) => {
      const made = document.createElement("div");
      made.textContent = String(i + 1);
      made.classList.toggle("fault", i + 1 === fault);
      return made;
    }),
  );
  numbers.scrollTop = source.scrollTop;
};

// The next line begins where this one does, and further in after a colon.
/** @param {KeyboardEvent} event */
const breakLine = (event) => {
  const before = source.value.slice(0, source.selectionStart);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const [indent = ""] = line.match(/^ */) ?? [];
  event.preventDefault();
  document.execCommand("insertText", false, `\n${indent}${/:\s*(#.*)?$/.test(line) ? INDENT : ""}`);
};

source.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || event.shiftKey) return;
  if (!event.ctrlKey && !event.metaKey) return breakLine(event);
  event.preventDefault();
  go();
});
source.addEventListener("scroll", () => {
  numbers.scrollTop = source.scrollTop;
});
source.addEventListener("input", () => mark(0));
run.addEventListener("click", go);
stop.addEventListener("click", giveUp);

/** @type {{title: string, text: string}[]} */
const programs = await (await fetch("examples.json")).json();
examples.append(...programs.map(({ title }, i) => new Option(title, String(i))));
const choose = () => {
  source.value = programs[Number(examples.value)]?.text ?? "";
  mark(0);
};
examples.addEventListener("change", choose);
choose();
say(LOADING);
start();
