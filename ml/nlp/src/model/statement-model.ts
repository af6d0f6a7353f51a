/**
 * The port to a language model that looks for contradictions which the rules do not find. What it answers is a proposal:
 * `checked-proposals.ts` keeps what stands word for word on both sides, and nothing else of it.
 */
import type { ContradictionKind } from '@interview/schema/insight-values';

export interface StatementQuestion {
  /** What the candidate said in one answer. */
  answer: string;
  /** The resume's text. */
  resume: string;
}

export interface Proposal {
  kind: ContradictionKind;
  /** Words of the answer and of the resume that do not fit together. */
  said: string;
  resume: string;
}

export interface StatementModel {
  /** Shown in the explanation of what it found. */
  readonly name: string;
  /** False while it is not to be asked, because it failed lately, or is busy. */
  readonly ready: boolean;
  /** False while it failed lately. */
  readonly answers: boolean;
  /** @throws when there is no usable answer within its time. */
  propose(question: StatementQuestion, signal: AbortSignal): Promise<Proposal[]>;
}
