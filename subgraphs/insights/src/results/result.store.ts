/**
 * Stores a batch of results in one transaction and one round trip: each insight and each final segment exactly once,
 * with the next sequence of its round; aggregates and analysers' statuses replaced by newer ones only; an audit entry
 * for each new alert. The work is done by `insights.store_results` (migrations/2026-11-24-store-in-one-statement.ts).
 *
 * The row of a round in `round_feeds` is locked for the length of the transaction. So two batches for one round
 * follow each other, sequences have no gaps, and a sequence becomes visible only after all before it.
 */
import type {
  AggregateResult,
  AnalyserStatusResult,
  InsightResult,
  Result,
  SegmentResult,
  StoredInsight,
  StoredSegment,
} from '@interview/schema/messages';
import { auditRow } from '@interview/subgraph-kit/audit/audit';
import { runStatement } from '@interview/subgraph-kit/statement';
import type { MikroORM } from '@mikro-orm/postgresql';
import { isFraudAlert } from '../insight/insight.selection.js';
import { alertEntry } from './alert.audit.js';
import { roundsErasedBy } from './erased-rounds.js';

/** What a batch added to one round. */
export interface Stored {
  insights: StoredInsight[];
  segments: StoredSegment[];
  aggregateReplaced: boolean;
}

/** A result that can be stored: its round is known. `companyOf` answers the round's company. */
export interface Batch {
  results: readonly Result[];
  companyOf(roundId: string): string;
  now: Date;
}

/** A batch by what is done with each kind. */
interface Sorted {
  roundIds: string[];
  insights: InsightResult[];
  segments: SegmentResult[];
  aggregates: AggregateResult[];
  statuses: AnalyserStatusResult[];
}

/** Sequences in the order of what was given; null for what was stored before. */
interface Answer {
  insight_sequences: (number | null)[] | null;
  segment_sequences: (number | null)[] | null;
  replaced_aggregates: string[] | null;
}

const STORE =
  'select * from insights.store_results($1::uuid[], $2::jsonb, $3::jsonb, $4::jsonb, $5::jsonb, $6::jsonb, $7::timestamptz)';

/**
 * @returns what was new, by round id; a result that was stored before is not among it.
 * @throws RoundsErased when some of the rounds were erased: nothing of the batch is stored then.
 */
export async function storeResults(orm: MikroORM, batch: Batch): Promise<Map<string, Stored>> {
  const { companyOf, now } = batch;
  const sorted = sort(batch.results);
  const createdAtMs = now.getTime();
  const insights = sorted.insights.map((result) => insightRow(result, createdAtMs));
  const segments = sorted.segments.map((result) => segmentRow(result, createdAtMs));
  const withCompany = <R extends { roundId: string }>(row: R) => ({ ...row, companyId: companyOf(row.roundId) });
  const alerts = sorted.insights.flatMap((insight, place) =>
    isFraudAlert(insight) ? [{ place, entry: auditRow(alertEntry(insight, companyOf(insight.roundId))) }] : [],
  );
  const answer = await ask(orm, [
    `{${sorted.roundIds.join(',')}}`,
    json(insights.map(withCompany)),
    json(segments.map(withCompany)),
    json(sorted.aggregates.map(aggregateRow).map(withCompany)),
    json(sorted.statuses.map(statusRow).map(withCompany)),
    json(alerts),
    now,
  ]);
  const stored = new Map<string, Stored>();
  const of = (roundId: string): Stored => {
    let entry = stored.get(roundId);
    if (!entry) {
      entry = { insights: [], segments: [], aggregateReplaced: false };
      stored.set(roundId, entry);
    }
    return entry;
  };
  numbered(insights, answer.insight_sequences, (insight) => of(insight.roundId).insights.push(insight));
  numbered(segments, answer.segment_sequences, (segment) => of(segment.roundId).segments.push(segment));
  for (const roundId of answer.replaced_aggregates ?? []) of(roundId).aggregateReplaced = true;
  return stored;
}

async function ask(orm: MikroORM, parameters: readonly unknown[]): Promise<Answer> {
  try {
    const [answer] = await runStatement<Answer>(orm, STORE, parameters);
    if (!answer) throw new Error('insights.store_results answered nothing.');
    return answer;
  } catch (error) {
    throw roundsErasedBy(error) ?? error;
  }
}

/** Null where there is nothing: that step is left out. */
const json = (rows: readonly object[]): string | null => (rows.length > 0 ? JSON.stringify(rows) : null);

function numbered<R extends { sequence: number }>(
  rows: readonly R[],
  sequences: readonly (number | null)[] | null,
  take: (row: R) => void,
): void {
  rows.forEach((row, place) => {
    const sequence = sequences?.[place];
    if (typeof sequence !== 'number') return;
    row.sequence = sequence;
    take(row);
  });
}

/** Without repetitions inside the batch: of what has the same id, or stands for the same state, the last counts. */
function sort(results: readonly Result[]): Sorted {
  const roundIds = new Set<string>();
  const insights = new Map<string, InsightResult>();
  const segments = new Map<string, SegmentResult>();
  const aggregates = new Map<string, AggregateResult>();
  const statuses = new Map<string, AnalyserStatusResult>();
  for (const result of results) {
    roundIds.add(result.roundId);
    if (result.kind === 'insight') insights.set(result.id, result);
    else if (result.kind === 'aggregate') aggregates.set(result.roundId, result);
    else if (result.kind === 'status') keepNewest(statuses, result);
    else if (result.isFinal) segments.set(result.id, result);
  }
  return {
    roundIds: [...roundIds],
    insights: [...insights.values()],
    segments: [...segments.values()],
    aggregates: [...aggregates.values()],
    statuses: [...statuses.values()],
  };
}

function keepNewest(statuses: Map<string, AnalyserStatusResult>, status: AnalyserStatusResult): void {
  const key = `${status.roundId} ${status.service}`;
  const known = statuses.get(key);
  if (!known || status.publishedAtMs >= known.publishedAtMs) statuses.set(key, status);
}

/** As it travels on Redis once it has its sequence; 0 is nobody's. */
const insightRow = (result: InsightResult, createdAtMs: number): StoredInsight => ({
  id: result.id,
  roundId: result.roundId,
  sequence: 0,
  timestampMs: Math.round(result.timestampMs),
  type: result.type,
  severity: result.severity,
  value: result.value,
  explanation: result.explanation,
  source: result.source,
  disposition: 'UNREVIEWED',
  reviewedBy: null,
  reviewNote: null,
  createdAtMs,
});

const segmentRow = (result: SegmentResult, createdAtMs: number): StoredSegment => ({
  id: result.id,
  roundId: result.roundId,
  sequence: 0,
  speaker: result.speaker,
  text: result.text,
  timestampMs: Math.round(result.timestampMs),
  durationMs: Math.round(result.durationMs),
  confidence: result.confidence,
  createdAtMs,
});

const aggregateRow = (result: AggregateResult) => ({
  id: result.id,
  roundId: result.roundId,
  aggregatedAt: new Date(result.publishedAtMs),
  ...result.upTo,
  speech: result.speech,
  video: result.video,
  fraud: result.fraud,
  recommendations: result.recommendations,
});

const statusRow = ({ roundId, service, state, detail, publishedAtMs }: AnalyserStatusResult) => ({
  roundId,
  service,
  state,
  detail,
  since: new Date(publishedAtMs),
});
