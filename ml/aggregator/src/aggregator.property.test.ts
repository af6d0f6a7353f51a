/**
 * The last aggregate that was published is what a recomputation from the stored insights gives, whatever was stored,
 * in whatever pieces it was read, whenever the worker was replaced and whatever a person reviewed.
 */
import type { FeedAnalysis, FeedFinding, FeedPosition } from '@interview/ml-kit/feed-analyser';
import type { InsightDisposition } from '@interview/schema/enums';
import { RoundState, type StoredInsight, type StoredSegment } from '@interview/schema/messages';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Aggregate, aggregate } from './aggregate.js';
import { aggregatorAnalyser } from './aggregator.analyser.js';
import { anInsight, aSegment, questionIds, questions, roundId } from './testing/stored.arbitraries.js';

type Step =
  | { kind: 'insight'; insight: Omit<StoredInsight, 'sequence'> }
  | { kind: 'segment'; segment: Omit<StoredSegment, 'sequence'> }
  | { kind: 'read'; pageSize: number }
  | { kind: 'restart' }
  | { kind: 'review'; nth: number; disposition: InsightDisposition }
  | { kind: 'ask' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: anInsight.map((insight) => ({ kind: 'insight', insight }) as const) },
  { weight: 3, arbitrary: aSegment.map((segment) => ({ kind: 'segment', segment }) as const) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('read' as const), pageSize: fc.integer({ min: 1, max: 9 }) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' } as const) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('review' as const),
      nth: fc.nat(),
      disposition: fc.constantFrom<InsightDisposition>('UNREVIEWED', 'CONFIRMED', 'DISMISSED'),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'ask' } as const) },
);

/** A round's store, and an aggregator that reads it as the kit's `FeedWork` has it read. */
class Round {
  readonly insights: StoredInsight[] = [];
  readonly segments: StoredSegment[] = [];
  published: FeedFinding | undefined;
  private revision = 0;
  private asked = 0;
  private position: FeedPosition = { insight: 0, segment: 0, revision: 0 };
  private analysis: FeedAnalysis = aggregatorAnalyser.open(this.state);

  get questions(): RoundState['questions'] {
    return questions.slice(0, this.asked);
  }

  take(next: Step): void {
    switch (next.kind) {
      case 'insight':
        this.insights.push({ ...next.insight, sequence: this.insights.length + 1 });
        break;
      case 'segment':
        this.segments.push({ ...next.segment, sequence: this.segments.length + 1 });
        break;
      case 'read':
        this.read(next.pageSize);
        this.publish(false);
        break;
      case 'restart':
        this.beginAnew();
        break;
      case 'review': {
        const insight = this.insights[next.nth % Math.max(1, this.insights.length)];
        if (!insight) break;
        insight.disposition = next.disposition;
        this.revision += 1;
        break;
      }
      case 'ask':
        this.asked += 1;
        this.analysis.roundChanged?.(this.state);
    }
  }

  /** Everything is read, and what changed is told. */
  settle(ended: boolean): void {
    this.read(1000);
    this.publish(ended);
  }

  private read(pageSize: number): void {
    if (this.position.revision !== this.revision) this.beginAnew();
    const insights = this.insights.slice(this.position.insight, this.position.insight + pageSize);
    const segments = this.segments.slice(this.position.segment, this.position.segment + pageSize);
    // A page is copied on its way: what a person reviews later does not reach back into it.
    this.analysis.add(structuredClone({ insights, segments }));
    this.position = {
      insight: this.position.insight + insights.length,
      segment: this.position.segment + segments.length,
      revision: this.revision,
    };
  }

  private publish(ended: boolean): void {
    const [finding] = this.analysis.findings({ nowMs: 0, position: this.position, ended });
    if (finding) this.published = finding;
  }

  private beginAnew(): void {
    this.position = { insight: 0, segment: 0, revision: this.revision };
    this.analysis = aggregatorAnalyser.open(this.state);
  }

  private get state(): RoundState {
    return RoundState.parse({
      id: roundId,
      version: 1,
      companyId: 'acme',
      candidateId: 'cora',
      interviewerId: null,
      status: 'IN_PROGRESS',
      mode: 'HUMAN_AI_ASSISTED',
      consentGiven: true,
      startedAtMs: 0,
      questions: this.questions,
    });
  }
}

function figuresOf(finding: FeedFinding | undefined): Aggregate | undefined {
  if (finding?.kind !== 'aggregate') return undefined;
  const { speech, video, fraud, recommendations } = finding;
  return { speech, video, fraud, recommendations };
}

describe('the last published aggregate', () => {
  it.each([
    ['while the round goes on', false],
    ['when it has ended', true],
  ])('equals a recomputation from what is stored, %s', (_when, ended) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const round = new Round();
        for (const next of steps) round.take(next);
        round.settle(ended);
        const told = figuresOf(round.published);
        const recomputed = aggregate(round.insights, round.segments, round.questions);
        // Nothing is told of a round of which nothing is stored, until it ends.
        if (told || ended || round.insights.length + round.segments.length > 0) expect(told).toEqual(recomputed);
      }),
      { numRuns: 400 },
    );
  });

  it('names only insights that are stored and that nobody dismissed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const round = new Round();
        for (const next of steps) round.take(next);
        round.settle(true);
        const standing = round.insights.filter(({ disposition }) => disposition !== 'DISMISSED').map(({ id }) => id);
        for (const { insightIds } of figuresOf(round.published)?.recommendations ?? []) {
          expect(insightIds.length).toBeGreaterThan(0);
          expect(standing).toEqual(expect.arrayContaining(insightIds));
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('an aggregate', () => {
  it('is told again when a question is marked that an answer, read before, hardly took up', () => {
    const round = new Round();
    const value = { words: 30, specifics: 0, relevance: 0.1, questionId: questionIds[0] };
    const [answer] = fc.sample(anInsight, 1);
    if (!answer) throw new Error('fast-check gave no insight');
    round.take({ kind: 'insight', insight: { ...answer, type: 'RESPONSE_QUALITY', value } });
    round.settle(false);
    expect(figuresOf(round.published)?.recommendations).toEqual([]);
    round.take({ kind: 'ask' });
    round.settle(false);
    expect(figuresOf(round.published)?.recommendations).toMatchObject([{ category: 'back_to_question' }]);
  });
});
