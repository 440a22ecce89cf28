// Parts of the page that are made anew each time: only what is another one takes its place.

import { isHeard, setAttribute, setData, takeListeners } from "./elements.mjs";

/** @import { Child } from "../parts.d.ts" */

/**
 * Let an element have these children, of which none is in the page; nobody may need the ones that
 * it has. A child stays where it becomes like the one that is wanted: so what is laid out again is
 * what differs, and a focus is not lost.
 * @type {(element: Element, children: Child[]) => void}
 */
export function renew(element, children) {
  let old = element.firstChild;
  for (const child of children) {
    const next = old ? old.nextSibling : null;
    if (!old) element.append(child);
    else if (!becomes(old, child)) old.replaceWith(child);
    old = next;
  }
  while (old) {
    const next = old.nextSibling;
    old.remove();
    old = next;
  }
}

/**
 * Make a node like another one; gives whether it is, which it cannot be if it is of another kind.
 * @type {(old: Node, wanted: Child) => boolean}
 */
function becomes(old, wanted) {
  if (!(wanted instanceof Element)) {
    const text = typeof wanted === "string" ? wanted : wanted.textContent;
    if (old instanceof Text) setData(old, text ?? "");
    return old instanceof Text;
  }
  if (!isHeard(old) && !isHeard(wanted) && old.isEqualNode(wanted)) return true;
  if (!(old instanceof Element) || old.nodeName !== wanted.nodeName) return false;
  if (!takeListeners(old, wanted)) return false;
  copyAttributes(old, wanted);
  renew(old, [...wanted.childNodes]);
  return true;
}

/** @type {(old: Element, wanted: Element) => void} */
function copyAttributes(old, wanted) {
  const [before, names] = [old.getAttributeNames(), wanted.getAttributeNames()];
  for (const name of names) setAttribute(old, name, wanted.getAttribute(name) ?? "");
  for (const name of before) if (!names.includes(name)) old.removeAttribute(name);
}
