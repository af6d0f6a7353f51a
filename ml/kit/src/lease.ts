/**
 * Who holds a round: a key that expires unless its holder extends it. A holder that vanishes is replaced after
 * LEASE_TTL_MS; one that was only slow finds its writes refused, because every write compares the holder.
 *
 * Beside it lies who took the round and has not left it yet. Whoever leaves a round alive says so, also after the
 * lease was lost; a name that still stands there when the round is taken again is that of a holder that vanished
 * (docs/adr/0018).
 */
import { randomUUID } from 'node:crypto';
import type { RedisConnection } from '@interview/runtime/redis';
import type { AnalyserService } from '@interview/schema/enums';
import { keys } from '@interview/schema/keys';
import { z } from 'zod';
import {
  callScript,
  EXTEND_LEASE,
  FORGET_VANISHED,
  LEAVE_ROUND,
  NOTE_IN_HAND,
  runScript,
  TAKE_LEASE,
} from './redis-script.js';

/** With a look for free rounds each half second, a successor takes over within 3.9 s of a kill -9 (limit: 5 s). */
export const LEASE_TTL_MS = 3000;
/** An event loop blocked for 2.4 s does not lose a round. */
export const LEASE_RENEWAL_MS = 600;
/** Who vanished is remembered this long at most. */
const HOLDERS_TTL_MS = 24 * 3600 * 1000;

export class Lease {
  private gone = false;
  private before: readonly string[];

  /** @param vanished see the property */
  constructor(
    private readonly redis: RedisConnection,
    readonly key: string,
    private readonly holdersKey: string,
    readonly holder: string,
    vanished: readonly string[] = [],
  ) {
    this.before = vanished;
  }

  /** True from the moment it was seen that somebody else may hold the round. Never false again. */
  get lost(): boolean {
    return this.gone;
  }

  /** One for each holder that vanished since all was calm: what it had in hand, empty where it had noted nothing. */
  get vanished(): readonly string[] {
    return this.before;
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

  /** Notes what is about to be handled, in case this process ends over it. False when the lease is not ours. */
  noteInHand(what: string): Promise<boolean> {
    return runScript(this.redis, NOTE_IN_HAND, [this.key, this.holdersKey], [this.holder, what]);
  }

  /** All is calm: who vanished before counts no more. False when the lease is not ours. */
  async forgetVanished(): Promise<boolean> {
    const done = await runScript(
      this.redis,
      FORGET_VANISHED,
      [this.key, this.holdersKey],
      [this.holder, HOLDERS_TTL_MS],
    );
    if (done) this.before = [];
    return done;
  }

  /**
   * Gives the round back, so that a successor need not wait, or tells that its holder lives although it lost the
   * lease. Another's lease is left alone. @throws when Redis does not answer: to be said again.
   */
  async leave(): Promise<void> {
    this.gone = true;
    await runScript(this.redis, LEAVE_ROUND, [this.key, this.holdersKey], [this.holder]);
  }
}

/** Null when somebody holds it, else whether the holder before vanished, and what vanished ones had in hand. */
const TakenReply = z
  .tuple([z.enum(['0', '1'])])
  .rest(z.string())
  .nullable();

export interface Taken {
  lease: Lease;
  /** The holder before ended without a word. */
  afterVanishing: boolean;
}

/** Takes a round that nobody holds; null when somebody does. Each taking has a holder id of its own. */
export async function takeLease(
  redis: RedisConnection,
  service: AnalyserService,
  roundId: string,
): Promise<Taken | null> {
  const holder = randomUUID();
  const [lease, holders] = [keys.lease(service, roundId), keys.holders(service, roundId)];
  const reply = await callScript(redis, TAKE_LEASE, [lease, holders], [holder, LEASE_TTL_MS, HOLDERS_TTL_MS]);
  const taken = TakenReply.parse(reply);
  if (!taken) return null;
  const [afterVanishing, ...vanished] = taken;
  return { lease: new Lease(redis, lease, holders, holder, vanished), afterVanishing: afterVanishing === '1' };
}
