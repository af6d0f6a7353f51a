import { describe, expect, it } from '@jest/globals';
import { FEED_DOCUMENT } from './insight-event.js';
import { SimulatedFeeds } from './simulated-feed.js';

/** Subscribes and keeps the results, parsed. */
function reading(feeds: SimulatedFeeds, given: { query?: string; after?: string; announce?: boolean } = {}) {
  const { query = FEED_DOCUMENT, after, announce = false } = given;
  const results: unknown[] = [];
  const variables = after === undefined ? { roundId: 'r' } : { roundId: 'r', after };
  const end = feeds.subscribe({ query, variables, announce }, { next: (result) => results.push(JSON.parse(result)) });
  return { results, end };
}

const event = (cursor: string) => ({ data: { insightAdded: expect.objectContaining({ cursor }) } });

describe('a simulated feed', () => {
  it('tells who subscribes what comes from then on, until it leaves', () => {
    const feeds = new SimulatedFeeds();
    feeds.emit('r');
    const { results, end } = reading(feeds);
    feeds.emit('r');
    feeds.emit('another');
    end();
    feeds.emit('r');
    expect(results).toEqual([event('2')]);
  });

  it('goes on behind a cursor without gap or repeat', () => {
    const feeds = new SimulatedFeeds();
    for (let i = 0; i < 3; i++) feeds.emit('r');
    const { results } = reading(feeds, { after: '1' });
    feeds.emit('r');
    expect(results).toEqual([event('2'), event('3'), event('4')]);
  });

  it('tells a gateway where it begins, and nobody else', () => {
    const feeds = new SimulatedFeeds();
    feeds.emit('r');
    expect(reading(feeds, { announce: true }).results).toEqual([{ data: null, extensions: { cursor: '1' } }]);
    expect(reading(feeds).results).toEqual([]);
  });

  it('names fields as the document does, also one that a gateway has added', () => {
    const feeds = new SimulatedFeeds();
    const query = 'subscription ($roundId: ID!) { feed: insightAdded(roundId: $roundId) { __typename own: cursor } }';
    const { results } = reading(feeds, { query });
    feeds.emit('r');
    expect(results).toEqual([{ data: { feed: { __typename: 'Insight', own: '1' } } }]);
  });

  it('counts what it was asked for by round and cursor, and how far each round is', () => {
    const feeds = new SimulatedFeeds();
    feeds.emit('r');
    for (const after of ['0', '1', '1']) reading(feeds, { after });
    expect(feeds.report()).toEqual({
      asked: [
        { roundId: 'r', after: '0', times: 1 },
        { roundId: 'r', after: '1', times: 2 },
      ],
      heads: { r: 1 },
    });
  });

  it('sends events whose frame at a client is as long as a usual insight', () => {
    const feeds = new SimulatedFeeds();
    const { results } = reading(feeds);
    feeds.emit('r');
    const frame = JSON.stringify({ id: '1', type: 'next', payload: results[0] });
    expect(frame.length).toBeGreaterThan(390);
    expect(frame.length).toBeLessThan(430);
  });
});
