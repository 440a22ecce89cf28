// The steps of each trace of a file, as the page has them, as JSON: end, and the news of each.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [player, file] = process.argv.slice(2);
const { prepare } = await import(pathToFileURL(`${player}/run/run.mjs`));
const traces = JSON.parse(readFileSync(file, "utf-8"));
const told = Object.fromEntries(
  Object.entries(traces).map(([name, trace]) => {
    const { steps } = prepare(trace);
    const units = Object.entries(steps).map(([unit, each]) => [
      unit,
      each.map(({ end, events }) => [end, events.map(({ kind, node }) => [kind, node])]),
    ]);
    return [name, Object.fromEntries(units)];
  }),
);
process.stdout.write(JSON.stringify(told));
