/** How a verdict is told as it comes. */
import { type TopicListener } from '@interview/subgraph-kit/feeds/topics';
import { describe, expect, test } from '@jest/globals';
import { anInput, aRound, FEED, submit, useVerdictsWorld, world } from './testing/verdicts-world.js';

useVerdictsWorld();

describe('the feed verdictSubmitted', () => {
  /** Resolves once as many feeds as said are listening; `through` may change what reaches them. */
  function listening(feeds: number, through = (listener: TopicListener) => listener): Promise<void> {
    const { topics } = world.foundation;
    const listen = topics.listen;
    let open = 0;
    return new Promise((resolve) => {
      topics.listen = async (topic, listener) => {
        const stop = await listen(topic, through(listener));
        open += 1;
        if (open === feeds) {
          topics.listen = listen;
          resolve();
        }
        return stop;
      };
    });
  }

  test('waits for the verdict and then gives it, private notes for HR alone', async () => {
    const { round, people } = await aRound();
    const started = listening(2);
    const interviewerFeed = world.subscribe(people.interviewer, FEED, { roundId: round.id });
    const hrFeed = world.subscribe(people.hr, FEED, { roundId: round.id });
    const [forInterviewer, forHr] = [interviewerFeed.next(), hrFeed.next()];
    await started;
    await submit(people.interviewer, anInput(round.id));
    const given = (await Promise.all([forInterviewer, forHr])).map(({ value }) => value.data.verdictSubmitted);
    expect(given).toMatchObject([
      { decision: 'ADVANCE', privateNotes: null, round: { id: round.id } },
      { decision: 'ADVANCE', privateNotes: 'Expects an offer this week.' },
    ]);
    await Promise.all([interviewerFeed.return?.(), hrFeed.return?.()]);
  });

  test('gives at once a verdict that was there before', async () => {
    const { round, people } = await aRound();
    await submit(people.interviewer, anInput(round.id));
    const feed = world.subscribe(people.admin, FEED, { roundId: round.id });
    const { value } = await feed.next();
    expect(value.data.verdictSubmitted).toMatchObject({ overallScore: 8 });
    await feed.return?.();
  });

  test('finds a verdict whose announcement was lost', async () => {
    const { round, people } = await aRound();
    const looked = Promise.withResolvers<void>();
    const started = listening(1, (listener) => ({
      onMessage: () => undefined,
      onDoubt: () => {
        listener.onDoubt();
        looked.resolve();
      },
    }));
    const feed = world.subscribe(people.hr, FEED, { roundId: round.id });
    const first = feed.next();
    await started;
    await looked.promise;
    await submit(people.interviewer, anInput(round.id, { decision: 'HOLD' }));
    expect((await first).value.data.verdictSubmitted).toMatchObject({ decision: 'HOLD' });
    await feed.return?.();
  });

  test('ends with an error for an interviewer who loses the round', async () => {
    const { round, people } = await aRound();
    await submit(people.hr, anInput(round.id));
    const feed = world.subscribe(people.interviewer, FEED, { roundId: round.id });
    await feed.next();
    await world.changeRound(round.id, { interviewerId: 'someone-else' });
    await expect(feed.next()).rejects.toMatchObject([{ extensions: { code: 'ACCESS_DENIED' } }]);
  });

  test.each([
    ['otherInterviewer', 'ACCESS_DENIED'],
    ['candidate', 'ACCESS_DENIED'],
    ['hrElsewhere', 'NOT_FOUND'],
  ] as const)('is refused to %s with %s', async (who, code) => {
    const { round, people } = await aRound();
    const feed = world.subscribe(people[who], FEED, { roundId: round.id });
    await expect(feed.next()).rejects.toMatchObject([{ extensions: { code } }]);
  });
});
