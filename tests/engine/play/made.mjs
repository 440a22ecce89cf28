// The traces that the playground makes of formulas: JSON in, JSON out.

import { readFileSync } from "node:fs";

const from = (module) => import(new URL(`${module}.mjs`, process.env.STEPPER_MODULES));
const { documentOf, functionsOf } = await from("formula/document");
const { formulaIn } = await from("playground/formulas");

const { rows, asked } = JSON.parse(readFileSync(0, "utf-8"));
const functions = functionsOf(rows);
const told = asked.map(({ text, numbers }) => {
  const found = formulaIn(text, functions);
  if (typeof found === "string") return { error: found };
  return documentOf(found, new Map(Object.entries(numbers)), rows);
});

/** The sign of a zero, which JSON lacks. */
const signed = (_, value) => (Object.is(value, -0) ? "-0.0" : value);
process.stdout.write(JSON.stringify(told, signed));
