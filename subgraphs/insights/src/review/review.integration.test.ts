/** Who may judge an insight, what that changes, and how it is told. */
import { channels, keys } from '@interview/schema/keys';
import type { RoundAccess } from '@interview/subgraph-kit/round-access';
import { aViewer } from '@interview/subgraph-kit/testing/subgraph-world';
import { describe, expect, it } from '@jest/globals';
import {
  anAggregate,
  anInsight,
  append,
  candidateOf,
  codes,
  eventually,
  hrOf,
  interviewerOf,
  nextOf,
  ofRounds,
  redis,
  storeInsights,
  useInsightsWorld,
  world,
} from '../testing/insights-world.js';

useInsightsWorld();

const REVIEW = `mutation ($id: ID!, $disposition: InsightDisposition!, $note: String) {
  reviewInsight(id: $id, disposition: $disposition, note: $note) { id disposition reviewedBy reviewNote } }`;
const UPDATED = 'subscription ($roundId: ID!) { insightUpdated(roundId: $roundId) { id disposition reviewNote } }';

async function aReviewable(of: Partial<RoundAccess> = {}) {
  const round = await world.addRound(of);
  const [insight] = await storeInsights(round, anInsight(round.id));
  // The feed that it was seen on has gone too, so that who listens from here on is the test's own.
  await eventually(async () => (await listeners(round)) === 0);
  return { round, id: insight?.id ?? '' };
}
const review = (viewer: ReturnType<typeof hrOf>, variables: { id: string; disposition?: string; note?: unknown }) =>
  world.graph(viewer, REVIEW, { disposition: 'DISMISSED', ...variables });
const revisionOf = async (round: RoundAccess) => {
  const [row] = await world.sql<{ revision: string }>('select revision from insights.round_feeds where round_id = ?', [
    round.id,
  ]);
  return Number(row?.revision);
};
const auditOf = async (round: RoundAccess) => (await world.audited()).filter((entry) => entry.round_id === round.id);

