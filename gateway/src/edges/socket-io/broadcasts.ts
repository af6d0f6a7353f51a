/**
 * How the replicas reach each other's Socket.IO connections: through a stream in Redis, which a replica whose
 * connection was interrupted reads on from where it was. Only broadcasts to rooms may be used: the adapter sends
 * everything else by publishing, and the failure of that is nobody's to catch.
 *
 * Recovery of connection state stays off. It would put each message to each connection into this stream, for
 * every replica to read; a client that joins again gets its state from the feeds themselves.
 */
import type { RedisConnection } from '@interview/runtime/redis';
import { keys } from '@interview/schema/keys';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import type { InterviewServer } from './interview-socket.js';

/** How far a replica may lag behind, in broadcasts. */
const KEPT = 10_000;

export interface Broadcasts {
  adapter: ReturnType<typeof createAdapter>;
  close(io: InterviewServer): void;
}

/** @param redis a connection of the kind `broadcaster`, for nothing else; it is whose opened it to close. */
export function createBroadcasts(redis: RedisConnection): Broadcasts {
  const copies: RedisConnection[] = [];
  const duplicate = redis.duplicate.bind(redis);
  // The adapter opens connections of its own, and would close them only when their blocking read is over.
  redis.duplicate = (...override) => {
    const copy = duplicate(...override);
    copies.push(copy);
    return copy;
  };
  return {
    adapter: createAdapter(redis, { streamName: keys.broadcasts, maxLen: KEPT }),
    close(io) {
      io.of('/').adapter.close();
      for (const copy of copies) copy.disconnect();
    },
  };
}
