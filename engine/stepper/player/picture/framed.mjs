// The frame of a picture: it is enlarged, moved, and walked through by keyboard.

import { h } from "../elements/elements.mjs";
import { say } from "../said/say.mjs";
import { Camera } from "./camera.mjs";
import { gestures } from "./gestures.mjs";

/** @import { Framed, NoPicture } from "./picture.d.ts" */

/**
 * A picture in its frame; a wheel enlarges it without a key where `plainWheel` says so.
 * @type {(svg: SVGSVGElement, plainWheel: boolean) => Framed}
 */
export function framed(svg, plainWheel) {
  const frame = h("div", { class: "frame" }, svg);
  const camera = new Camera(frame, svg);
  gestures(frame, camera, plainWheel);
  svg.setAttribute("role", "group");
  return {
    frame,
    camera,
    element: h("section", { class: "picture", "aria-label": say("picture") }, frame),
    arrive: (element) => {
      frame.scrollTo(0, 0);
      camera.jump(() => camera.reveal([element]));
    },
    fit: () => camera.fit(),
    zoom: (by) => camera.zoom(by),
  };
}

/**
 * What stands in place of a picture: why there is none.
 * @type {(note: string) => NoPicture}
 */
export function withoutPicture(note) {
  const element = h("section", { class: "picture none", "aria-label": say("picture") });
  element.append(h("p", { class: "quiet" }, note));
  return { element, show: () => {}, fit: () => {}, zoom: () => {} };
}
