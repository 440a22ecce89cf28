// The strip above the player: the gallery, the formula, its numbers, and a link to all of it.

import { numberField } from "../cards/numbers.mjs";
import { h, setText } from "../elements/elements.mjs";
import { say } from "../said/say.mjs";

/** @import { RunCard } from "../parts.d.ts" */
/** @import { Entry, Strip, StripActions } from "./playground.d.ts" */

// So many lines of a formula are seen at once; so long a button says that it has done its work.
const LINES_SEEN = 9;
const SAID_FOR = 1500;

/**
 * The strip; `linked` says whether the page has an address to be copied.
 * @type {(gallery: Entry[], linked: boolean, actions: StripActions) => Strip}
 */
export function stripOf(gallery, linked, { typed, chosen, link }) {
  const { choice, own } = galleryOf(gallery, (entry) => {
    if (!chosen(entry)) field.select();
  });
  const field = h("textarea", {
    rows: "1", spellcheck: "false", autocapitalize: "off", autocomplete: "off",
    "aria-label": say("strip.formula"), "aria-describedby": "complaint",
  });
  const [reason, place] = [h("span", { class: "reason" }), h("span", {})];
  const said = { class: "complaint", id: "complaint", role: "status" };
  const complaint = h("pre", said, reason, place);
  const remark = h("span", { class: "quiet", role: "status" });
  const label = say("strip.numbers");
  const numbers = h("div", { class: "variables", role: "group", "aria-label": label });
  const hint = h("span", { id: "about-numbers", hidden: "" }, say("strip.hint"));
  const written = h("div", { class: "written" }, field, complaint);
  const line = h("div", { class: "line" }, choice, written, ...(linked ? [copyButton(link)] : []));
  const element = h("header", { class: "glassgrad-stepper strip" }, line, numbers, hint);
  /** @type {RunCard[]} */
  let fields = [];
  const grow = () => {
    const lines = field.value.split("\n").length;
    field.rows = Math.min(LINES_SEEN, lines);
  };
  field.addEventListener("input", () => {
    grow();
    typed(field.value);
  });
  // The keys of the page are for the steps.
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target === field) field.blur();
    event.stopPropagation();
  });
  return {
    element,
    write: (text) => {
      field.value = text;
      grow();
    },
    complain: (why) => {
      const end = why.indexOf("\n") + 1 || why.length;
      setText(reason, why.slice(0, end));
      setText(place, why.slice(end));
      complaint.hidden = why === "";
      field.setAttribute("aria-invalid", String(why !== ""));
    },
    mark: (entry, hasOwn) => {
      setText(own, say(hasOwn ? "strip.own" : "strip.own.none"));
      choice.value = entry ? String(gallery.indexOf(entry)) : "";
    },
    remark: (text) => {
      remark.hidden = text === "";
      setText(remark, text);
    },
    fields: (run, names, dispatch) => {
      const places = names.map((name) => run.nodes.findIndex((node) => node.name === name));
      const shown = places.filter((place) => place >= 0);
      fields = shown.map((place) => numberField(run, place, "about-numbers", dispatch));
      const labels = shown.map((place, i) =>
        h("label", { title: say("strip.hint") }, run.nodes[place].name, fields[i].element),
      );
      numbers.replaceChildren(...labels, ...(remark.hidden ? [] : [remark]));
    },
    show: (run, seen) => fields.forEach((each) => each.show(run, seen)),
  };
}

/**
 * @type {(gallery: Entry[], chosen: (entry: Entry | null) => void) =>
 *   { choice: HTMLSelectElement, own: HTMLOptionElement }}
 */
function galleryOf(gallery, chosen) {
  const own = h("option", { value: "" });
  const options = gallery.map(({ title }, i) => h("option", { value: String(i) }, title));
  const choice = h("select", { "aria-label": say("strip.gallery") }, own, ...options);
  choice.addEventListener("change", () => {
    chosen(choice.value ? gallery[Number(choice.value)] : null);
  });
  return { choice, own };
}

/**
 * A button that copies the link; where a browser forbids that, it shows the link.
 * @type {(link: () => string) => HTMLElement}
 */
function copyButton(link) {
  const button = h("button", { type: "button", class: "copy" }, say("strip.copy"));
  button.addEventListener("click", async () => {
    const text = link();
    try {
      await navigator.clipboard.writeText(text);
      setText(button, say("copied"));
      setTimeout(() => setText(button, say("strip.copy")), SAID_FOR);
    } catch {
      const field = h("input", { class: "link", readonly: "", "aria-label": say("strip.link") });
      field.value = text;
      field.addEventListener("blur", () => field.replaceWith(button));
      button.replaceWith(field);
      field.select();
    }
  });
  return button;
}
