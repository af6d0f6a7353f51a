/**
 * Who holds a round: a key that expires unless its holder extends it. A holder that vanishes is replaced after
 * LEASE_TTL_MS; one that was only slow finds its writes refused, because every write compares the holder.
 */
import { randomUUID } from 'node:crypto';
import type { RedisConnection } from '@interview/runtime/redis';
import { EXTEND_LEASE, RELEASE_LEASE, runScript } from './redis-script.js';

/** With a look for free rounds each half second, a successor takes over within 4.2 s of a kill -9 (limit: 5 s). */
export const LEASE_TTL_MS = 3500;
/** An event loop blocked for 2.8 s does not lose a round. */
export const LEASE_RENEWAL_MS = 700;

export class Lease {
  private gone = false;

  constructor(
    private readonly redis: RedisConnection,
    readonly key: string,
    readonly holder: string,
  ) {}

  /** True from the moment it was seen that somebody else may hold the round. Never false again. */
  get lost(): boolean {
    return this.gone;
  }

  /** A script found another holder, or none. */
  markLost(): void {
    this.gone = true;
  }

  /** Extends it if it is still ours, else marks it lost. @throws when Redis does not answer: then it is unknown. */
  async renew(): Promise<void> {
    if (this.gone) return;
    const extended = await runScript(this.redis, EXTEND_LEASE, [this.key], [this.holder, LEASE_TTL_MS]);
    if (!extended) this.gone = true;
  }

  /** Gives the round back, so that a successor need not wait. Another's lease is left alone. */
  async release(): Promise<void> {
    this.gone = true;
    await runScript(this.redis, RELEASE_LEASE, [this.key], [this.holder]);
  }
}

/** Takes a lease that nobody holds; null when somebody does. Each taking has a holder id of its own. */
export async function takeLease(redis: RedisConnection, key: string): Promise<Lease | null> {
  const holder = randomUUID();
  const taken = await redis.set(key, holder, 'PX', LEASE_TTL_MS, 'NX');
  return taken === 'OK' ? new Lease(redis, key, holder) : null;
}
