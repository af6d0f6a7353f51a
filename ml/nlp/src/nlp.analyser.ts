/**
 * The analyser of what is said: each completed answer is measured once, and what the candidate says is compared with the
 * resume as soon as there is one, also with what was said before.
 */
import type { InsightFinding, StatusFinding } from '@interview/ml-kit/analyser';
import type { FeedAnalyser, FeedAnalysis, FeedFinding } from '@interview/ml-kit/feed-analyser';
import type { RoundState, StoredSegment } from '@interview/schema/messages';
import { type Answer, type AskedQuestion, completedAnswers, runsOf } from './answers.js';
import { modelKey } from './model/checked-proposals.js';
import { ReadAnswers, RoundReading } from './model/round-reading.js';
import type { StatementModel } from './model/statement-model.js';
import { explain, responseQuality } from './response-quality.js';
import { type ResumeSource, ResumeWatch } from './resume-watch.js';
import { type ContradictionFinding, contradictionFinding, RoundContradictions } from './round-contradictions.js';
import { statusOf } from './round-status.js';

export interface NlpParts {
  resumes: ResumeSource;
  /** Looks for contradictions beside the rules; absent where none is configured. */
  model?: StatementModel;
  probes?: FeedAnalyser['probes'];
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

  constructor(
    private round: RoundState,
    { resumes, model, readAnswers }: NlpParts & { readAnswers: ReadAnswers },
  ) {
    this.resume = new ResumeWatch(resumes, round.id);
    this.model = model;
    this.reading = model && new RoundReading(round.id, model, readAnswers);
  }

  add({ segments }: { segments: readonly StoredSegment[] }): void {
    this.segments.push(...segments);
  }

  roundChanged(round: RoundState): void {
    this.round = round;
  }

  findings({ nowMs, ended }: { nowMs: number; ended: boolean }): FeedFinding[] {
    this.nowMs = nowMs;
    this.resume.look(nowMs, ended);
    const startedAtMs = this.round.startedAtMs ?? nowMs;
    const questions = this.questions(startedAtMs);
    const runs = runsOf(this.segments, questions, ended ? Number.POSITIVE_INFINITY : nowMs - startedAtMs);
    const answers = completedAnswers(runs, questions);
    const byRule = this.contradictions.of(runs, this.resume.read, startedAtMs);
    const contradictions = [...byRule, ...this.byModel(answers, byRule, startedAtMs)];
    // Seen now, with what is told now: what is answered after this moment is told by the next call.
    this.waiting = this.resume.waits(nowMs) || (this.reading?.waits ?? false);
    return [
      ...this.statusFinding(),
      ...answers.flatMap((answer) => this.answerFinding(answer, startedAtMs)),
      ...contradictions.filter(({ key }) => this.isNew(key)),
    ];
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
  private byModel(
    answers: readonly Answer[],
    byRule: readonly ContradictionFinding[],
    startedAtMs: number,
  ): ContradictionFinding[] {
    if (!this.reading) return [];
    const known = new Set(byRule.map(({ value }) => modelKey(value)));
    const found = this.reading.of(answers, this.resume.read).filter((one) => !known.has(modelKey(one)));
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
    if (!first || !last || !this.isNew(`answer:${first.id}`)) return [];
    const value = responseQuality(answer);
    return [
      {
        kind: 'insight',
        key: `answer:${first.id}`,
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
    const status = statusOf({ resume: this.resume.state, model: this.model });
    if (!status || status.detail === this.status) return [];
    this.status = status.detail;
    return [{ kind: 'status', key: `status:${this.nowMs}`, ...status }];
  }
}
