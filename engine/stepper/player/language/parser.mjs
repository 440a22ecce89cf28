// Formulas as text become programs for a stack of operands: as engine/expression/parser.py.

import { ExpressionError, pointingAt } from "./pointing.mjs";
import { REASONS, decimalComma } from "./reasons.mjs";
import { OperandStack } from "./stack.mjs";
import { tokensOf, withoutTabs } from "./tokens.mjs";

/** @import { Instruction } from "./stack.mjs" */
/** @import { Token } from "./tokens.mjs" */

/**
 * A formula: the text, the names that need a number, and its instructions.
 * @typedef {{ text: string, names: string[], program: Instruction[] }} Expression
 */

const MOST_CHARACTERS = 10_000;

/** @type {Record<string, string>} */
const OF_OPERATORS = { "+": "add", "-": "sub", "*": "mul", "/": "div", "**": "pow" };

/**
 * The formula that a text writes. `functions` are the rows with the numbers of their inputs, 0 for
 * any number. Throws an ExpressionError that points at the place.
 * @type {(given: string, functions: Map<string, number>) => Expression}
 */
export function parsed(given, functions) {
  const { length } = Array.from(given);
  if (length > MOST_CHARACTERS)
    throw new ExpressionError(REASONS.tooLong(length, MOST_CHARACTERS), 0, given.length);
  const lines = given.replaceAll("\r\n", "\n").split("\n").map(withoutTabs);
  const text = lines.map((line) => line.replace(/^ +| +$/g, "")).join("\n").replace(/\n+$/, "");
  const parser = new Parser(text, functions);
  return { text, names: [...parser.names], program: parser.program() };
}

/** A reader of tokens into a program; `#state` is the method that reads the next one. */
class Parser {
  /** @type {Token[]} */
  #tokens;
  #place = 0;
  /** @type {(token: Token) => void} */
  #state;
  #stack = new OperandStack();
  /** The place of the last operand. */
  #operand = [0, 0];
  #first = 0;
  /** The name that the statement gives. @type {Token | null} */
  #target = null;
  /** The place of the statement before, if it gave no name. @type {number[] | null} */
  #unnamed = null;
  /** @type {Set<string>} */
  #assigned = new Set();
  /** @type {Set<string>} */
  names = new Set();

  /** @param {string} text @param {Map<string, number>} functions */
  constructor(text, functions) {
    this.text = text;
    this.functions = functions;
    this.#tokens = tokensOf(text);
    this.#state = this.#atStart;
    for (const [place, token] of this.#tokens.entries()) {
      this.#place = place;
      this.#state(token);
    }
  }

  /** The instructions that were read. */
  program() {
    return this.#stack.program;
  }

