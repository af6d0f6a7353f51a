import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FeedClient } from './testing/feed-client.js';
import { createInterviewWorld, type InterviewWorld } from './testing/interview-world.js';
import { startTestGateway, type TestGateway, tokenFor } from './testing/test-gateway.js';

const FEED = 'subscription ($roundId: ID!) { insightAdded(roundId: $roundId) { id } }';

describe('metrics of live feeds', () => {
  let world: InterviewWorld;
  let gateway: TestGateway;

  beforeAll(async () => {
    world = createInterviewWorld();
    await world.start();
    gateway = await startTestGateway(world);
  });
  afterAll(async () => {
    await gateway.stop();
    await world.stop();
  });

  /** Each figure by its name and labels, without the one that all have. */
  const metrics = async () => {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map((line) => {
        const [, name = '', labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
        const own = labels.replace(/,?service="gateway"/, '');
        return [own ? `${name}{${own}}` : name, Number(value)];
      }),
    );
  };

  it('tell how many share what, what came and what went', async () => {
    const readers = await Promise.all([1, 2, 3].map(async () => FeedClient.open(gateway.url, await tokenFor())));
    for (const reader of readers) reader.subscribe('feed', FEED, { roundId: 'r1' });
    await world.insights.until(() => world.log.followed.length === 1);
    world.log.append('r1');
    await Promise.all(readers.map((reader) => reader.message('next', 'feed')));
    const told = await metrics();
    expect(Object.fromEntries([...told].filter(([name]) => /^(feed_|graphql_ws_)/.test(name)))).toMatchObject({
      feed_subscriptions: 3,
      feed_groups: 1,
      feed_streams: 1,
      feed_sharing_ratio: 3,
      feed_events_in_total: 1,
      feed_events_out_total: 3,
      feed_delivery_seconds_count: 1,
      graphql_ws_sockets: 3,
      graphql_ws_feeds: 3,
      graphql_ws_events_total: 3,
      graphql_ws_unsent_bytes: 0,
      'graphql_ws_received_total{type="subscribe"}': 3,
    });
    expect(told.get('feed_ring_bytes')).toBeGreaterThan(0);
    for (const reader of readers) reader.close();
    await world.insights.until(() => world.insights.open === 0);
    expect(Object.fromEntries(await metrics())).toMatchObject({
      feed_subscriptions: 0,
      feed_streams: 0,
      feed_ring_bytes: 0,
    });
  });
});
