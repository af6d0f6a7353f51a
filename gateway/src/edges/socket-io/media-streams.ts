/**
 * Media into Redis, each message once. A client that got no answer sends again, so a message may come twice:
 * what was appended last is remembered in Redis, by speaker and time of capture, and checked in the same
 * atomic step. (Only the last time of capture would not do: a message whose first try failed may come after
 * a later one that succeeded.)
 */
import { AppError } from '@interview/runtime/errors';
import type { RedisConnection } from '@interview/runtime/redis';
import type { Speaker } from '@interview/schema/enums';
import { keys } from '@interview/schema/keys';
import { redisScript } from './redis-script.js';

/** Two speakers for an hour in chunks of 100 ms. Audio is never dropped: this only bounds a round nobody reads. */
const AUDIO_ENTRIES = 72_000;
/** A picture that is older than the newest 300 is of no use any more. */
const VIDEO_ENTRIES = 300;
/** More than a client can have unanswered at a time. */
const REMEMBERED = 512;
const REMEMBERED_SECONDS = 3600;

const append = redisScript(`
if redis.call('ZSCORE', KEYS[2], ARGV[2]) then return 0 end
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(ARGV, 4))
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -${REMEMBERED + 1})
redis.call('EXPIRE', KEYS[2], ${REMEMBERED_SECONDS})
return 1`);

export interface MediaStreams {
  /**
   * Resolves when Redis holds the chunk. @returns false when it held it already.
   * @throws AppError SERVICE_UNAVAILABLE: send it again.
   */
  appendAudio(roundId: string, speaker: Speaker, capturedAtMs: number, data: Buffer): Promise<boolean>;
  /** The same for a picture of the candidate. */
  appendFrame(roundId: string, capturedAtMs: number, data: Buffer): Promise<boolean>;
}

export function createMediaStreams(redis: RedisConnection): MediaStreams {
  const once = async (
    stream: string,
    roundId: string,
    maxEntries: number,
    member: string,
    capturedAtMs: number,
    fields: (string | Buffer)[],
  ): Promise<boolean> => {
    const args = [maxEntries, member, capturedAtMs, ...fields];
    try {
      return (await append(redis, [stream, keys.mediaSeen(roundId)], args)) === 1;
    } catch {
      throw new AppError('SERVICE_UNAVAILABLE', 'This could not be taken at the moment. Send it again.');
    }
  };
  return {
    appendAudio: (roundId, speaker, capturedAtMs, data) =>
      once(keys.audio(roundId), roundId, AUDIO_ENTRIES, `audio:${speaker}:${capturedAtMs}`, capturedAtMs, [
        ...['speaker', speaker, 'capturedAtMs', String(capturedAtMs)],
        ...['data', data],
      ]),
    appendFrame: (roundId, capturedAtMs, data) =>
      once(keys.video(roundId), roundId, VIDEO_ENTRIES, `video:${capturedAtMs}`, capturedAtMs, [
        ...['capturedAtMs', String(capturedAtMs)],
        ...['data', data],
      ]),
  };
}
