// The pictures of traces as text: JSON in, JSON out. Elements are made of names and texts.

import { readFileSync } from "node:fs";

class Drawn {
  constructor(tag) {
    Object.assign(this, { tag, attributes: {}, children: [] });
  }

  setAttribute(name, value) {
    this.attributes[name] = value;
  }

  append(...children) {
    this.children.push(...children);
  }
}

globalThis.document = { createElementNS: (space, tag) => new Drawn(tag) };
const from = (module) => import(new URL(`layout/${module}.mjs`, process.env.STEPPER_MODULES));
const { laidOut } = await from("layout");
const { svgOf } = await from("svg");

const asked = JSON.parse(readFileSync(0, "utf-8"));
const pictures = asked.map(({ document, labels }) =>
  svgOf(laidOut(document, { labels: new Set(labels) })),
);
process.stdout.write(JSON.stringify(pictures));
