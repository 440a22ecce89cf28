// The camera: which part of the picture is in its frame, and how large it is.
//
// What a step is about stays in view: all of it, as large as can be read where there is room.

import { MARGIN, boundsOf, coveredBelow, extentOf, offset } from "../elements/rectangles.mjs";
import { LARGEST, scaleAtStart, scaleAtStep, showsMore } from "../elements/legible.mjs";

/** @import { Rectangle } from "../parts.d.ts" */

// Pixels for a unit of the picture: what a reader can ask for.
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
  /** @type {Element[]} */
  #others = [];
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
   * Keep these elements in view, and these others too if they can then be read; the whole picture
   * if there are none.
   * @param {Element[]} elements
   * @param {Element[]} others
   */
  aim(elements, others = []) {
    this.#wanted = elements;
    this.#others = others;
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
    const area = this.#area();
    if (this.mode === "all") {
      this.#centre(Math.min(this.#filling(all), LARGEST), all);
    } else if (this.mode === "steps" && !area) {
      this.#centre(scaleAtStart(svg, this.#filling(all)), { ...all, width: 0 });
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

  /** Where what is wanted is. */
  #area() {
    const [area, all] = [[], this.#others].map((more) =>
      extentOf(this.svg, [...this.#wanted, ...more]));
    const isRead = all && this.mode === "steps" && showsMore(this.svg, this.#filling(all));
    return isRead ? all : area;
  }

  /** How large the picture is while there is room for what is wanted. */
  #usual() {
    if (this.mode === "hand") return this.#byHand;
    return scaleAtStep(this.svg, this.#filling(boundsOf(this.svg)));
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
    const free = clientHeight - coveredBelow(this.frame);
    const y = offset(free, scale, area.top + area.height / 2, all.top, all.height);
    this.#set(scale, x, y);
  }

  /** @param {Rectangle} area */
  #isSeen({ left, top, width, height }) {
    const { clientWidth, clientHeight } = this.frame;
    const least = MARGIN - 1;
    return (
      left * this.#scale + this.#x >= least && top * this.#scale + this.#y >= least &&
      (left + width) * this.#scale + this.#x <= clientWidth - least &&
      (top + height) * this.#scale + this.#y <= clientHeight - coveredBelow(this.frame) - least
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
