import { describe, expect, it } from '@jest/globals';
import { newVideoHealth, noteReadable, noteUnreadable } from './video-health.js';

describe("the health of a round's pictures", () => {
  it('tells frames that cannot be read after five, once, and when they can be', () => {
    const health = newVideoHealth();
    const told = Array.from({ length: 7 }, (_, i) => noteUnreadable(health, `${i}-0`, 'No JPEG.')).flat();
    expect(told).toEqual([
      { kind: 'status', key: 'status/0-0', state: 'DEGRADED', detail: 'The last 5 frames could not be read. No JPEG.' },
    ]);
    expect(noteReadable(health, '7-0', null)).toEqual([
      { kind: 'status', key: 'status/7-0', state: 'OK', detail: null },
    ]);
    expect(noteReadable(health, '8-0', null)).toEqual([]);
  });

  it('tells a busy machine once, with its rate, and its end', () => {
    const health = newVideoHealth();
    const told = [null, 0.84, 0.5, null].flatMap((rate, i) => noteReadable(health, `${i}-0`, rate));
    expect(told).toEqual([
      {
        kind: 'status',
        key: 'status/1-0',
        state: 'DEGRADED',
        detail: 'The machine is busy: 0.8 pictures a second are measured.',
      },
      { kind: 'status', key: 'status/3-0', state: 'OK', detail: null },
    ]);
  });
});
