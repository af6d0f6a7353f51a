/** The token that goes with every request and connection, and when it has to be renewed. */
import { InterviewError } from './errors.js';

/** A token, or where to get a valid one each time it is needed: then feeds outlive any single token. */
export type TokenSource = string | (() => string | Promise<string>);

/** A token is renewed so long before it expires, ms, or in the last fifth of a shorter life. */
const RENEWAL_LEAD_MS = 30_000;

export class Credentials {
  /** A token that the server refused; to send it again would only be refused again. */
  private refused: string | undefined;
  private last: string | undefined;

  constructor(private readonly source: TokenSource) {}

  get renewable(): boolean {
    return typeof this.source === 'function';
  }

  /**
   * The value of the `Authorization` header and of the connection's payload.
   * @throws InterviewError INVALID_TOKEN where the source has nothing but the token that was refused
   */
  async authorization(): Promise<string> {
    const token = typeof this.source === 'function' ? await this.source() : this.source;
    if (token === this.refused) throw new InterviewError('INVALID_TOKEN', 'The server no longer accepts the token.');
    this.last = token;
    return `Bearer ${token}`;
  }

  /** The server closed the connection for the token that was sent last. */
  markRefused(): void {
    this.refused = this.last;
  }

  /** Milliseconds from `now` (epoch ms) until the last token should be replaced; undefined where it does not say. */
  renewalDueIn(now: number): number | undefined {
    const expiresAt = this.last === undefined ? undefined : expiryOf(this.last);
    if (!this.renewable || expiresAt === undefined) return undefined;
    const left = expiresAt - now;
    return Math.max(0, left - Math.min(RENEWAL_LEAD_MS, left / 5));
  }
}

/** Epoch ms of a JWT's `exp`; undefined for tokens of another form. Nothing is verified: that is the server's task. */
export function expiryOf(token: string): number | undefined {
  const payload = token.split('.')[1];
  if (!payload) return undefined;
  try {
    const claims: unknown = JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/')));
    const exp = typeof claims === 'object' && claims !== null && 'exp' in claims ? claims.exp : undefined;
    return typeof exp === 'number' ? exp * 1000 : undefined;
  } catch (error) {
    // Not a JWT: a token may be opaque to us.
    if (error instanceof SyntaxError || error instanceof DOMException) return undefined;
    throw error;
  }
}