  /** Read the first token of a statement, or the end of the text. @param {Token} token */
  #atStart(token) {
    if (token.kind === "\n") return;
    if (token.kind === "end") {
      this.#finish();
      return;
    }
    if (this.#unnamed && token.kind !== ";") throw this.#wrong(REASONS.unnamed, this.#unnamed);
    [this.#first, this.#target] = [this.#place, null];
    if (token.kind === "name" && this.#next().kind === "=")
      [this.#target, this.#state] = [token, this.#atMark];
    else this.#atOperand(token);
  }

  /** Give the last statement's result as the output. */
  #finish() {
    if (!this.#stack.program.length) throw new ExpressionError(REASONS.empty, 0, this.text.length);
    if (this.#target) this.#stack.program.push({ name: this.#target.text });
  }

  /** Pass over the = or the ( behind a name. */
  #atMark() {
    this.#state = this.#atOperand;
  }

  /** Read a token where an operand begins. @param {Token} token */
  #atOperand(token) {
    this.#state = this.#atOperand;
    const { kind, text } = token;
    if (kind === "number") this.#has({ number: Number(text) }, token);
    else if (kind === "name" && this.#next().kind === "(") {
      this.#wait("(", this.#functionOf(token), 0, token);
      this.#state = this.#atMark;
    } else if (kind === "name") {
      this.#demandNoFunction(token);
      if (!this.#assigned.has(text)) this.names.add(text);
      this.#has({ name: text }, token);
    } else if (kind === "(") this.#wait("(", "", 0, token);
    else if (kind === "+" || kind === "-") this.#wait("sign", kind === "-" ? "neg" : "", 1, token);
    else if (kind === ")" && this.#stack.isAtCall) this.#close();
    else if ([")", ",", ";", "\n", "end"].includes(kind)) throw this.#at(REASONS.missing, token);
    else throw this.#misplaced(token);
  }

  /** Read a token where an operand has ended. @param {Token} token */
  #behindOperand(token) {
    const { kind } = token;
    if (kind in OF_OPERATORS) {
      this.#stack.applyBefore(kind);
      this.#wait(kind, OF_OPERATORS[kind], 2, token);
      this.#state = this.#atOperand;
    } else if (kind === "(") throw this.#wrong(REASONS.noFunction, this.#operand);
    else if (kind === ")") {
      this.#stack.endPart();
      this.#close();
    } else if (kind === "," && this.#stack.isInCall) {
      this.#stack.endPart();
      this.#state = this.#atOperand;
    } else if ([";", "\n", "end"].includes(kind) && !this.#stack.isOpen) this.#endStatement(token);
    else throw this.#misplaced(token);
  }

  /**
   * Put an operator, or a parenthesis, on the stack.
   * @param {string} sign @param {string} row @param {number} count @param {Token} token
   */
  #wait(sign, row, count, token) {
    const isTooDeep = this.#stack.wait({ sign, row, count, place: this.#place });
    if (isTooDeep) throw this.#at(REASONS.tooDeep, token);
  }

  /** The token behind the present one. */
  #next() {
    return this.#tokens[this.#place + 1];
  }

  /** Note a number or a name as the operand. @param {Instruction} step @param {Token} token */
  #has(step, token) {
    this.#stack.program.push(step);
    [this.#operand, this.#state] = [[token.start, token.end], this.#behindOperand];
  }

  /** End a parenthesis; the operand is the call, or what stands inside. */
  #close() {
    const opened = this.#stack.opened();
    const inside = Number(opened.row === "");
    const [start, end] = [opened.place + inside, this.#place - inside];
    this.#operand = [this.#tokens[start].start, this.#tokens[end].end];
    const wrong = REASONS.count(opened.row, opened.count, this.functions.get(opened.row) ?? 0);
    if (opened.row && wrong) {
      const hint = decimalComma(this.text, this.#operand[0], this.#operand[1]);
      throw this.#wrong(wrong + hint, this.#operand);
    }
    this.#stack.close();
    this.#state = this.#behindOperand;
  }

  /** Apply all that waits, and name the result. @param {Token} token */
  #endStatement(token) {
    this.#stack.apply(1);
    [this.#state, this.#unnamed] = [this.#atStart, null];
    if (this.#target) this.#assign(this.#target);
    else
      this.#unnamed = [this.#tokens[this.#first].start, this.#tokens[this.#place - 1].end];
    if (token.kind === "end") this.#finish();
  }

  /** @param {Token} target */
  #assign(target) {
    this.#demandNoFunction(target);
    const { text } = target;
    const isTaken = this.#assigned.has(text) || this.names.has(text);
    if (isTaken) throw this.#at(REASONS.taken(text), target);
    this.#assigned.add(text);
    const made = /** @type {Instruction} */ (this.#stack.program.at(-1));
    this.#stack.program.push({ assign: text, isMade: "row" in made });
  }

  /** A function is no name. @param {Token} token */
  #demandNoFunction(token) {
    if (this.functions.has(token.text)) throw this.#at(REASONS.isFunction(token.text), token);
  }

  /** The row that a call names. @param {Token} token */
  #functionOf(token) {
    if (this.functions.has(token.text)) return token.text;
    throw this.#at(REASONS.unknown(token.text, [...this.functions.keys()]), token);
  }

  /** The error for a token that no operand or operator begins with. @param {Token} token */
  #misplaced(token) {
    const isStatement = token.kind === "=" && !this.#stack.isOpen;
    const misplaced = REASONS.misplaced(this.text, token.start, token.end);
    return this.#at(isStatement ? REASONS.noStatement : misplaced, token);
  }

  /** The error for a reason at a token. @param {string} reason @param {Token} token */
  #at(reason, { start, end }) {
    return pointingAt(reason, this.text, start, end);
  }

  /** The same at a place. @param {string} reason @param {number[]} place */
  #wrong(reason, [start, end]) {
    return pointingAt(reason, this.text, start, end);
  }
}
