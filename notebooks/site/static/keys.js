// The arrow keys step the run that is in sight, before anybody has clicked into its frame.
//
// A frame hears the keys only while it has the focus. Until then the page around it has them, and
// passes those for one step on, to the frame of which most is in sight.

(() => {
  "use strict";

  const PASSED_ON = ["ArrowLeft", "ArrowRight"];

  // What uses these keys itself.
  const USING_KEYS = "input, textarea, select, video, audio, [role=slider], [contenteditable]";

  /**
   * How many pixels of the height of an element are in sight.
   * @type {(element: Element) => number}
   */
  function inSight(element) {
    const { top, bottom } = element.getBoundingClientRect();
    return Math.min(bottom, innerHeight) - Math.max(top, 0);
  }

  addEventListener("keydown", (event) => {
    const { key, target, altKey, ctrlKey, metaKey, shiftKey } = event;
    if (!PASSED_ON.includes(key) || altKey || ctrlKey || metaKey || shiftKey) return;
    if (event.defaultPrevented || (target instanceof Element && target.closest(USING_KEYS))) return;
    /** @type {NodeListOf<HTMLIFrameElement>} */
    const frames = document.querySelectorAll("iframe.glassgrad-frame");
    const [most] = [...frames].toSorted((a, b) => inSight(b) - inSight(a));
    if (!most || inSight(most) <= 0) return;
    most.contentWindow?.postMessage({ type: "glassgrad", key }, "*");
    event.preventDefault();
  });
})();
