import { describe, expect, test } from '@jest/globals';
import { statementFloor } from './contradictions.part.js';

const right = { hits: 1, missed: 0, falseAlarms: 0 };
const wrong = { hits: 0, missed: 1, falseAlarms: 0 };
const statements = (count: number, fresh: boolean, counts: typeof right) =>
  Array.from({ length: count }, () => ({ fresh, counts }));

describe('the floor of the statements', () => {
  test('stands on the fresh ones alone where there are sixty', () => {
    const { floor, notes } = statementFloor([...statements(60, true, wrong), ...statements(900, false, right)]);
    expect(floor).toMatchObject({ name: 'contradictions, fresh statements', state: 'missed' });
    expect(floor.measured).toMatch(/^F1 0\.00 .* on 60$/);
    expect(notes).toEqual([]);
  });

  test('stands on the whole half where there are fewer, and says so', () => {
    const { floor, notes } = statementFloor([...statements(59, true, right), ...statements(1, false, right)]);
    expect(floor).toMatchObject({ name: 'contradictions, whole scored half', state: 'met' });
    expect(notes).toEqual([expect.stringContaining('There are 59 fresh statements, fewer than 60')]);
  });

  test('is missed where both together are fewer', () => {
    expect(statementFloor(statements(59, true, right)).floor.state).toBe('missed');
  });
});
