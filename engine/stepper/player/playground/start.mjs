// The playground: a formula that is typed becomes a run that one steps through.

import { documentOf, functionsOf } from "../formula/document.mjs";
import { laidOut } from "../layout/layout.mjs";
import { svgOf } from "../layout/svg.mjs";
import { earlierOf } from "../cards/changed.mjs";
import { show } from "../graph.mjs";
import { view } from "../run/state.mjs";
import { addressAt, followed, openTab, placed, stateAt } from "./followed.mjs";
import { editing, formulaIn, galleryEntry, galleryParts } from "./formulas.mjs";
import { namesInFormula, numbersFor, unusedSays } from "./formulas.mjs";
import { readLink, writeLink } from "./link.mjs";
import { stripOf } from "./strip.mjs";

/** @import { Earlier } from "../live/live.d.ts" */
/** @import { Address } from "../parts.d.ts" */
/** @import { Entry, Given, Shown, Values } from "./playground.d.ts" */

// So many milliseconds after a key the formula is shown, and after a change the address says it.
const TYPED = 150;
const ADDRESSED = 300;

/** A playground in a page. */
class Playground {
  #root;
  #given;
  #functions;
  #strip;
  /** @type {Shown | null} */
  #shown = null;
  /** @type {Values} */
  #numbers = new Map();
  /** What is kept while an example is shown. @type {{ formula: string, numbers: Values } | null} */
  #own = null;
  /** What was shown before the last edit of the formula. @type {Earlier | null} */
  #earlier = null;
  #beginsEdit = editing();
  // Whether the formula in the field, or in the address, is refused: the address is then kept.
  #isRefused = false;
  #typing = 0;
  #telling = 0;

  /** @param {HTMLElement} root @param {Given} given */
  constructor(root, given) {
    this.#root = root;
    this.#given = given;
    this.#functions = functionsOf(given.rows);
    this.#strip = stripOf(given.gallery, location.protocol !== "about:", {
      typed: (text) => this.#type(text),
      chosen: (entry) => this.#choose(entry),
      link: () => location.href.replace(/#.*/, "") + this.#hash(),
    });
    root.before(this.#strip.element);
  }

  /** Show what the address asks for, now and when it changes. */
  start() {
    this.#openLink();
    addEventListener("hashchange", () => this.#openLink());
  }

  /** Show what the address asks for; at first what the page was made with. */
  #openLink() {
    const { start } = this.#given;
    const { formula = start.formula, ...address } = readLink(location.search, location.hash);
    this.#root.dataset.view = address.view ?? "";
    this.#earlier = null;
    this.#strip.write(formula);
    const usual = formula === start.formula ? start.numbers : {};
    const known = new Map([...Object.entries(usual), ...(address.set ?? [])]);
    if (this.#open(formula, known, address) || this.#shown) return;
    this.#open(start.formula, new Map(Object.entries(start.numbers)), {});
    this.#complain(formula);
  }

  /** Show an example, or what is written; false if that is nothing. @param {Entry | null} entry */
  #choose(entry) {
    const wanted = entry ? { formula: entry.formula, numbers: new Map() } : this.#own;
    this.#strip.mark(this.#shown?.entry ?? null, this.#own !== null);
    if (!wanted) return false;
    this.#strip.write(wanted.formula);
    this.#earlier = null;
    const unit = this.#shown?.player.state().unit;
    return this.#open(wanted.formula, wanted.numbers, { unit });
  }

  /** @param {string} text */
  #type(text) {
    clearTimeout(this.#typing);
    if (this.#beginsEdit()) this.#earlier = this.#shown && earlierOf(this.#shown.player.run());
    this.#complain(text);
    this.#typing = setTimeout(() => this.#open(text, this.#numbers, null), TYPED);
  }

  /** Say why a text is no formula, if it is none. @param {string} text */
  #complain(text) {
    const found = formulaIn(text, this.#functions);
    this.#isRefused = typeof found === "string";
    this.#strip.complain(typeof found === "string" ? found : "");
    return found;
  }

  /**
   * Show a formula: where the address asks for, or where the reader was. False if it is none.
   * @param {string} text @param {Values} known @param {Address | null} address
   */
  #open(text, known, address) {
    const expression = this.#complain(text);
    if (typeof expression === "string") return false;
    const entry = galleryEntry(text, this.#given.gallery);
    this.#strip.mark(entry, !entry || this.#own !== null);
    this.#strip.remark(unusedSays(expression));
    const all = new Map([...Object.entries(entry && address ? entry.numbers : {}), ...known]);
    const wanted = numbersFor(expression.names, all);
    this.#numbers = entry ? new Map(Object.entries(entry.numbers)) : wanted;
    const before = this.#shown;
    const labels = namesInFormula(expression);
    const bare = documentOf(expression, this.#numbers, this.#given.rows);
    const made = { ...bare, ...galleryParts(entry, bare) };
    const layout = laidOut(made, { labels, previous: address ? null : (before?.layout ?? null) });
    const tab = openTab(this.#root);
    before?.player.end();
    const player = show(this.#root, made, {
      svg: svgOf(layout),
      keys: document,
      before: this.#earlier,
      changed: () => this.#changed(),
      plainWheel: window.top === window,
    });
    this.#shown = { expression, entry, layout, player };
    this.#strip.fields(player.run(), expression.names, player.dispatch);
    if (address) {
      player.set(stateAt(player.run(), address));
      player.tell(address);
    } else if (before) {
      player.set(followed(before.player, before.layout.keys, player.run(), layout.keys));
      player.tell({ ...before.player.told(), tab });
    }
    if (entry) player.dispatch({ type: "set", numbers: placed(player.run(), wanted) });
    this.#changed();
    return true;
  }

  /** Note the numbers of now, show them, and let the address say them. */
  #changed() {
    if (!this.#shown) return;
    const { player, expression, entry } = this.#shown;
    const run = player.run();
    for (const { name, data } of run.nodes)
      if (expression.names.includes(name)) this.#numbers.set(name, data);
    if (!entry) this.#own = { formula: expression.text, numbers: this.#numbers };
    this.#strip.show(run, view(run, player.state()));
    clearTimeout(this.#telling);
    this.#telling = setTimeout(() => this.#tell(), ADDRESSED);
  }

  /** The part of the address that says all of it. */
  #hash() {
    if (!this.#shown) return "";
    const { player, expression } = this.#shown;
    const seen = this.#root.dataset.view ?? "";
    return writeLink(expression.text, addressAt(player, this.#numbers, seen));
  }

  #tell() {
    if (location.protocol === "about:" || this.#isRefused) return;
    try {
      history.replaceState(null, "", this.#hash());
    } catch {
      // A browser may refuse, and the page works as well without.
    }
  }
}

if (typeof document !== "undefined") {
  /** @type {HTMLElement | null} */
  const root = document.querySelector("main.glassgrad-stepper");
  const given = document.getElementById("glassgrad-playground");
  if (root && given) new Playground(root, JSON.parse(given.textContent ?? "")).start();
}
