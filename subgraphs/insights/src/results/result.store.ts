/**
 * Stores a batch of results in one transaction: each insight and each final segment exactly once, with the next
 * sequence of its round; aggregates and analysers' statuses replaced by newer ones only.
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
import { recordAudit } from '@interview/subgraph-kit/audit/audit';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { alertEntries } from './alert.audit.js';
import { erasedAmong, RoundsErased } from './erased-rounds.js';
import { lockPositions, savePositions } from './feed-position.js';

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

/**
 * @returns what was new, by round id; a result that was stored before is not among it.
 * @throws RoundsErased when some of the rounds were erased: nothing of the batch is stored then.
 */
export function storeResults(em: SqlEntityManager, batch: Batch): Promise<Map<string, Stored>> {
  return em.transactional(async (tx) => {
    const { results } = batch;
    const stored = new Map<string, Stored>();
    const of = (roundId: string): Stored => {
      let entry = stored.get(roundId);
      if (!entry) {
        entry = { insights: [], segments: [], aggregateReplaced: false };
        stored.set(roundId, entry);
      }
      return entry;
    };

    const roundIds = results.map((result) => result.roundId);
    const positions = await lockPositions(tx, roundIds);
    // Only now: an erasure that begins from here on waits for this transaction.
    const erased = await erasedAmong(tx, roundIds);
    if (erased.size > 0) throw new RoundsErased(erased);

    const sequenced = results.filter((r): r is InsightResult | SegmentResult => r.kind === 'insight' || isFinal(r));
    if (sequenced.length > 0) {
      const fresh = await withoutStored(tx, sequenced);
      for (const result of fresh) {
        const position = positions.get(result.roundId);
        if (!position) throw new Error(`No feed position for round ${result.roundId}.`);
        if (result.kind === 'insight')
          of(result.roundId).insights.push(toStoredInsight(result, ++position.insight, batch.now));
        else of(result.roundId).segments.push(toStoredSegment(result, ++position.segment, batch.now));
      }
      await insertInsights(
        tx,
        batch,
        [...stored.values()].flatMap((entry) => entry.insights),
      );
      await insertSegments(
        tx,
        batch,
        [...stored.values()].flatMap((entry) => entry.segments),
      );
      await savePositions(tx, positions);
    }
    for (const aggregate of newestAggregates(results)) {
      if (await replaceAggregate(tx, batch, aggregate)) of(aggregate.roundId).aggregateReplaced = true;
    }
    for (const status of results) if (status.kind === 'status') await replaceStatus(tx, batch, status);
    const insights = [...stored.values()].flatMap((entry) => entry.insights);
    await recordAudit(tx, ...alertEntries(insights, batch.companyOf));
    return stored;
  });
}

const isFinal = (result: Result) => result.kind === 'segment' && result.isFinal;

/** Without what is stored already, and without repetitions inside the batch. */
async function withoutStored<R extends InsightResult | SegmentResult>(
  tx: SqlEntityManager,
  results: readonly R[],
): Promise<R[]> {
  const unique = new Map(results.map((result) => [result.id, result]));
  const ids = [...unique.keys()].join(',');
  const rows = await tx.execute<{ id: string }[]>(
    `select id from insights.live_insights where id = any(string_to_array(?, ',')::uuid[])
     union all
     select id from insights.transcript_segments where id = any(string_to_array(?, ',')::uuid[])`,
    [ids, ids],
  );
  for (const { id } of rows) unique.delete(id);
  return [...unique.values()];
}

const toStoredInsight = (result: InsightResult, sequence: number, now: Date): StoredInsight => ({
  id: result.id,
  roundId: result.roundId,
  sequence,
  timestampMs: Math.round(result.timestampMs),
  type: result.type,
  severity: result.severity,
  value: result.value,
  explanation: result.explanation,
  source: result.source,
  disposition: 'UNREVIEWED',
  reviewedBy: null,
  reviewNote: null,
  createdAtMs: now.getTime(),
});

const toStoredSegment = (result: SegmentResult, sequence: number, now: Date): StoredSegment => ({
  id: result.id,
  roundId: result.roundId,
  sequence,
  speaker: result.speaker,
  text: result.text,
  timestampMs: Math.round(result.timestampMs),
  durationMs: Math.round(result.durationMs),
  confidence: result.confidence,
  createdAtMs: now.getTime(),
});

