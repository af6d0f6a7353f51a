import { describe, expect, it } from '@jest/globals';
import { nameBasedUuid, resultId } from './result-id.js';

const round = '3f0f9d3e-52f5-4d0c-8a5c-0d4a5f1a9b11';

describe('the id of a result', () => {
  it('is a version 5 UUID, as in the example of RFC 9562', () => {
    const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
    expect(nameBasedUuid(dns, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });

  it('is the same when the work is repeated', () => {
    expect(resultId(round, 'fraud', 'tab:1-0')).toBe(resultId(round, 'fraud', 'tab:1-0'));
  });

  it('differs by round, service and key', () => {
    const other = '3f0f9d3e-52f5-4d0c-8a5c-0d4a5f1a9b12';
    const ids = [
      resultId(round, 'fraud', 'a'),
      resultId(round, 'fraud', 'b'),
      resultId(round, 'video', 'a'),
      resultId(other, 'fraud', 'a'),
    ];
    expect(new Set(ids).size).toBe(4);
  });
});
