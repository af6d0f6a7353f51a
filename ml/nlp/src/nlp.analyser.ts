/**
 * The analyser of what is said: each completed answer is measured once, and what the candidate says is compared with the
 * resume as soon as there is one, also with what was said before.
 */
import type { InsightFinding, StatusFinding } from '@interview/ml-kit/analyser';
import type { FeedAnalyser, FeedAnalysis, FeedFinding } from '@interview/ml-kit/feed-analyser';
import type { RoundState, StoredSegment } from '@interview/schema/messages';
import { type Answer, type AskedQuestion, closedAtMs, completedAnswers, type Run, runsOf } from './answers.js';
import { modelKey } from './model/checked-proposals.js';
import { ReadAnswers, RoundReading } from './model/round-reading.js';
import type { StatementModel } from './model/statement-model.js';
import { explain, responseQuality } from './response-quality.js';
import { type ResumeSource, ResumeWatch } from './resume-watch.js';
import { type ContradictionFinding, contradictionFinding, RoundContradictions } from './round-contradictions.js';
import { statusOf } from './round-status.js';

/** Of a call's time so much goes to measuring answers, and as much to comparing: a whole round may come at once, after a takeover. */
export const SLICE_MS = 20;

export interface NlpParts {
  resumes: ResumeSource;
  /** Looks for contradictions beside the rules; absent where none is configured. */
  model?: StatementModel;
  probes?: FeedAnalyser['probes'];
  /** Milliseconds, for the time that a call takes. */
  stopwatch?: () => number;
}

export function createNlpAnalyser({ probes, ...parts }: NlpParts): FeedAnalyser {
  const readAnswers = new ReadAnswers();
  return {
    service: 'nlp',
    source: 'nlp/2',
    after: ['speech'],
    intervalMs: 500,
    open: (round) => new NlpAnalysis(round, { ...parts, readAnswers }),
    ...(probes ? { probes } : {}),
  };
}

const answerKey = ({ segments }: Answer) => `answer:${segments[0]?.id ?? ''}`;

class NlpAnalysis implements FeedAnalysis {
  private readonly segments: StoredSegment[] = [];
  private readonly told = new Set<string>();
  private readonly resume: ResumeWatch;
  private readonly contradictions = new RoundContradictions();
  private readonly model: StatementModel | undefined;
  private readonly reading: RoundReading | undefined;
  private status: string | undefined;
  private nowMs = 0;
  private waiting = false;
  private readonly stopwatch: () => number;
  /** As they were made last; made anew when something was said or asked, or a silence has become one. */
  private runs: readonly Run[] = [];
  private answers: readonly Answer[] = [];
  private stale = true;
  private wasEnded = false;
  private answersLeft = false;

  constructor(
    private round: RoundState,
    { resumes, model, readAnswers, stopwatch = () => performance.now() }: NlpParts & { readAnswers: ReadAnswers },
  ) {
    this.resume = new ResumeWatch(resumes, round.id);
    this.model = model;
    this.stopwatch = stopwatch;
    this.reading = model && new RoundReading(round.id, model, readAnswers);
  }

  add({ segments }: { segments: readonly StoredSegment[] }): void {
    for (const segment of segments) this.segments.push(segment);
    this.stale ||= segments.length > 0;
  }

  roundChanged(round: RoundState): void {
    const asked = ({ startedAtMs, questions }: RoundState) => JSON.stringify([startedAtMs, questions]);
    this.stale ||= asked(round) !== asked(this.round);
    this.round = round;
  }

  findings({ nowMs, ended }: { nowMs: number; ended: boolean }): FeedFinding[] {
    this.nowMs = nowMs;
    this.resume.look(nowMs, ended);
    const startedAtMs = this.round.startedAtMs ?? nowMs;
    this.follow(startedAtMs, ended);
    const measured = this.measured(startedAtMs);
    const byRule = this.contradictions.of(this.runs, this.resume.read, { startedAtMs, goOn: this.slice() });
    const contradictions = [...byRule, ...this.byModel(byRule, startedAtMs)];
    const left = this.answersLeft || this.contradictions.left;
    // Seen now, with what is told now: what is answered after this moment is told by the next call.
    this.waiting = left || this.resume.waits(nowMs) || (this.reading?.waits ?? false);
    return [...this.statusFinding(), ...measured, ...contradictions.filter(({ key }) => this.isNew(key))];
  }

