import { Agent, request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FeedClient } from './testing/feed-client.js';
import { connectInterview } from './testing/interview-client.js';
import { createInterviewWorld, type InterviewWorld } from './testing/interview-world.js';
import { startTestGateway, type TestGateway, tokenFor } from './testing/test-gateway.js';

const FEED = 'subscription ($roundId: ID!) { insightAdded(roundId: $roundId) { id } }';

describe('a gateway that is told to stop', () => {
  let world: InterviewWorld;
  let gateway: TestGateway;

  beforeEach(async () => {
    world = createInterviewWorld();
    await world.start();
  });
  afterEach(async () => {
    await gateway.stop();
    await world.stop();
  });

  const status = async (path: string) => (await fetch(`${gateway.url}${path}`)).status;

  /** A query over a kept-alive connection, as proxies send them. @returns status and headers of the answer */
  const ask = async (agent: Agent): Promise<[number | undefined, string | undefined]> => {
    const authorization = `Bearer ${await tokenFor()}`;
    const answered = Promise.withResolvers<[number | undefined, string | undefined]>();
    const asked = request(`${gateway.url}/graphql`, {
      agent,
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
    });
    asked.on('response', (response) => {
      response.resume().on('end', () => answered.resolve([response.statusCode, response.headers.connection]));
    });
    asked.on('error', answered.reject);
    asked.end(JSON.stringify({ query: '{ viewer { id } }' }));
    return answered.promise;
  };

  it('is not ready at once, goes on for DRAIN_DELAY_MS, then closes what lasts and ends what is under way', async () => {
    gateway = await startTestGateway(world, { DRAIN_DELAY_MS: '700' });
    const follower = await FeedClient.open(gateway.url, await tokenFor());
    follower.subscribe('1', FEED, { roundId: 'r1' });
    await world.insights.until(() => world.log.followed.includes('r1'));
    const participant = await connectInterview(gateway.url, await tokenFor());
    const left = participant.next('disconnect');
    const agent = new Agent({ keepAlive: true });
    const released = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    world.rounds.beforeAnswer = () => {
      reached.resolve();
      return released.promise;
    };
    const underWay = ask(agent);
    await reached.promise;

    const stopped = gateway.stop();
    expect(await status('/health/ready')).toBe(503);
    expect(await status('/health/live')).toBe(200);
    // Who has not noticed yet is served like before.
    world.log.append('r1');
    await follower.message('next');
    const late = await FeedClient.open(gateway.url, await tokenFor());

    expect(await follower.closed).toEqual({ code: 1001, reason: 'Going away' });
    expect((await late.closed).code).toBe(1001);
    expect(await left).toBe('transport close');
    await expect(FeedClient.connect(gateway.url)).rejects.toThrow();
    await expect(connectInterview(gateway.url, await tokenFor())).rejects.toThrow();
    released.resolve();
    const answeredAt = performance.now();
    expect((await underWay)[0]).toBe(200);
    await stopped;
    // Not by the limit for requests that do not end.
    expect(performance.now() - answeredAt).toBeLessThan(2000);
    agent.destroy();
  });

  it('sends clients of kept-alive connections elsewhere', async () => {
    gateway = await startTestGateway(world, { DRAIN_DELAY_MS: '300' });
    const agent = new Agent({ keepAlive: true });
    expect(await ask(agent)).toEqual([200, 'keep-alive']);
    const stopped = gateway.stop();
    expect(await ask(agent)).toEqual([200, 'close']);
    await stopped;
    await expect(ask(agent)).rejects.toThrow('ECONNREFUSED');
    agent.destroy();
  });

  it('cuts off a request that does not end', async () => {
    gateway = await startTestGateway(world, { SUBGRAPH_TIMEOUT_MS: '60000' });
    const reached = Promise.withResolvers<void>();
    const never = Promise.withResolvers<void>();
    world.rounds.beforeAnswer = () => {
      reached.resolve();
      return never.promise;
    };
    const agent = new Agent({ keepAlive: true });
    const cut = expect(ask(agent)).rejects.toThrow('socket hang up');
    await reached.promise;
    const stopped = gateway.stop();
    await cut;
    never.resolve();
    await stopped;
    agent.destroy();
  });
});
