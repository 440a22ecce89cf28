// Python in a worker: Pyodide, Graphviz as WebAssembly, and the packages of this page.

import { Graphviz } from "./graphviz.mjs";
import { loadPyodide } from "./pyodide/pyodide.mjs";

const MOST_LETTERS = 20_000;
const WHEELS = JSON.parse(await (await fetch(new URL("wheels.json", import.meta.url))).text());

/** @param {string} name */
const bytes = async (name) => (await fetch(new URL(name, import.meta.url))).arrayBuffer();

/** @param {string} name */
const words = async (name) => (await fetch(new URL(name, import.meta.url))).text();

const [python, graphviz, runner, ...wheels] = await Promise.all([
  loadPyodide({ indexURL: new URL("pyodide/", import.meta.url).href }),
  Graphviz.load(),
  words("runner.py"),
  ...WHEELS.map(bytes),
]);

let left = 0;

/** @param {string} text */
const print = (text) => {
  if (left <= 0) return;
  const shown = text.slice(0, left);
  left -= text.length;
  postMessage({ kind: "printed", text: left > 0 ? shown : `${shown}\n… and more\n` });
};

// Every write at once, so that a program shows its prints while it runs.
/** @param {Uint8Array} buffer */
const write = (buffer) => {
  print(decoder.decode(buffer, { stream: true }));
  return buffer.length;
};
const decoder = new TextDecoder();

for (const each of wheels) python.unpackArchive(each, "wheel");
python.registerJsModule("glassgrad_graphviz", {
  /** @param {[string, string, string]} told */
  layout: (...[source, format, engine]) => graphviz.layout(source, format, engine),
});
python.setStdout({ write });
python.setStderr({ write });
python.FS.writeFile("/home/pyodide/runner.py", runner);
const run = python.pyimport("runner").run;

/** @param {[string, string, string]} told */
const send = (...[kind, html, title]) => postMessage({ kind, html, title });

addEventListener("message", ({ data: { source, language } }) => {
  left = MOST_LETTERS;
  const [kind, text, line] = run(source, language, send).toJs();
  postMessage({ kind, text, line });
});
postMessage({ kind: "ready" });
