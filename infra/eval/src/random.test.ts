import { describe, expect, test } from '@jest/globals';
import { Random } from './random.js';

const draws = (random: Random, count = 5) => Array.from({ length: count }, () => random.next());

describe('chance from a name', () => {
  test('is the same for the same name, on every machine', () => {
    expect(draws(new Random('a'))).toEqual(draws(new Random('a')));
    // What any change of the generator would change: every label of the set with it.
    expect(new Random('a').next()).toBeCloseTo(0.192340482259, 12);
  });

  test('is another one for another name', () => {
    expect(draws(new Random('a'))).not.toEqual(draws(new Random('b')));
  });

  test('of a part does not depend on what was drawn before', () => {
    const [fresh, used] = [new Random('a'), new Random('a')];
    draws(used, 100);
    expect(draws(used.fork('x'))).toEqual(draws(fresh.fork('x')));
  });

  test('is even between 0 and 1, and normal where that is asked for', () => {
    const random = new Random('even');
    const even = draws(random, 20_000);
    expect(Math.min(...even)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...even)).toBeLessThan(1);
    expect(mean(even)).toBeCloseTo(0.5, 1);
    const normal = Array.from({ length: 20_000 }, () => random.normal());
    expect(mean(normal)).toBeCloseTo(0, 1);
    expect(mean(normal.map((x) => x * x))).toBeCloseTo(1, 1);
  });

  test('shuffles without losing anything', () => {
    expect(new Random('s').shuffled([1, 2, 3, 4, 5]).toSorted()).toEqual([1, 2, 3, 4, 5]);
  });
});

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
