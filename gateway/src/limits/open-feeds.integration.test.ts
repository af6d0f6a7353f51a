import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FeedClient } from '../testing/feed-client.js';
import { connectInterview } from '../testing/interview-client.js';
import { createInterviewWorld, type InterviewWorld } from '../testing/interview-world.js';
import { startTestGateway, type TestGateway, tokenFor } from '../testing/test-gateway.js';

const FEED = 'subscription ($roundId: ID!) { insightAdded(roundId: $roundId) { id } }';
const ROUND = '00000000-0000-4000-8000-000000000001';
/** What Socket.IO opens for a round, of HR. */
const FEEDS_OF_A_ROUND = 6;

describe('open subscriptions of a user', () => {
  let world: InterviewWorld;
  let gateway: TestGateway;
  const clients: { close(): void }[] = [];

  beforeEach(async () => {
    world = createInterviewWorld();
    await world.start();
    gateway = await startTestGateway(world, { MAX_SUBSCRIPTIONS_PER_USER: String(FEEDS_OF_A_ROUND + 1) });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await gateway.stop();
    await world.stop();
  });

  const socket = async (id = 'helen') => {
    const client = await FeedClient.open(gateway.url, await tokenFor({ id }));
    clients.push(client);
    return client;
  };
  const interview = async () => {
    const client = await connectInterview(gateway.url, await tokenFor());
    clients.push(client.socket);
    return client;
  };

  it('are counted over WebSocket and Socket.IO together, and given back when they end', async () => {
    const first = await socket();
    for (const id of ['1', '2']) first.subscribe(id, FEED, { roundId: 'r1' });
    const participant = await interview();
    const refused = participant.next('error');
    await participant.ask('join-interview', { roundId: ROUND });
    expect(await refused).toMatchObject({ code: 'RATE_LIMITED', roundId: ROUND });

    first.send({ type: 'complete', id: '2' });
    first.send({ type: 'ping' });
    await first.message('pong');
    const metrics = participant.next('metrics-summary');
    await participant.ask('join-interview', { roundId: ROUND });
    await metrics;

    const second = await socket();
    second.subscribe('3', FEED, { roundId: 'r2' });
    expect((await second.message('error', '3')).payload).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    (await socket('hector')).subscribe('4', FEED, { roundId: 'r4' });
    await world.insights.until(() => world.log.followed.includes('r4'));
  });
});
