import { describe, expect, it } from '@jest/globals';
import { structureOf } from './structure.js';

describe('the structure of an answer', () => {
  it.each([
    ['First we measured, then we cached, and finally we measured again.', { steps: 3 }],
    ['the first thing was a plan and the next step was to ask', { steps: 2 }],
    ['my first job was at the first bank in town every second week', {}],
    ['we did it because it was slow and that is why it paid', { reasons: 2 }],
    ['because of the load', { reasons: 1 }],
    ['for example in May, for instance with tools such as make', { examples: 3 }],
    ['as a result the latency dropped, which led to fewer calls', { results: 3 }],
    ['yes', {}],
  ])('of "%s"', (text, counts) => {
    expect(structureOf(text)).toEqual({ steps: 0, reasons: 0, examples: 0, results: 0, ...counts });
  });
});
