import { describe, expect, it } from '@jest/globals';
import { createVerifiedTokens } from './verified-tokens.js';
import type { Viewer } from './viewer.js';

const viewer: Viewer = { id: 'sam', email: null, role: 'HR', companyId: 'acme', expiresAt: 100 };

/** @param state the generation of the keys and the time, which the test changes */
const tokens = (state: { generation: number | undefined; now: number }) =>
  createVerifiedTokens({ generation: () => state.generation }, (expiresAt) => expiresAt <= state.now);

describe('a token that was checked', () => {
  it('is known until it ends', () => {
    const state = { generation: 0, now: 0 };
    const verified = tokens(state);
    expect(verified.get('a')).toBeUndefined();
    verified.keep('a', viewer, 0);
    expect(verified.get('a')).toBe(viewer);
    expect(verified.get('b')).toBeUndefined();
    state.now = 100;
    expect(verified.get('a')).toBeUndefined();
  });

  it('is checked again once the keys may have changed, and while they are not certain', () => {
    const state: { generation: number | undefined; now: number } = { generation: 1, now: 0 };
    const verified = tokens(state);
    verified.keep('a', viewer, 1);
    state.generation = undefined;
    expect(verified.get('a')).toBeUndefined();
    state.generation = 1;
    verified.keep('a', viewer, undefined);
    expect(verified.get('a')).toBeUndefined();
    verified.keep('a', viewer, 1);
    state.generation = 2;
    expect(verified.get('a')).toBeUndefined();
  });

  it('gives way to those that came later', () => {
    const verified = tokens({ generation: 0, now: 0 });
    for (let n = 0; n <= 10_000; n++) verified.keep(`token ${n}`, viewer, 0);
    expect(verified.get('token 0')).toBeUndefined();
    expect(verified.get('token 1')).toBe(viewer);
    expect(verified.get('token 10000')).toBe(viewer);
  });
});
