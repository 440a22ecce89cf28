// The camera: which part of the picture is in its frame, and how large it is.
//
// What a step is about stays in view: all of it, as large as can be read where there is room.

import { MARGIN, boundsOf, extentOf, offset, smallestLetters } from "../elements/rectangles.mjs";

/** @import { Rectangle } from "../parts.d.ts" */

// Letters of so many pixels can be read, in a window and on a wall.
const LEGIBLE = 10.5;
const LEGIBLE_ON_STAGE = 24.5;

// Before the first step all of the picture is shown where letters are then no smaller; else its
// beginning is, with letters that are somewhat larger.
const LEAST_WHOLE = 4.5;
const LEAST_LETTERS = 6;

// Pixels for a unit of the picture: the most by itself, and what a reader can ask for.
const LARGEST = 2.6;
const LEAST_BY_HAND = 0.02;
const MOST_BY_HAND = 8;

/** What the frame shows of the picture: it follows the steps, shows all, or what a reader chose. */
export class Camera {
  /** @type {"steps" | "all" | "hand"} */
  mode = "steps";
  #scale = 1;
  #x = 0;
  #y = 0;
  #byHand = 1;
  /** @type {Element[]} */
  #wanted = [];
  /** @type {(scale: number, x: number, y: number) => void} what is told where the picture goes */
  moved = () => {};

  /** @param {HTMLElement} frame @param {SVGSVGElement} svg */
  constructor(frame, svg) {
    this.frame = frame;
    this.svg = svg;
    svg.style.width = `${boundsOf(svg).width}px`;
    svg.style.height = `${boundsOf(svg).height}px`;
    new ResizeObserver(() => this.jump(() => this.look())).observe(frame);
  }

  /**
   * Keep these elements in view; the whole picture if there are none.
   * @param {Element[]} elements
   */
  aim(elements) {
    this.#wanted = elements;
    this.look();
  }

  /**
   * Bring these elements into view, until a step moves the picture.
   * @param {Element[]} elements
   */
  reveal(elements) {
    const area = extentOf(this.svg, elements);
    if (area && !this.#isSeen(area)) this.#centre(Math.min(this.#scale, this.#filling(area)), area);
  }

  /** Show all of the picture, at every step; when it does so, follow the steps again. */
  fit() {
    this.mode = this.mode === "all" ? "steps" : "all";
    this.look();
  }

  /**
   * Enlarge the picture around a place of the frame, or its middle.
   * @param {number} by
   * @param {{ x: number, y: number }} around
   */
  zoom(by, around = middleOf(this.frame)) {
    const scale = Math.min(MOST_BY_HAND, Math.max(LEAST_BY_HAND, this.#scale * by));
    const ratio = scale / this.#scale;
    this.mode = "hand";
    this.#byHand = scale;
    const [x, y] = [around.x - this.#x, around.y - this.#y];
    this.#set(scale, around.x - x * ratio, around.y - y * ratio);
  }

  /**
   * Move the picture, until a step moves it.
   * @param {number} x
   * @param {number} y
   */
  pan(x, y) {
    this.#set(this.#scale, this.#x + x, this.#y + y);
  }

  /** Look at it. */
  look() {
    const { frame, svg } = this;
    if (!frame.clientWidth || !frame.clientHeight) return;
    const all = boundsOf(svg);
    const area = extentOf(svg, this.#wanted);
    if (this.mode === "all") {
      this.#centre(Math.min(this.#filling(all), LARGEST), all);
    } else if (this.mode === "steps" && !area) {
      this.#centre(this.#beginning(all), { ...all, width: 0 });
    } else if (area) {
      const scale = Math.min(this.#usual(), this.#filling(area));
      if (scale !== this.#scale || !this.#isSeen(area)) this.#centre(scale, area);
    }
  }

  /**
   * Do something at once that otherwise takes a moment.
   * @param {() => void} change
   */
  jump(change) {
    this.svg.style.transition = "none";
    change();
    void this.svg.getBoundingClientRect();
    this.svg.style.transition = "";
  }

  /** How large it is before the first step. @param {Rectangle} all */
  #beginning(all) {
    const letters = smallestLetters(this.svg);
    const whole = Math.min(this.#filling(all), LARGEST);
    return whole * letters < LEAST_WHOLE ? LEAST_LETTERS / letters : whole;
  }

  /** How large the picture is while there is room for what is wanted. */
  #usual() {
    if (this.mode === "hand") return this.#byHand;
    const stage = this.frame.closest("[data-view=stage]");
    const legible = (stage ? LEGIBLE_ON_STAGE : LEGIBLE) / smallestLetters(this.svg);
    return Math.max(legible, Math.min(LARGEST, this.#filling(boundsOf(this.svg))));
  }

  /**
   * How large an area is when it fills the frame.
   * @param {Rectangle} area
   */
  #filling({ width, height }) {
    const { clientWidth, clientHeight } = this.frame;
    return Math.min((clientWidth - 2 * MARGIN) / width, (clientHeight - 2 * MARGIN) / height);
  }

  /**
   * @param {number} scale
   * @param {Rectangle} area
   */
  #centre(scale, area) {
    const all = boundsOf(this.svg);
    const { clientWidth, clientHeight } = this.frame;
    const x = offset(clientWidth, scale, area.left + area.width / 2, all.left, all.width);
    const y = offset(clientHeight, scale, area.top + area.height / 2, all.top, all.height);
    this.#set(scale, x, y);
  }

  /** @param {Rectangle} area */
  #isSeen({ left, top, width, height }) {
    const { clientWidth, clientHeight } = this.frame;
    const least = MARGIN - 1;
    return (
      left * this.#scale + this.#x >= least && top * this.#scale + this.#y >= least &&
      (left + width) * this.#scale + this.#x <= clientWidth - least &&
      (top + height) * this.#scale + this.#y <= clientHeight - least
    );
  }

  /**
   * @param {number} scale
   * @param {number} x
   * @param {number} y
   */
  #set(scale, x, y) {
    [this.#scale, this.#x, this.#y] = [scale, x, y];
    this.svg.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    this.moved(scale, x, y);
  }
}

/** @type {(frame: HTMLElement) => { x: number, y: number }} */
const middleOf = ({ clientWidth, clientHeight }) => ({ x: clientWidth / 2, y: clientHeight / 2 });
