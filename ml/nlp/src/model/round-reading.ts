/**
 * One round's answers as a language model reads them: each completed one is put to it at most twice, beside the analysis,
 * which never waits. What was answered is remembered by the worker, so that a review, which begins the analysis anew, asks nothing again.
 */
import type { StoredResume } from '@interview/schema/messages';
import type { Answer } from '../answers.js';
import type { Contradiction } from '../contradictions/contradictions.js';
import { checkedProposals } from './checked-proposals.js';
import type { StatementModel } from './statement-model.js';

export const ATTEMPTS = 2;
/** Answers of one round that are put to the model. */
export const ANSWERS_AT_MOST = 100;

/** What a model found in an answer against a resume, kept for the worker's lifetime and bounded. */
export class ReadAnswers {
  private readonly found = new Map<string, Contradiction[]>();

  constructor(private readonly atMost = 1000) {}

  get(key: string): Contradiction[] | undefined {
    return this.found.get(key);
  }

  set(key: string, found: Contradiction[]): void {
    this.found.set(key, found);
    const oldest = this.found.size > this.atMost ? this.found.keys().next().value : undefined;
    if (oldest !== undefined) this.found.delete(oldest);
  }
}

export class RoundReading {
  private readonly attempts = new Map<string, number>();
  private readonly asking = new Set<string>();
  private readonly closing = new AbortController();
  private unasked = 0;
  private givenUp = 0;

  constructor(
    private readonly roundId: string,
    private readonly model: StatementModel,
    private readonly read: ReadAnswers,
  ) {}

  /** Puts to the model what it has not read, and tells what it found so far. */
  of(answers: readonly Answer[], resume: StoredResume | null): Contradiction[] {
    this.unasked = 0;
    this.givenUp = 0;
    if (!resume?.text) return [];
    this.givenUp = Math.max(0, answers.length - ANSWERS_AT_MOST);
    return answers.slice(0, ANSWERS_AT_MOST).flatMap((answer) => {
      const key = `${this.roundId} ${resume.resumeId} ${answer.segments.map(({ id }) => id).join(' ')}`;
      const found = this.read.get(key);
      if (!found && this.mayAsk(key)) void this.ask(key, answer, resume.text ?? '');
      return found ?? [];
    });
  }

  /** Answers that the model will not have read: without a usable answer to each attempt, or more than are put to it. */
  get unread(): number {
    return this.givenUp;
  }

  /** Whether an ended round should wait: while something is asked, or could be. Bounded by attempts and their time. */
  get waits(): boolean {
    return this.asking.size > 0 || (this.unasked > 0 && this.model.answers);
  }

  close(): void {
    this.closing.abort();
  }

  /** One at a time, so that a long interview does not crowd out others. */
  private mayAsk(key: string): boolean {
    if (this.asking.has(key)) return false;
    if ((this.attempts.get(key) ?? 0) >= ATTEMPTS) {
      this.givenUp += 1;
      return false;
    }
    const may = this.asking.size === 0 && this.model.ready;
    if (!may) this.unasked += 1;
    return may;
  }

  private async ask(key: string, { segments }: Answer, resume: string): Promise<void> {
    this.asking.add(key);
    this.attempts.set(key, (this.attempts.get(key) ?? 0) + 1);
    const answer = segments.map(({ text }) => text).join('\n');
    try {
      const proposals = await this.model.propose({ answer, resume }, this.closing.signal);
      this.read.set(key, checkedProposals(proposals, segments, resume, this.model.name));
    } catch {
      // It is asked again, or `unread` tells the round's status; whether the model answers at all, the model tells.
    } finally {
      this.asking.delete(key);
    }
  }
}
