/** What happens to a verdict: submitted once for each round, then only read. */
import { randomUUID } from 'node:crypto';
import { conflict, type FieldProblem, validationFailed } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import type { RoundStatus } from '@interview/schema/enums';
import { channels } from '@interview/schema/keys';
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { entityBy } from '@interview/subgraph-kit/entity-loader';
import { latestFeed } from '@interview/subgraph-kit/feeds/latest-feed';
import type { Topics } from '@interview/subgraph-kit/feeds/topics';
import { EVALUATORS, type RoundAccess, readable, required } from '@interview/subgraph-kit/round-access';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { Verdict } from './verdict.entity.js';
import { problemsOf, type SubmitVerdictInput } from './verdict.input.js';

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

export function createVerdictService(topics: Topics, log: Logger, now: () => Date = () => new Date()): VerdictService {
  const evaluatedRound = async (context: SubgraphContext, roundId: string): Promise<RoundAccess> =>
    required(context.viewer, await context.rounds.load(roundId), EVALUATORS);

  /** The verdict is stored by now, and feeds look for themselves every two seconds: a lost message only delays. */
  const announce = (roundId: string) =>
    topics
      .publish(channels.verdict(roundId), {})
      .catch((error: unknown) => log.warn({ err: error, roundId }, 'a verdict could not be announced'));

  return {
    async submit(context, input) {
      const { em, viewer } = context;
      const round = await evaluatedRound(context, input.roundId);
      const problems = [...problemsOfState(round.status), ...problemsOf(input)];
      if (problems.length > 0) throw validationFailed(problems);
      const verdict = em.create(Verdict, {
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
        aiSummary: null,
        submittedAt: now(),
      });
      try {
        await em.persist(verdict).flush();
      } catch (error) {
        if (error instanceof UniqueConstraintViolationException) throw conflict('This round has a verdict already.');
        throw error;
      }
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
