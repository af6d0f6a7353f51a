import { describe, expect, it } from '@jest/globals';
import { differences } from './stored-feed.js';

const feed = (...insights: string[]) => ({ insights, segments: [] });

describe('differences between what is stored and what was delivered', () => {
  it('are none when all came once and in order', () => {
    expect(differences(feed('a', 'b'), feed('a', 'b'))).toEqual([]);
  });

  it.each([
    ['what was lost', feed('a', 'c'), '1 of 3 stored insights were not delivered: b'],
    ['what was repeated', feed('a', 'b', 'b', 'c'), '1 insights were delivered more than once: b'],
    ['what was never stored', feed('a', 'b', 'c', 'd'), '1 insights were delivered that are not stored: d'],
    ['another order', feed('b', 'a', 'c'), 'the insights were delivered in another order than they are stored'],
  ])('name %s', (_what, delivered, sentence) => {
    expect(differences(feed('a', 'b', 'c'), delivered)).toEqual([sentence]);
  });

  it('are counted for segments as for insights', () => {
    expect(differences({ insights: [], segments: ['s'] }, feed())).toEqual([
      '1 of 1 stored segments were not delivered: s',
    ]);
  });
});
