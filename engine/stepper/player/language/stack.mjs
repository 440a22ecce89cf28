// What waits for its right operand while a formula is read, and the program so far.

/**
 * An instruction: push a number, push what has a name, apply a row to the last `count` operands, or
 * take the last operand and name it; `isMade` says that an operation has made it.
 * @typedef {{ number: number } | { name: string } | { row: string, count: number } |
 *   { assign: string, isMade: boolean }} Instruction
 */

/**
 * What waits for its right operand, or a parenthesis for its end: the operator, "sign" for one in
 * front of its operand, or "("; the row, "" for none; the number of operands; the first token.
 * @typedef {{ sign: string, row: string, count: number, place: number }} Waiting
 */

/**
 * How strongly what waits binds its right operand.
 * @type {Record<string, number>}
 */
const RANKS = { "(": 0, "+": 1, "-": 1, "*": 2, "/": 2, sign: 3, "**": 4 };

// How much may nest in each other: 1 - 2 - 3 waits for nothing, 1 ** 2 ** 3 does.
const NESTING = new Set(["(", "sign", "**"]);
const DEEPEST = 100;

export class OperandStack {
  /** @type {Waiting[]} */
  #waiting = [];
  /** The parentheses among them. @type {Waiting[]} */
  #open = [];
  #nested = 0;
  /** @type {Instruction[]} */
  program = [];

  /** Whether a parenthesis is open. */
  get isOpen() {
    return this.#open.length > 0;
  }

  /** Whether the innermost parenthesis is that of a call. */
  get isInCall() {
    return this.isOpen && this.opened().row !== "";
  }

  /** The same, and nothing else waits. */
  get isAtCall() {
    return this.isInCall && this.#waiting.at(-1) === this.opened();
  }

  /** The innermost parenthesis. */
  opened() {
    return /** @type {Waiting} */ (this.#open.at(-1));
  }

  /**
   * Put an operator, or a parenthesis, on the stack; true if it is too deep.
   * @param {Waiting} one
   */
  wait(one) {
    this.#waiting.push(one);
    if (one.sign === "(") this.#open.push(one);
    this.#nested += Number(NESTING.has(one.sign));
    return this.#nested > DEEPEST;
  }

  /** Apply what comes before an operator: powers are read from the right. @param {string} sign */
  applyBefore(sign) {
    this.apply(RANKS[sign] + Number(sign === "**"));
  }

  /** Apply what waits and binds at least as strongly as `rank`. @param {number} rank */
  apply(rank) {
    for (let last = this.#waiting.at(-1); last && RANKS[last.sign] >= rank; ) {
      this.#take();
      last = this.#waiting.at(-1);
    }
  }

  /** Take the last that waits from the stack, and apply it. */
  #take() {
    const { sign, row, count } = /** @type {Waiting} */ (this.#waiting.pop());
    this.#nested -= Number(NESTING.has(sign));
    if (row) this.program.push({ row, count });
  }

  /** End what stands between parentheses or commas. */
  endPart() {
    this.apply(1);
    this.opened().count += 1;
  }

  /** End the innermost parenthesis: apply the call. */
  close() {
    this.#open.pop();
    this.#take();
  }
}
