/**
 * A person's judgement of an insight. Each one that changes something gets the round's next revision, by which
 * feeds find it and the aggregator knows that what it read before is to be read anew.
 */
import { notFound, validationFailed } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import type { InsightDisposition } from '@interview/schema/enums';
import { channels } from '@interview/schema/keys';
import type { FeedMessage } from '@interview/schema/messages';
import { recordAudit } from '@interview/subgraph-kit/audit/audit';
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { entityBy } from '@interview/subgraph-kit/entity-loader';
import type { Topics } from '@interview/subgraph-kit/feeds/topics';
import { EVALUATORS, required } from '@interview/subgraph-kit/round-access';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { Insight } from '../insight/insight.entity.js';

/** Unicode code points. */
export const NOTE_CHARACTERS = 2000;

export interface Review {
  id: string;
  disposition: InsightDisposition;
  note?: string | null | undefined;
}

export interface ReviewService {
  /**
   * The insight as it is after the review. UNREVIEWED takes a review back, its note too. A review that says what
   * is there already, by the same person, changes nothing and is told to nobody.
   * @throws AppError NOT_FOUND or ACCESS_DENIED, VALIDATION_FAILED (the note)
   */
  review(context: SubgraphContext, review: Review): Promise<Insight>;
}

interface ReviewServiceParts {
  topics: Topics;
  log: Logger;
  /** Has an ended round's aggregate computed anew, now rather than at its next look. */
  renewAggregates(): void;
}

const insightById = entityBy(Insight, 'id');

export function createReviewService({ topics, log, renewAggregates }: ReviewServiceParts): ReviewService {
  /** Feeds look for themselves every two seconds: a lost message only delays. */
  const announce = (reviewed: Insight) =>
    topics
      .publish(channels.feed(reviewed.roundId), { reviewed: reviewed.toStored() } satisfies FeedMessage)
      .catch((error: unknown) => log.warn({ err: error, insightId: reviewed.id }, 'a review could not be announced'));

  return {
    async review(context, { id, disposition, note: given }) {
      const insight = await insightById(context, id);
      const round = insight && (await context.rounds.load(insight.roundId));
      if (!insight || !round || round.companyId !== context.viewer.companyId) throw notFound('The insight');
      required(context.viewer, round, EVALUATORS);
      const note = given || null;
      const problem = problemOfNote(note, disposition);
      if (problem) throw validationFailed([{ path: 'note', message: problem }]);

      const reviewer = disposition === 'UNREVIEWED' ? null : context.viewer.id;
      const { reviewed, changed } = await context.em.transactional(async (em) => {
        // The ORM's own type for a transaction's manager is wider than what this driver gives.
        const tx = em as SqlEntityManager;
        // The same lock as a batch of results takes: revisions become visible in their order.
        await tx.execute('select 1 from insights.round_feeds where round_id = ? for update', [round.id]);
        const present = await tx.findOne(Insight, { id: insight.id }, { disableIdentityMap: true });
        if (!present) throw notFound('The insight');
        const same =
          present.disposition === disposition && present.reviewedBy === reviewer && present.reviewNote === note;
        if (same) return { reviewed: present, changed: false };
        const [feed] = await tx.execute<{ revision: string }[]>(
          'update insights.round_feeds set revision = revision + 1, reviewed_at = now() where round_id = ? returning revision',
          [round.id],
        );
        const review = {
          disposition,
          reviewedBy: reviewer,
          reviewNote: note,
          reviewedRevision: Number(feed?.revision),
        };
        await tx.nativeUpdate(Insight, { id: insight.id }, review);
        await recordAudit(tx, {
          companyId: round.companyId,
          actor: context.viewer,
          action: 'INSIGHT_REVIEWED',
          roundId: round.id,
          detail: { insightId: insight.id, disposition },
        });
        return { reviewed: Object.assign(present, review), changed: true };
      });
      if (changed) {
        await announce(reviewed);
        renewAggregates();
      }
      return reviewed;
    },
  };
}

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
function problemOfNote(note: string | null, disposition: InsightDisposition): string | undefined {
  if (note === null) return undefined;
  if (disposition === 'UNREVIEWED') return 'must be absent when a review is taken back';
  if (note.length > NOTE_CHARACTERS && [...note].length > NOTE_CHARACTERS) {
    return `must have at most ${NOTE_CHARACTERS} characters`;
  }
  return note.includes('\0') || !note.isWellFormed()
    ? 'must be text without NUL characters and broken surrogates'
    : undefined;
}