describe('a review', () => {
  it('says who judged and why, everywhere the insight is read', async () => {
    const { round, id } = await aReviewable();
    const viewer = interviewerOf(round);
    const expected = { id, disposition: 'DISMISSED', reviewedBy: viewer.id, reviewNote: 'They were reading.' };
    const answer = await review(viewer, { id, note: 'They were reading.' });
    expect(answer).toEqual({ data: { reviewInsight: expected } });
    const fields = 'id disposition reviewedBy reviewNote';
    const { rounds } = await ofRounds(viewer, [round], `insights { nodes { ${fields} } }`);
    expect(rounds).toEqual([{ insights: { nodes: [expected] } }]);
    const entity = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Insight { ${fields} } } }`;
    const read = await world.graph(viewer, entity, { r: [{ __typename: 'Insight', id }] });
    expect(read.data).toEqual({ _entities: [expected] });
  });

  it('is audited by ids alone, in the same transaction', async () => {
    const { round, id } = await aReviewable();
    await review(hrOf(round), { id, disposition: 'CONFIRMED', note: 'secret words' });
    const entries = await auditOf(round);
    expect(entries).toMatchObject([
      { action: 'INSIGHT_REVIEWED', detail: { insightId: id, disposition: 'CONFIRMED' } },
    ]);
    expect(JSON.stringify(entries)).not.toContain('secret');
  });

  it('is taken back with its note', async () => {
    const { round, id } = await aReviewable();
    const viewer = hrOf(round);
    await review(viewer, { id, note: 'a mistake' });
    const answer = await review(viewer, { id, disposition: 'UNREVIEWED' });
    expect(answer.data).toEqual({
      reviewInsight: { id, disposition: 'UNREVIEWED', reviewedBy: null, reviewNote: null },
    });
    expect(await revisionOf(round)).toBe(2);
  });

  it('changes nothing when it says what is there already', async () => {
    const { round, id } = await aReviewable();
    const viewer = hrOf(round);
    await review(viewer, { id, note: 'seen' });
    expect((await review(viewer, { id, note: 'seen' })).errors).toBeUndefined();
    expect(await revisionOf(round)).toBe(1);
    expect(await auditOf(round)).toHaveLength(1);
  });

  it('gives each of ten at the same moment a revision of its own', async () => {
    const { round, id } = await aReviewable();
    const viewer = hrOf(round);
    await Promise.all(Array.from({ length: 10 }, (_, n) => review(viewer, { id, note: `note ${n}` })));
    expect(await revisionOf(round)).toBe(10);
    expect(await auditOf(round)).toHaveLength(10);
  });

  it.each([
    ['a candidate', candidateOf, 'ACCESS_DENIED'],
    [
      'another interviewer',
      (round: RoundAccess) => aViewer('EMPLOYEE', { companyId: round.companyId }),
      'ACCESS_DENIED',
    ],
    ['another company', () => aViewer('ADMIN'), 'NOT_FOUND'],
  ])('is refused to %s', async (_who, viewerOf, code) => {
    const { round, id } = await aReviewable();
    expect(codes(await review(viewerOf(round), { id, note: 'x'.repeat(2001) }))).toEqual([code]);
    expect(await revisionOf(round)).toBe(0);
    expect(await auditOf(round)).toEqual([]);
  });

  it.each(['00000000-0000-4000-8000-000000000000', 'not-a-uuid', ''])('of %p is NOT_FOUND', async (id) => {
    expect(codes(await review(aViewer('ADMIN'), { id }))).toEqual(['NOT_FOUND']);
  });

  it.each([
    ['too long', { note: 'x'.repeat(2001) }],
    ['with NUL', { note: 'a\u0000b' }],
    ['with half a character', { note: '\ud83d' }],
    ['beside UNREVIEWED', { note: 'why', disposition: 'UNREVIEWED' }],
  ])('with a note %s is VALIDATION_FAILED', async (_name, variables) => {
    const { round, id } = await aReviewable();
    const answer = await review(hrOf(round), { id, ...variables });
    expect(codes(answer)).toEqual(['VALIDATION_FAILED']);
    expect(answer.errors?.[0]?.extensions.details).toMatchObject([{ path: 'note' }]);
  });

  it('takes a note of 2000 characters, however many bytes these are', async () => {
    const { round, id } = await aReviewable();
    expect((await review(hrOf(round), { id, note: '😀'.repeat(2000) })).errors).toBeUndefined();
  });
});

describe('the feed of reviews', () => {
  it('tells each review to who evaluates the round', async () => {
    const { round, id } = await aReviewable();
    const feed = world.subscribe(interviewerOf(round), UPDATED, { roundId: round.id });
    const next = nextOf(feed, 'insightUpdated');
    await listening(round);
    await review(hrOf(round), { id, disposition: 'CONFIRMED', note: 'seen' });
    expect(await next).toEqual({ id, disposition: 'CONFIRMED', reviewNote: 'seen' });
    await review(hrOf(round), { id });
    expect(await nextOf(feed, 'insightUpdated')).toEqual({ id, disposition: 'DISMISSED', reviewNote: null });
    await feed.return?.();
  });

  it('finds by itself a review that pub/sub lost', async () => {
    const { round, id } = await aReviewable();
    const feed = world.subscribe(hrOf(round), UPDATED, { roundId: round.id });
    const next = nextOf(feed, 'insightUpdated');
    await listening(round);
    const { topics } = world.foundation;
    const publish = topics.publish;
    topics.publish = () => Promise.reject(new Error('Redis is away.'));
    try {
      expect((await review(hrOf(round), { id })).errors).toBeUndefined();
    } finally {
      topics.publish = publish;
    }
    expect(await next).toMatchObject({ id, disposition: 'DISMISSED' });
    await feed.return?.();
  });

  it('ends for an interviewer who is no longer assigned', async () => {
    const { round } = await aReviewable();
    const feed = world.subscribe(interviewerOf(round), UPDATED, { roundId: round.id });
    const next = feed.next();
    await listening(round);
    await world.changeRound(round.id, { interviewerId: 'somebody-else' });
    await expect(next).rejects.toMatchObject([{ extensions: { code: 'ACCESS_DENIED' } }]);
  });

  it.each([
    [candidateOf, 'ACCESS_DENIED'],
    [() => aViewer('ADMIN'), 'NOT_FOUND'],
  ])('is refused (%#)', async (viewerOf, code) => {
    const { round } = await aReviewable();
    const feed = world.subscribe(viewerOf(round), UPDATED, { roundId: round.id });
    await expect(feed.next()).rejects.toMatchObject([{ extensions: { code } }]);
  });
});

describe('the aggregate of an ended round', () => {
  const isAsked = async (round: RoundAccess) =>
    (await redis.sismember(keys.unfinishedRounds('aggregator'), round.id)) === 1;

  it('is asked for again after a review, until one rests on it', async () => {
    const { round, id } = await aReviewable({ status: 'COMPLETED' });
    await append(anAggregate(round.id, 1));
    await review(hrOf(round), { id });
    await eventually(() => isAsked(round));
    // What the aggregator answers: the same position, the new revision.
    const renewed = anAggregate(round.id, 1);
    await append({ ...renewed, upTo: { ...renewed.upTo, revision: 1 }, fraud: { ...renewed.fraud, alertsCount: 7 } });
    const alerts = async () =>
      (await ofRounds<object>(hrOf(round), [round], 'aggregate { fraud { alertsCount } }')).rounds;
    await eventually(async () => JSON.stringify(await alerts()).includes('7'));
    await redis.srem(keys.unfinishedRounds('aggregator'), round.id);
    // A review of another round has every round looked at.
    const other = await aReviewable({ status: 'COMPLETED' });
    await review(hrOf(other.round), { id: other.id });
    await eventually(() => isAsked(other.round));
    expect(await isAsked(round)).toBe(false);
  });
});

/** How many listen to the round's topic. */
async function listeners(round: RoundAccess): Promise<number> {
  const [, count] = (await redis.pubsub('NUMSUB', channels.feed(round.id))) as [string, number];
  return count;
}

/** Until the round's one feed misses nothing any more. */
const listening = (round: RoundAccess) => eventually(async () => (await listeners(round)) > 0);
