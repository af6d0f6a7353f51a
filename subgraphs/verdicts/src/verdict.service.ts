/** What happens to a verdict: submitted once for each round, then only read. */
import { randomUUID } from 'node:crypto';
import { conflict, type FieldProblem, validationFailed } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import type { Viewer } from '@interview/runtime/viewer';
import type { RoundStatus } from '@interview/schema/enums';
import { channels } from '@interview/schema/keys';
import { recordAudit } from '@interview/subgraph-kit/audit/audit';
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { entityBy } from '@interview/subgraph-kit/entity-loader';
import { latestFeed } from '@interview/subgraph-kit/feeds/latest-feed';
import type { Topics } from '@interview/subgraph-kit/feeds/topics';
import {
  EVALUATORS,
  loadRoundAccess,
  type RoundAccess,
  readable,
  required,
} from '@interview/subgraph-kit/round-access';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { RecommendationService } from './recommendation/recommendation.service.js';
import { Verdict } from './verdict.entity.js';
import { problemsOf, type SubmitVerdictInput } from './verdict.input.js';
import { lockVerdicts } from './verdict.removal.js';

const verdictOfRound = entityBy(Verdict, 'roundId');
const verdictById = entityBy(Verdict, 'id');

export interface VerdictService {
  /**
   * @throws AppError NOT_FOUND or ACCESS_DENIED (the round), VALIDATION_FAILED with every wrong field,
   * CONFLICT when the round has a verdict already.
   */
  submit(context: SubgraphContext, input: SubmitVerdictInput): Promise<Verdict>;
  /** Null where there is none for the viewer. @throws AppError ACCESS_DENIED */
  ofRound(context: SubgraphContext, roundId: string): Promise<Verdict | null>;
  /** The same, by the verdict's own id. */
  byId(context: SubgraphContext, id: string): Promise<Verdict | null>;
  /** The round's verdict, at once or when it comes. @throws AppError NOT_FOUND, ACCESS_DENIED; the feed likewise. */
  feed(context: SubgraphContext, roundId: string): Promise<AsyncIterableIterator<Verdict>>;
}

export interface VerdictServiceParts {
  topics: Topics;
  recommendations: RecommendationService;
  log: Logger;
}

export function createVerdictService({ topics, recommendations, log }: VerdictServiceParts): VerdictService {
  const evaluatedRound = async (context: SubgraphContext, roundId: string): Promise<RoundAccess> =>
    required(context.viewer, await context.rounds.load(roundId), EVALUATORS);

  /** The verdict is stored by now, and feeds look for themselves every two seconds: a lost message only delays. */
  const announce = (roundId: string) =>
    topics
      .publish(channels.verdict(roundId), {})
      .catch((error: unknown) => log.warn({ err: error, roundId }, 'a verdict could not be announced'));

  async function store(tx: SqlEntityManager, viewer: Viewer, input: SubmitVerdictInput): Promise<Verdict> {
    await lockVerdicts(tx, viewer.companyId);
    // Anew: while this waited, the round may have ended, or been erased.
    const [present] = await loadRoundAccess(tx, [input.roundId]);
    const round = required(viewer, present, EVALUATORS);
    const problems = problemsOfState(round.status);
    if (problems.length > 0) throw validationFailed(problems);
    const verdict = tx.create(Verdict, {
      id: randomUUID(),
      roundId: round.id,
      companyId: round.companyId,
      interviewerId: viewer.id,
      decision: input.decision,
      overallScore: input.overallScore,
      technicalScore: input.technicalScore ?? null,
      communicationScore: input.communicationScore ?? null,
      culturalFitScore: input.culturalFitScore ?? null,
      strengths: input.strengths ?? [],
      weaknesses: input.weaknesses ?? [],
      notes: input.notes ?? null,
      privateNotes: input.privateNotes ?? null,
      aiSummary: await recommendations.within(tx, round),
      submittedAt: await nextInstant(tx, round.companyId),
    });
    await tx.persist(verdict).flush();
    await recordAudit(tx, {
      companyId: round.companyId,
      actor: viewer,
      action: 'VERDICT_SUBMITTED',
      roundId: round.id,
      detail: { verdictId: verdict.id, decision: verdict.decision },
    });
    return verdict;
  }

  return {
    async submit(context, input) {
      const { em, viewer } = context;
      const round = await evaluatedRound(context, input.roundId);
      const problems = [...problemsOfState(round.status), ...problemsOf(input)];
      if (problems.length > 0) throw validationFailed(problems);
      const verdict = await em
        .transactional((tx) => store(tx as SqlEntityManager, viewer, input))
        .catch((error: unknown) => {
          if (error instanceof UniqueConstraintViolationException) throw conflict('This round has a verdict already.');
          throw error;
        });
      await announce(round.id);
      return verdict;
    },

    async ofRound(context, roundId) {
      const round = readable(context.viewer, await context.rounds.load(roundId), EVALUATORS);
      return round && verdictOfRound(context, round.id);
    },

    async byId(context, id) {
      const verdict = await verdictById(context, id);
      if (!verdict) return null;
      return readable(context.viewer, await context.rounds.load(verdict.roundId), EVALUATORS) && verdict;
    },

    async feed(context, roundId) {
      const { id } = await evaluatedRound(context, roundId);
      return latestFeed<Verdict>({
        topics,
        topic: channels.verdict(id),
        concerns: () => true,
        // Whoever lost the round since then is refused at the next look.
        load: async () => verdictOfRound(context, (await evaluatedRound(context, id)).id),
        // Submitted once, never changed.
        versionOf: () => 1,
      });
    },
  };
}

/** The people may judge while they talk and afterwards, never a round that has not begun or will not be. */
function problemsOfState(status: RoundStatus): FieldProblem[] {
  if (status === 'IN_PROGRESS' || status === 'COMPLETED') return [];
  return [{ path: 'input.roundId', message: `is a round that is ${status}, not IN_PROGRESS or COMPLETED` }];
}

/**
 * Later than every verdict of the company so far, in whole milliseconds as clients see them. Under the company's
 * lock submissions become visible in the order of their instants: whoever has read up to one has missed none.
 */
async function nextInstant(tx: SqlEntityManager, companyId: string): Promise<Date> {
  const [next] = await tx.execute<{ ms: string }[]>(
    `select ceil(extract(epoch from greatest(
       date_trunc('milliseconds', clock_timestamp()),
       (select max(submitted_at) + interval '1 millisecond' from verdicts.interview_verdicts where company_id = ?)
     )) * 1000) as ms`,
    [companyId],
  );
  return new Date(Number(next?.ms));
}
