import { describe, expect, test } from '@jest/globals';
import { bearerOf, firstToken, keepToken } from './token';

function makeStorage(kept?: string) {
  const values = new Map(kept === undefined ? [] : [['interview.token', kept]]);
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => values.set(key, value),
    removeItem: (key: string) => values.delete(key),
  };
}

function makeToken(claims: object): string {
  const payload = btoa(JSON.stringify(claims)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  return `e30.${payload}.signature`;
}

describe('the token of the tab', () => {
  test('in the fragment wins, is kept, and leaves the address', () => {
    const storage = makeStorage('old');
    let forgotten = 0;
    const token = firstToken({ storage, fragment: '#token=a.b.c&round=1', forgetFragment: () => forgotten++ });
    expect([token, storage.getItem('interview.token'), forgotten]).toEqual(['a.b.c', 'a.b.c', 1]);
  });

  test('that was kept is found again, and the fragment is left alone', () => {
    const forgetFragment = () => {
      throw new Error('There is nothing to forget.');
    };
    expect(firstToken({ storage: makeStorage('kept'), fragment: '', forgetFragment })).toBe('kept');
    expect(firstToken({ storage: makeStorage(), fragment: '#other', forgetFragment })).toBe('');
  });

  test('is forgotten when it is emptied', () => {
    const storage = makeStorage('kept');
    keepToken(storage, '  ');
    expect(storage.getItem('interview.token')).toBeNull();
  });
});

describe('who a token says its owner is', () => {
  test('is read from its claims, beyond ASCII letters of base64url too', () => {
    const bearer = bearerOf(makeToken({ sub: 'ada?>~', role: 'HR', exp: 1_800_000_000 }));
    expect(bearer).toEqual({ sub: 'ada?>~', role: 'HR', expiresAt: new Date('2027-01-15T08:00:00.000Z') });
  });

  test.each(['', 'word', 'a.b.c', makeToken({ sub: 'ada' })])('is unknown for %j', (token) => {
    expect(bearerOf(token)).toBeUndefined();
  });
});