async function insertInsights(
  tx: SqlEntityManager,
  { companyOf, now }: Batch,
  insights: readonly StoredInsight[],
): Promise<void> {
  if (insights.length === 0) return;
  const rows = insights.map((insight) => ({ ...insight, companyId: companyOf(insight.roundId) }));
  await tx.execute(
    `insert into insights.live_insights
       (id, round_id, company_id, sequence, timestamp_ms, insight_type, severity, value, explanation, source, created_at)
     select id, "roundId", "companyId", sequence, "timestampMs", type, severity, value, explanation, source, ?
     from jsonb_to_recordset(?::jsonb) as i(
       id uuid, "roundId" uuid, "companyId" text, sequence bigint, "timestampMs" bigint, type insights.insight_type,
       severity insights.alert_severity, value jsonb, explanation text, source text)`,
    [now, JSON.stringify(rows)],
  );
}

async function insertSegments(
  tx: SqlEntityManager,
  { companyOf, now }: Batch,
  segments: readonly StoredSegment[],
): Promise<void> {
  if (segments.length === 0) return;
  const rows = segments.map((segment) => ({ ...segment, companyId: companyOf(segment.roundId) }));
  await tx.execute(
    `insert into insights.transcript_segments
       (id, round_id, company_id, sequence, speaker, text, timestamp_ms, duration_ms, confidence, created_at)
     select id, "roundId", "companyId", sequence, speaker, text, "timestampMs", "durationMs", confidence, ?
     from jsonb_to_recordset(?::jsonb) as s(
       id uuid, "roundId" uuid, "companyId" text, sequence bigint, speaker insights.speaker, text text,
       "timestampMs" bigint, "durationMs" bigint, confidence double precision)`,
    [now, JSON.stringify(rows)],
  );
}

/** Of several aggregates of one round only the newest counts. */
function newestAggregates(results: readonly Result[]): AggregateResult[] {
  const newest = new Map<string, AggregateResult>();
  for (const result of results) if (result.kind === 'aggregate') newest.set(result.roundId, result);
  return [...newest.values()];
}

async function replaceAggregate(
  tx: SqlEntityManager,
  { companyOf }: Batch,
  aggregate: AggregateResult,
): Promise<boolean> {
  const { upTo } = aggregate;
  const rows = await tx.execute<unknown[]>(
    `insert into insights.insight_aggregates as a
       (id, round_id, company_id, aggregated_at, up_to_insight, up_to_segment, revision, speech_metrics, video_metrics,
        fraud_indicators, ai_recommendations)
     values (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?::jsonb, ?::jsonb, ?::jsonb)
     on conflict (round_id) do update set
       id = excluded.id, aggregated_at = excluded.aggregated_at, up_to_insight = excluded.up_to_insight,
       up_to_segment = excluded.up_to_segment, revision = excluded.revision, version = a.version + 1,
       speech_metrics = excluded.speech_metrics, video_metrics = excluded.video_metrics,
       fraud_indicators = excluded.fraud_indicators, ai_recommendations = excluded.ai_recommendations
     where excluded.id <> a.id
       and (excluded.up_to_insight, excluded.up_to_segment, excluded.revision) >= (a.up_to_insight, a.up_to_segment, a.revision)
     returning a.round_id`,
    [
      aggregate.id,
      aggregate.roundId,
      companyOf(aggregate.roundId),
      new Date(aggregate.publishedAtMs),
      upTo.insight,
      upTo.segment,
      upTo.revision,
      JSON.stringify(aggregate.speech),
      JSON.stringify(aggregate.video),
      JSON.stringify(aggregate.fraud),
      JSON.stringify(aggregate.recommendations),
    ],
  );
  return rows.length > 0;
}

async function replaceStatus(tx: SqlEntityManager, { companyOf }: Batch, status: AnalyserStatusResult): Promise<void> {
  await tx.execute(
    `insert into insights.analyser_statuses as s (round_id, service, company_id, state, detail, since)
     values (?, ?, ?, ?, ?, ?)
     on conflict (round_id, service) do update set state = excluded.state, detail = excluded.detail, since = excluded.since
     where excluded.since >= s.since`,
    [
      status.roundId,
      status.service,
      companyOf(status.roundId),
      status.state,
      status.detail,
      new Date(status.publishedAtMs),
    ],
  );
}
