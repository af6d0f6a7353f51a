/**
 * The token of this tab. It comes from the address's fragment (`#token=…&round=…`, which browsers send to nobody)
 * or is pasted, and is kept until the tab is closed. What it says about its owner is shown, never trusted.
 */
const KEY = 'interview.token';

export interface TokenStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface Arrival {
  token: string;
  /** The round to open at once. */
  round: string | undefined;
  /** The fragment held a token, which should leave the address bar and the history. */
  fromFragment: boolean;
}

export function arrive(storage: TokenStorage, fragment: string): Arrival {
  const given = new URLSearchParams(fragment.replace(/^#/, ''));
  const token = given.get('token')?.trim();
  if (!token) return { token: storage.getItem(KEY) ?? '', round: undefined, fromFragment: false };
  keepToken(storage, token);
  return { token, round: given.get('round') ?? undefined, fromFragment: true };
}

/** An empty token forgets the one that was kept. */
export function keepToken(storage: TokenStorage, token: string): void {
  if (token === '') storage.removeItem(KEY);
  else storage.setItem(KEY, token);
}
