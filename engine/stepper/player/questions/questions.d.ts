// What is asked about a run, and what is said to an answer.

import type { Run } from "../types.d.ts";

/** What a question asks for. */
export type Asks = "local" | "next" | "contribution" | "sum" | "sign" | "arrives" | "double";

/** What is said to an answer: `none` is to what is no answer, and counts as no try. */
export interface Reply {
  is: "right" | "wrong" | "none";
  says: string;
}

/** A question about a step. */
export interface Question {
  asks: Asks;
  text: string;
  /** What it hides until it is settled: its step, also whose turn it is, or nothing. */
  hides: "step" | "turn" | "";
  /** Answers to choose from; none where a number or a name is written. */
  choices: string[];
  /** With which letters an answer may begin; in an empty field all others are keys of the page. */
  letters: string;
  judge: (written: string) => Reply;
  /** The right answer, and why. */
  because: string;
}

/** A kind of question: a row of the table; `question.` and what it asks is what it is called. */
export interface QuestionKind {
  asks: Asks;
  /** Whether it can be asked about a step: `at` is the place of one by contribution. */
  applies: (run: Run, at: number) => boolean;
  /** Whether it suits the step so well that a mix asks it there first. */
  suits?: (run: Run, at: number) => boolean;
  ask: (run: Run, at: number) => Question;
}

/** A number that is wrong for a reason, and what is said to it. */
export interface Slip {
  value: number;
  says: string;
}

/** What became of a question: right at the first or second try; 0 for neither. */
export interface Result {
  asks: Asks;
  tries: number;
}

export interface Score {
  asked: number;
  /** Right at the first try, and at the second. */
  atOnce: number;
  later: number;
}

/** What a page in a frame posts to the page around it. */
export interface Message extends Score {
  type: "glassgrad";
  event: "answered" | "finished";
  title: string;
  /** How many questions are right at either try, and how many the run has in all. */
  right: number;
  questions: number;
  /** The question that was answered. */
  question?: { step: number; asks: Asks; right: boolean; tries: number };
}
