// The strip above the player: the gallery, the formula, its numbers, and a link to all of it.

import { numberField } from "../cards/numbers.mjs";
import { h, setText } from "../elements/elements.mjs";

/** @import { RunCard } from "../parts.d.ts" */
/** @import { Entry, Strip, StripActions } from "./playground.d.ts" */

const GALLERY = "Examples";
const NOT_OF_GALLERY = "Your own formula";
const FORMULA = "Formula";
const COPY = "Copy link";
const COPIED = "Copied";
const COPY_BY_HAND = "The link, to be copied";
const ABOUT_NUMBERS =
  "Type a number, such as 0.5 or 1/3, or drag it to the left or right. Up and down are steps.";

// So many lines of a formula are seen at once; so long a button says that it has done its work.
const LINES_SEEN = 3;
const SAID_FOR = 1500;

/**
 * The strip; `linked` says whether the page has an address to be copied.
 * @type {(gallery: Entry[], linked: boolean, actions: StripActions) => Strip}
 */
export function stripOf(gallery, linked, { typed, begun, chosen, link }) {
  const { choice, own } = galleryOf(gallery, chosen);
  const field = h("textarea", {
    rows: "1", spellcheck: "false", autocapitalize: "off", autocomplete: "off",
    "aria-label": FORMULA, "aria-describedby": "complaint",
  });
  const complaint = h("pre", { class: "complaint", id: "complaint", role: "status" });
  const remark = h("span", { class: "quiet", role: "status" });
  const numbers = h("div", { class: "variables", role: "group", "aria-label": "Numbers" });
  const hint = h("span", { id: "about-numbers", hidden: "" }, ABOUT_NUMBERS);
  const written = h("div", { class: "written" }, field, complaint);
  const line = h("div", { class: "line" }, choice, written, ...(linked ? [copyButton(link)] : []));
  const element = h("header", { class: "glassgrad-stepper strip" }, line, numbers, hint);
  /** @type {RunCard[]} */
  let fields = [];
  const grow = () => {
    const lines = field.value.split("\n").length;
    field.rows = Math.min(LINES_SEEN, lines);
  };
  field.addEventListener("focus", begun);
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
      setText(complaint, why);
      complaint.hidden = why === "";
      field.setAttribute("aria-invalid", String(why !== ""));
    },
    mark: (entry, hasOwn) => {
      own.disabled = !hasOwn;
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
        h("label", { title: ABOUT_NUMBERS }, run.nodes[place].name, fields[i].element),
      );
      numbers.replaceChildren(...labels, ...(remark.hidden ? [] : [remark]));
    },
    show: (run, seen) => fields.forEach((each) => each.show(run, seen)),
  };
}

/**
 * @type {(gallery: Entry[], chosen: StripActions["chosen"]) =>
 *   { choice: HTMLSelectElement, own: HTMLOptionElement }}
 */
function galleryOf(gallery, chosen) {
  const own = h("option", { value: "" }, NOT_OF_GALLERY);
  const options = gallery.map(({ title }, i) => h("option", { value: String(i) }, title));
  const choice = h("select", { "aria-label": GALLERY }, own, ...options);
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
  const button = h("button", { type: "button", class: "copy" }, COPY);
  button.addEventListener("click", async () => {
    const text = link();
    try {
      await navigator.clipboard.writeText(text);
      setText(button, COPIED);
      setTimeout(() => setText(button, COPY), SAID_FOR);
    } catch {
      const field = h("input", { class: "link", readonly: "", "aria-label": COPY_BY_HAND });
      field.value = text;
      field.addEventListener("blur", () => field.replaceWith(button));
      button.replaceWith(field);
      field.select();
    }
  });
  return button;
}
