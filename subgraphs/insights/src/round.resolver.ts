/** What this subgraph adds to a round: its insights, transcript, aggregate and analysers. */
import type { AlertSeverity, InsightType } from '@interview/schema/enums';
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { connectionOf } from '@interview/subgraph-kit/paging';
import { EVALUATORS, type RoundAccess, readable } from '@interview/subgraph-kit/round-access';
import { DateTime } from '@interview/subgraph-kit/scalars';
import DataLoader from 'dataloader';
import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { Aggregate } from './aggregate/aggregate.entity.js';
import { InsightAggregate, toInsightAggregate } from './aggregate/aggregate.type.js';
import { AnalyserStatus } from './analyser/analyser-status.entity.js';
import { AlertSeverityEnum, Insight, InsightTypeEnum } from './insight/insight.entity.js';
import { selectionCondition } from './insight/insight.selection.js';
import { Round } from './round.type.js';
import { Segment } from './segment/segment.entity.js';
import { insightCursor, segmentCursor } from './sequence-cursor.js';
import { listSequenced, sequencedRows } from './sequence-list.js';

const { ConnectionType: InsightConnection } = connectionOf('Insight', Insight);
type InsightConnection = InstanceType<typeof InsightConnection>;
const { ConnectionType: TranscriptConnection } = connectionOf('Transcript', Segment);
type TranscriptConnection = InstanceType<typeof TranscriptConnection>;

const INSIGHTS = sequencedRows(Insight, 'insights.live_insights', insightCursor);
const SEGMENTS = sequencedRows(Segment, 'insights.transcript_segments', segmentCursor);

const AGGREGATES = Symbol('aggregate of a round');
const STATUSES = Symbol('analysers of a round');

const aggregateLoader = (context: SubgraphContext) =>
  context.loader<string, Aggregate | null>(
    AGGREGATES,
    () =>
      new DataLoader(async (roundIds) => {
        const rows = await context.em.find(Aggregate, { roundId: { $in: [...roundIds] } });
        return roundIds.map((id) => rows.find((row) => row.roundId === id) ?? null);
      }),
  );

const statusLoader = (context: SubgraphContext) =>
  context.loader<string, AnalyserStatus[]>(
    STATUSES,
    () =>
      new DataLoader(async (roundIds) => {
        const rows = await context.em.find(
          AnalyserStatus,
          { roundId: { $in: [...roundIds] } },
          { orderBy: { service: 'asc' } },
        );
        return roundIds.map((id) => rows.filter((row) => row.roundId === id));
      }),
  );

@Resolver(() => Round)
export class RoundInsightsResolver {
  @FieldResolver(() => InsightConnection, {
    nullable: true,
    description: 'EMPLOYEE assigned, HR, ADMIN. Oldest first.',
  })
  async insights(
    @Root() round: Round,
    @Ctx() context: SubgraphContext,
    @Arg('types', () => [InsightTypeEnum], { nullable: true }) types?: InsightType[] | null,
    @Arg('minSeverity', () => AlertSeverityEnum, { nullable: true, defaultValue: 'INFO' })
    minSeverity?: AlertSeverity | null,
    @Arg('since', () => DateTime, { nullable: true }) since?: Date | null,
    @Arg('first', () => Int, { nullable: true, defaultValue: 100 }) first?: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
    @Arg('last', () => Int, { nullable: true }) last?: number | null,
    @Arg('before', () => String, { nullable: true }) before?: string | null,
  ): Promise<InsightConnection | null> {
    const found = await readableRound(context, round.id);
    if (!found) return null;
    const where = selectionCondition({ types, minSeverity, since });
    const args = { first, after, last, before };
    return InsightConnection.of(await listSequenced(context, INSIGHTS, { roundId: found.id, where, args }));
  }

  @FieldResolver(() => TranscriptConnection, { nullable: true, description: 'Final segments, oldest first.' })
  async transcript(
    @Root() round: Round,
    @Ctx() context: SubgraphContext,
    @Arg('first', () => Int, { nullable: true, defaultValue: 200 }) first?: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
    @Arg('last', () => Int, { nullable: true }) last?: number | null,
    @Arg('before', () => String, { nullable: true }) before?: string | null,
  ): Promise<TranscriptConnection | null> {
    const found = await readableRound(context, round.id);
    if (!found) return null;
    const args = { first, after, last, before };
    return TranscriptConnection.of(await listSequenced(context, SEGMENTS, { roundId: found.id, args }));
  }

  @FieldResolver(() => InsightAggregate, {
    nullable: true,
    description: 'Computed over everything so far; null before the first measurement.',
  })
  async aggregate(@Root() round: Round, @Ctx() context: SubgraphContext): Promise<InsightAggregate | null> {
    const found = await readableRound(context, round.id);
    const row = found && (await aggregateLoader(context).load(found.id));
    return row && toInsightAggregate(row);
  }

  @FieldResolver(() => [AnalyserStatus], {
    nullable: true,
    description: 'How each analyser of this round is doing, e.g. that speech fell back to another recogniser.',
  })
  async analysers(@Root() round: Round, @Ctx() context: SubgraphContext): Promise<AnalyserStatus[] | null> {
    const found = await readableRound(context, round.id);
    return found && statusLoader(context).load(found.id);
  }
}

/** What was measured is for evaluators. Null where there is no such round. @throws AppError ACCESS_DENIED */
export async function readableRound(context: SubgraphContext, roundId: string): Promise<RoundAccess | null> {
  return readable(context.viewer, await context.rounds.load(roundId), EVALUATORS);
}
