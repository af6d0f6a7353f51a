import { beforeEach, describe, expect, it } from '@jest/globals';
import { createOpenFeeds } from './open-feeds.js';

const helen = { id: 'helen', companyId: 'acme' };
const ivan = { id: 'ivan', companyId: 'acme' };

describe('limits of open subscriptions', () => {
  let refused: string[];
  const metrics = {
    feedRefused: (limit: string) => void refused.push(limit),
  };
  beforeEach(() => {
    refused = [];
  });

  it('refuses one more of a user, says how many there may be, and takes it when one has ended', () => {
    const feeds = createOpenFeeds({ perUser: 2, perProcess: 10, metrics });
    const release = feeds.admit(helen);
    feeds.admit(helen);
    expect(() => feeds.admit(helen)).toThrow(
      expect.objectContaining({
        code: 'RATE_LIMITED',
        message: expect.stringContaining('at most 2 subscriptions of one user'),
      }),
    );
    expect(refused).toEqual(['user']);
    release();
    expect(() => feeds.admit(helen)).not.toThrow();
  });

  it("lets others in beside a user who has all of theirs, the same id of another company's too", () => {
    const feeds = createOpenFeeds({ perUser: 1, perProcess: 10, metrics });
    feeds.admit(helen);
    expect(() => feeds.admit(ivan)).not.toThrow();
    expect(() => feeds.admit({ ...helen, companyId: 'globex' })).not.toThrow();
    expect(() => feeds.admit(helen)).toThrow();
  });

  it('tells users apart whose names could run together', () => {
    const feeds = createOpenFeeds({ perUser: 1, perProcess: 10, metrics });
    feeds.admit({ companyId: 'a', id: 'b","c' });
    expect(() => feeds.admit({ companyId: 'a","b', id: 'c' })).not.toThrow();
  });

  it('refuses whomever when the process has all it carries, by another message', () => {
    const feeds = createOpenFeeds({ perUser: 10, perProcess: 2, metrics });
    const release = feeds.admit(helen);
    feeds.admit(ivan);
    expect(() => feeds.admit(helen)).toThrow(
      expect.objectContaining({
        code: 'RATE_LIMITED',
        message: expect.stringContaining('at most 2 subscriptions at a time'),
      }),
    );
    expect(refused).toEqual(['process']);
    release();
    expect(() => feeds.admit(ivan)).not.toThrow();
  });

  it('gives a place back once, however often it is released', () => {
    const feeds = createOpenFeeds({ perUser: 2, perProcess: 10, metrics });
    const release = feeds.admit(helen);
    feeds.admit(helen);
    release();
    release();
    feeds.admit(helen);
    expect(() => feeds.admit(helen)).toThrow();
  });
});
