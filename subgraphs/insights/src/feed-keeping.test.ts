import { describe, expect, it } from '@jest/globals';
import { keptItems } from './feed-keeping.js';

const items = (...sequences: number[]) => sequences.map((sequence) => ({ sequence }));
const expired = () => Promise.reject(new Error('expired'));

describe('items read after a sequence', () => {
  it('are whole when they follow it without a gap, and nothing is asked', async () => {
    expect(await keptItems(items(4, 5, 6), 3, expired)).toEqual(items(4, 5, 6));
    expect(await keptItems([], 3, expired)).toEqual([]);
  });

  it.each([[items(5, 6)], [items(4, 6)]])('that show a gap are refused when it was swept (%#)', async (read) => {
    await expect(keptItems(read, 3, expired)).rejects.toThrow('expired');
  });

  it('that show another gap are handed on', async () => {
    expect(await keptItems(items(5), 3, async () => undefined)).toEqual(items(5));
  });
});