  /** Makes runs and answers of what was said, where they can have changed. */
  private follow(startedAtMs: number, ended: boolean): void {
    const upToMs = ended ? Number.POSITIVE_INFINITY : this.nowMs - startedAtMs;
    if (!this.stale && ended === this.wasEnded && upToMs < closedAtMs(this.runs)) return;
    const questions = this.questions(startedAtMs);
    this.runs = runsOf(this.segments, questions, upToMs);
    this.answers = completedAnswers(this.runs, questions);
    this.stale = false;
    this.wasEnded = ended;
    this.answersLeft = true;
  }

  /** Whether there is time for one more: always for the first. */
  private slice(): () => boolean {
    const untilMs = this.stopwatch() + SLICE_MS;
    let first = true;
    return () => {
      const may = first || this.stopwatch() < untilMs;
      first = false;
      return may;
    };
  }

  /** The answers that were not told yet, as many as there is time for. */
  private measured(startedAtMs: number): InsightFinding[] {
    if (!this.answersLeft) return [];
    const goOn = this.slice();
    const found: InsightFinding[] = [];
    for (const answer of this.answers) {
      if (this.told.has(answerKey(answer))) continue;
      if (!goOn()) return found;
      found.push(...this.answerFinding(answer, startedAtMs));
    }
    this.answersLeft = false;
    return found;
  }

  waits(): boolean {
    return this.waiting;
  }

  close(): void {
    this.resume.close();
    this.reading?.close();
  }

  private questions(startedAtMs: number): AskedQuestion[] {
    return this.round.questions.map(({ id, text, askedAtMs }) => ({ id, text, askedMs: askedAtMs - startedAtMs }));
  }

  /** What the model found and no rule did, of the same kind in the same segment. */
  private byModel(byRule: readonly ContradictionFinding[], startedAtMs: number): ContradictionFinding[] {
    // What a rule will find is not told twice.
    if (!this.reading || this.contradictions.left) return [];
    const known = new Set(byRule.map(({ value }) => modelKey(value)));
    const found = this.reading.of(this.answers, this.resume.read).filter((one) => !known.has(modelKey(one)));
    return found.flatMap((one) => contradictionFinding(one, modelKey(one), this.segments, startedAtMs));
  }

  private isNew(key: string): boolean {
    if (this.told.has(key)) return false;
    this.told.add(key);
    return true;
  }

  /** Its key is the first segment's id: the same answer told again, with a later segment more, is the same insight. */
  private answerFinding(answer: Answer, startedAtMs: number): InsightFinding[] {
    const [first, last] = [answer.segments[0], answer.segments.at(-1)];
    if (!first || !last || !this.isNew(answerKey(answer))) return [];
    const value = responseQuality(answer);
    return [
      {
        kind: 'insight',
        key: answerKey(answer),
        type: 'RESPONSE_QUALITY',
        severity: 'INFO',
        value,
        explanation: explain(value),
        atMs: startedAtMs + first.timestampMs,
        capturedAtMs: startedAtMs + last.timestampMs + last.durationMs,
      },
    ];
  }

  /** Told when it changes. A newer one replaces it, so its key need only be its own. */
  private statusFinding(): StatusFinding[] {
    const { model, reading } = this;
    const asked = model && reading ? { answers: model.answers, unread: reading.unread } : undefined;
    const status = statusOf({ resume: this.resume.state, model: asked });
    if (!status || status.detail === this.status) return [];
    this.status = status.detail;
    return [{ kind: 'status', key: `status:${this.nowMs}`, ...status }];
  }
}
