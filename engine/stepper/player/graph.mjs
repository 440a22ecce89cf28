// The run of a graph, Value by Value: the parts of its page.

import { aboutCard } from "./cards/about.mjs";
import { equationCard } from "./cards/equation.mjs";
import { pictureCard } from "./picture/graph.mjs";
import { ledgerCard } from "./cards/ledger.mjs";
import { legend } from "./cards/legend.mjs";
import { descentCard } from "./meaning/descending.mjs";
import { nudgeCard } from "./meaning/nudging.mjs";
import { claimsOfPaths, pathsCard } from "./cards/paths.mjs";
import { claimsOf } from "./cards/uses.mjs";
import { VALUE_COLUMNS, valuesCard } from "./cards/values.mjs";
import { isDone } from "./run/run.mjs";
import { claimsOfStep } from "./said/lines.mjs";
import { sentence } from "./said/words.mjs";
import { liveRun } from "./live/current.mjs";
import { WITHOUT_QUESTIONS, play } from "./player.mjs";

/** @import { Kind, Options, Player } from "./parts.d.ts" */
/** @import { Run, Trace } from "./types.d.ts" */

/**
 * Show a trace in an element.
 * @type {(root: HTMLElement, trace: Trace, options?: Options) => Player}
 */
export function show(root, trace, options) {
  const run = liveRun(trace);
  const isForward = run.without.has("gradients");
  root.toggleAttribute("data-forward", isForward);
  const without = isForward ? WITHOUT_QUESTIONS : { actions: [], keys: [] };
  return play(root, run, { parts: partsOf, sentence, claims, without, opens: "" }, options);
}

// Of so many uses of a Value what they claim is printed in the digits of the screen.
const MOST_USES = 40;

/**
 * What is claimed on a screen: by the step, by the ledger, and by the paths.
 * @type {Kind["claims"]}
 */
function claims(run, { step, focus, shown }) {
  const node = run.nodes[focus];
  const uses = node.uses.slice(0, MOST_USES).flatMap(claimsOf);
  const paths = isDone(node, shown) ? claimsOfPaths(node) : [];
  return [...claimsOfStep(run, step), ...uses, ...paths];
}

/** @type {Kind["parts"]} */
function partsOf(run, svg, wheel, dispatch) {
  const about = { name: "About", ...aboutCard(run, dispatch) };
  const tables = [
    { name: "Ledger", ...ledgerCard(dispatch) },
    { name: "Paths", ...pathsCard(dispatch) },
    { name: "Values", ...valuesCard(dispatch, columnsOf(run)) },
    { name: "Meaning", ...nudgeCard(dispatch) },
    { name: "Descent", ...descentCard(run, dispatch) },
    { name: "Marks", element: legend(run), show: () => {} },
  ];
  return {
    now: equationCard(dispatch),
    picture: pictureCard(run, svg, dispatch, wheel),
    tables: [
      ...(run.about?.sentences.length ? [about] : []),
      ...tables.filter(({ name }) => !withoutTables(run).includes(name)),
    ],
  };
}

// The tables that are about gradients.
const OF_GRADIENTS = ["Ledger", "Paths", "Meaning", "Descent", "Marks"];

/**
 * The names of the tables that a page leaves out.
 * @type {(run: Run) => string[]}
 */
const withoutTables = ({ without }) => [
  ...(without.has("gradients") ? OF_GRADIENTS : []),
  ...[...without].map((name) => name[0].toUpperCase() + name.slice(1)),
];

/**
 * The columns of the table of Values.
 * @type {(run: Run) => string[]}
 */
const columnsOf = ({ without }) =>
  without.has("gradients") ? VALUE_COLUMNS.slice(0, 2)
    : without.has("checks") ? VALUE_COLUMNS.slice(0, 3) : VALUE_COLUMNS;
