import { describe, expect, test } from '@jest/globals';
import { arrive, keepToken } from './token';

function makeStorage() {
  const values = new Map<string, string>();
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  };
}

describe('arriving at the page', () => {
  test('with a token and a round in the fragment logs in, and is remembered', () => {
    const storage = makeStorage();
    expect(arrive(storage, '#token=a.b.c&round=42')).toEqual({ token: 'a.b.c', round: '42', fromFragment: true });
    expect(arrive(storage, '')).toEqual({ token: 'a.b.c', round: undefined, fromFragment: false });
  });

  test('without any token asks for one', () => {
    expect(arrive(makeStorage(), '#section').token).toBe('');
  });

  test('after logging out asks again', () => {
    const storage = makeStorage();
    keepToken(storage, 'a.b.c');
    keepToken(storage, '');
    expect(arrive(storage, '').token).toBe('');
  });
});
