/**
 * The analyser of what is said: each completed answer is measured once, and what the candidate says is compared with the
 * resume as soon as there is one, also with what was said before.
 */
import type { InsightFinding, StatusFinding } from '@interview/ml-kit/analyser';
import type { FeedAnalyser, FeedAnalysis, FeedFinding } from '@interview/ml-kit/feed-analyser';
import type { RoundState, StoredSegment } from '@interview/schema/messages';
import { type Answer, type AskedQuestion, completedAnswers, runsOf } from './answers.js';
import { explain, responseQuality } from './response-quality.js';
import { type ResumeSource, ResumeWatch } from './resume-watch.js';
import { RoundContradictions } from './round-contradictions.js';
import { statusOf } from './round-status.js';

export interface NlpParts {
  resumes: ResumeSource;
  probes?: FeedAnalyser['probes'];
}

export function createNlpAnalyser({ probes, ...parts }: NlpParts): FeedAnalyser {
  return {
    service: 'nlp',
    source: 'nlp/2',
    after: ['speech'],
    intervalMs: 500,
    open: (round) => new NlpAnalysis(round, parts),
    ...(probes ? { probes } : {}),
  };
}

class NlpAnalysis implements FeedAnalysis {
  private readonly segments: StoredSegment[] = [];
  private readonly told = new Set<string>();
  private readonly resume: ResumeWatch;
  private readonly contradictions = new RoundContradictions();
  private status: string | undefined;
  private nowMs = 0;

  constructor(
    private round: RoundState,
    { resumes }: NlpParts,
  ) {
    this.resume = new ResumeWatch(resumes, round.id);
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
    const answers = completedAnswers(runs, questions).flatMap((answer) => this.answerFinding(answer, startedAtMs));
    const contradictions = this.contradictions.of(runs, this.resume.read, startedAtMs);
    return [...this.statusFinding(), ...answers, ...contradictions.filter(({ key }) => this.isNew(key))];
  }

  waits(): boolean {
    return this.resume.waits(this.nowMs);
  }

  close(): void {
    this.resume.close();
  }

  private questions(startedAtMs: number): AskedQuestion[] {
    return this.round.questions.map(({ id, text, askedAtMs }) => ({ id, text, askedMs: askedAtMs - startedAtMs }));
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
    const status = statusOf({ resume: this.resume.state });
    if (!status || status.detail === this.status) return [];
    this.status = status.detail;
    return [{ kind: 'status', key: `status:${this.nowMs}`, ...status }];
  }
}
