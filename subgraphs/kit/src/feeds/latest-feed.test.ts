/** However slow a subscriber is, of the states that it has not taken only the newest waits for it. */
import { AppError } from '@interview/runtime/errors';
import { describe, expect, it } from '@jest/globals';
import { latestFeed } from './latest-feed.js';
import type { TopicListener, Topics } from './topics.js';

interface State {
  version: number;
}

/** A state that a test changes, each change being announced and looked at before the test goes on. */
async function aFeed() {
  let state: State | null = null;
  let refusal: AppError | undefined;
  let listener: TopicListener | undefined;
  const topics: Topics = {
    listen: async (_topic, listening) => {
      listener = listening;
      return () => {
        listener = undefined;
      };
    },
    publish: async (_topic, message) => listener?.onMessage(message),
    close: async () => undefined,
  };
  const feed = await latestFeed<State>({
    topics,
    topic: 'state',
    concerns: () => true,
    load: async () => {
      if (refusal) throw refusal;
      return state;
    },
    versionOf: ({ version }) => version,
  });
  const change = async (version: number) => {
    state = { version };
    await topics.publish('state', {});
  };
  const refuse = async (error: AppError) => {
    refusal = error;
    await topics.publish('state', {});
  };
  return { feed, change, refuse };
}

describe('a feed of states', () => {
  it('shows every state to a subscriber who keeps up', async () => {
    const { feed, change } = await aFeed();
    for (const version of [1, 2, 3]) {
      const next = feed.next();
      await change(version);
      expect(await next).toEqual({ done: false, value: { version } });
    }
  });

  it('shows the newest state alone to one who took none meanwhile', async () => {
    const { feed, change } = await aFeed();
    for (let version = 1; version <= 1000; version++) await change(version);
    expect(await feed.next()).toEqual({ done: false, value: { version: 1000 } });
    const next = feed.next();
    await change(1001);
    expect(await next).toEqual({ done: false, value: { version: 1001 } });
  });

  it('shows the newest state before the refusal that ends it', async () => {
    const { feed, change, refuse } = await aFeed();
    await change(1);
    await change(2);
    const refusal = new AppError('ACCESS_DENIED', 'The round is not yours any more.');
    await refuse(refusal);
    expect(await feed.next()).toEqual({ done: false, value: { version: 2 } });
    await expect(feed.next()).rejects.toBe(refusal);
    expect(await feed.next()).toEqual({ done: true, value: undefined });
  });
});
