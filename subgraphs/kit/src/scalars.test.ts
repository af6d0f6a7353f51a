import { describe, expect, it } from '@jest/globals';
import { DateTime } from './scalars.js';

describe('DateTime', () => {
  it.each([
    ['2026-01-30T10:30:00+01:00', '2026-01-30T09:30:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.9999Z', '9999-12-31T23:59:59.999Z'],
  ])('reads %s', (given, instant) => {
    expect(DateTime.serialize(DateTime.parseValue(given))).toBe(instant);
  });

  // PostgreSQL has no year 0, and a year of five digits is written in another way.
  it.each([
    '2026-01-30',
    '2026-01-30T09:30:00',
    '2026-13-30T09:30:00Z',
    '0000-12-31T23:59:59Z',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-00:01',
    1_769_765_400_000,
    null,
  ])('refuses %j', (given) => {
    expect(() => DateTime.parseValue(given)).toThrow(/ISO 8601/);
  });
});
