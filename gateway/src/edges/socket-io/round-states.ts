/**
 * What the gateway knows of a round, for the decision on each piece of media. The rounds subgraph writes it to
 * Redis and announces each change; an entry is also read anew after a second, so that a withdrawn consent
 * holds within that second even when an announcement was lost.
 */
import { AppError } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import type { RedisConnection } from '@interview/runtime/redis';
import { channels, keys } from '@interview/schema/keys';
import { RoundState } from '@interview/schema/messages';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';

const FRESH_MS = 1000;
const KEPT_ROUNDS = 10_000;

export interface RoundStates {
  /** @returns undefined for a round that there is not. @throws AppError SERVICE_UNAVAILABLE while Redis is away. */
  get(roundId: string): Promise<RoundState | undefined>;
}

/**
 * @param redis for commands
 * @param subscriber a connection that is subscribed here, and for nothing else
 */
export function createRoundStates(redis: RedisConnection, subscriber: RedisConnection, log: Logger): RoundStates {
  // The promise is kept, not the state: all who ask while it is read wait together, and stay in order.
  const states = new LRUCache<string, Promise<RoundState | undefined>>({ max: KEPT_ROUNDS, ttl: FRESH_MS });

  subscriber.on('message', (channel, text) => {
    if (channel !== channels.roundChanged) return;
    const state = parseState(text, log);
    // Forgotten rather than replaced: announcements may come out of order, what is stored is the newest.
    if (state) states.delete(state.id);
  });
  // Whatever was announced while the connection was down is not known.
  subscriber.on('close', () => states.clear());
  subscriber.on('ready', () => states.clear());
  // It waits for the connection, and is repeated by itself after each reconnection.
  subscriber.subscribe(channels.roundChanged).catch((error: unknown) => {
    log.warn({ err: error }, 'changes of rounds are read each second only');
  });

  const read = async (roundId: string): Promise<RoundState | undefined> => {
    let text: string | null;
    try {
      text = await redis.get(keys.round(roundId));
    } catch {
      throw new AppError('SERVICE_UNAVAILABLE', 'This cannot be taken at the moment. Send it again.');
    }
    return text === null ? undefined : parseState(text, log);
  };

  return {
    async get(roundId) {
      // Anything but a UUID is no round, and must not become part of a key.
      if (!z.uuid().safeParse(roundId).success) return undefined;
      const known = states.get(roundId);
      if (known) return known;
      const state = read(roundId);
      states.set(roundId, state);
      state.catch(() => states.delete(roundId));
      return state;
    },
  };
}

function parseState(text: string, log: Logger): RoundState | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const state = RoundState.safeParse(json);
  if (state.success) return state.data;
  log.error({ reason: z.prettifyError(state.error) }, 'a round state could not be read');
  return undefined;
}
