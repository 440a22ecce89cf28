// How large a picture is, so that its letters can be read.

import { smallestLetters } from "./rectangles.mjs";

// Letters of so many pixels can be read, in a window and on a wall.
const LEGIBLE = 10.5;
const LEGIBLE_ON_STAGE = 24.5;

// Before the first step all of the picture is shown where letters are then no smaller; else its
// beginning is, with letters that are somewhat larger. These it has too where it shows more than a
// step.
const LEAST_WHOLE = 4.5;
const LEAST_LETTERS = 6;

// Pixels for a unit of the picture: the most by itself.
export const LARGEST = 2.6;

/** @type {(svg: SVGSVGElement) => boolean} */
const isOnStage = (svg) => svg.closest("[data-view=stage]") !== null;

/**
 * Whether a picture may be of some size to show more than its step: on a wall it is no smaller.
 * @type {(svg: SVGSVGElement, scale: number) => boolean}
 */
export const showsMore = (svg, scale) =>
  scale * smallestLetters(svg) >= (isOnStage(svg) ? LEGIBLE_ON_STAGE : LEAST_LETTERS);

/**
 * How large a picture is before the first step; `filling` is the size in which it fills its frame.
 * @type {(svg: SVGSVGElement, filling: number) => number}
 */
export function scaleAtStart(svg, filling) {
  const whole = Math.min(filling, LARGEST);
  const letters = smallestLetters(svg);
  return whole * letters >= LEAST_WHOLE ? whole : LEAST_LETTERS / letters;
}

/**
 * How large a picture is at a step, if there is room.
 * @type {(svg: SVGSVGElement, filling: number) => number}
 */
export function scaleAtStep(svg, filling) {
  const legible = (isOnStage(svg) ? LEGIBLE_ON_STAGE : LEGIBLE) / smallestLetters(svg);
  return Math.max(legible, Math.min(LARGEST, filling));
}
