/**
 * The token of this tab: from the address's fragment (`#token=…`, which browsers send to nobody), else from what
 * was typed, kept until the tab is closed. What it says about its owner is shown, never trusted: the server decides.
 */
const KEY = 'interview.token';

/** Where the token comes from and is kept; the browser's own in the page. */
export interface TokenPlaces {
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** `#token=…&…` or empty. */
  fragment: string;
  /** Called when the fragment held the token, which should not stay in the address bar and history. */
  forgetFragment(): void;
}

export function firstToken({ storage, fragment, forgetFragment }: TokenPlaces): string {
  const given = new URLSearchParams(fragment.replace(/^#/, '')).get('token');
  if (given === null) return storage.getItem(KEY) ?? '';
  forgetFragment();
  keepToken(storage, given);
  return given.trim();
}

/** An empty token forgets the one that was kept. */
export function keepToken(storage: TokenPlaces['storage'], token: string): void {
  if (token.trim() === '') storage.removeItem(KEY);
  else storage.setItem(KEY, token.trim());
}

export interface Bearer {
  sub: string;
  role: string;
  expiresAt: Date | undefined;
}

/** Who a token says its owner is; undefined for what is not a token of ours. */
export function bearerOf(token: string): Bearer | undefined {
  const payload = token.split('.')[1];
  if (!payload) return undefined;
  try {
    const claims: unknown = JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/')));
    if (typeof claims !== 'object' || claims === null || !('sub' in claims) || !('role' in claims)) return undefined;
    const exp = 'exp' in claims && typeof claims.exp === 'number' ? new Date(claims.exp * 1000) : undefined;
    return { sub: String(claims.sub), role: String(claims.role), expiresAt: exp };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return undefined;
    throw error;
  }
}
