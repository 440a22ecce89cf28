// A field for one number: typed, doubled and halved by ↑ and ↓.

import { h, setText } from "../elements/elements.mjs";
import { inField, typedNumber } from "../run/nudges.mjs";
import { say } from "../said/say.mjs";

/** @import { Child } from "../parts.d.ts" */

/** @typedef {{ element: HTMLElement, write: (x: number) => void }} Field */

/**
 * A field; `given` is told of each number that a reader writes, and says why it does not take it,
 * which stands beside the field; empty if it does.
 * @type {(name: string, text: Child[], given: (x: number) => string) => Field}
 */
export function plainField(name, text, given) {
  const input = h("input", { type: "text", inputmode: "decimal", "aria-label": name,
    autocomplete: "off", size: "5" });
  const refused = h("span", { class: "refused", role: "status" });
  let last = 0;
  /** @type {(why: string) => void} */
  const tell = (why) => {
    input.setAttribute("aria-invalid", String(why !== ""));
    setText(refused, why);
  };
  /** @type {(x: number) => void} */
  const write = (x) => {
    last = x;
    const isWritten = document.activeElement === input && typedNumber(input.value) === x;
    if (!isWritten) input.value = inField(x);
    tell("");
  };
  const read = () => {
    const x = typedNumber(input.value);
    tell(x === null ? say("field.number") : given(x));
  };
  input.addEventListener("input", read);
  input.addEventListener("blur", () => write(last));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowUp") given(last * 2);
    else if (event.key === "ArrowDown") given(last / 2);
    else return keepKeys(event);
    event.preventDefault();
    event.stopPropagation();
  });
  return { element: h("label", {}, ...text, " ", input, refused), write };
}

/**
 * A key that moves inside a control does not move the run.
 * @type {(event: Event) => void}
 */
export function keepKeys(event) {
  if (!(event instanceof KeyboardEvent)) return;
  if (/^(?:Arrow|Home|End|Page)/.test(event.key)) event.stopPropagation();
}
