/** The durable stream of results as this subgraph reads it: a consumer group, with what was left by others. */
import type { RedisConnection } from '@interview/runtime/redis';
import { keys } from '@interview/schema/keys';
import type { FeedMessage } from '@interview/schema/messages';

export interface StreamMessage {
  /** Redis' own id, `<ms>-<n>`. */
  id: string;
  json: string | undefined;
  /** How often it was delivered, this time included. */
  deliveries: number;
}

export const GROUP = 'insights';
/** After this long without an acknowledgement a message is taken over from whoever had it. */
const CLAIM_AFTER_MS = 3000;

/** Field and value alternate, as Redis answers them. */
type Entry = [id: string, fields: string[] | null];

export interface ResultStream {
  /** A `read` takes at most so many. */
  readonly batchSize: number;
  /** Waits up to `waitMs` for new messages. */
  read(waitMs: number): Promise<StreamMessage[]>;
  /**
   * What this consumer itself took and did not acknowledge, after `afterId`: read before anything new, so that a
   * restart or a failure does not let later messages overtake earlier ones.
   */
  readOwn(afterId: string): Promise<StreamMessage[]>;
  /** Messages that another consumer took and, for some seconds, did not acknowledge. */
  claimAbandoned(): Promise<StreamMessage[]>;
  /** Acknowledged messages leave the stream. What they led to is published in the same step, before. */
  acknowledge(ids: readonly string[], announcements?: readonly Announcement[]): Promise<void>;
  /** Moves a message that cannot be stored out of the way, with the reason. */
  bury(message: StreamMessage, reason: string): Promise<void>;
}

/** What the stored messages led to, for whoever listens on the channel. */
export interface Announcement {
  channel: string;
  message: FeedMessage;
}

export interface ResultStreamOptions {
  /** Blocks while it waits, so it is used for nothing else. */
  reader: RedisConnection;
  commands: RedisConnection;
  /** The same again after a restart, another one for each replica. */
  consumer: string;
  batchSize?: number;
}

export function openResultStream(options: ResultStreamOptions): ResultStream {
  const { reader, commands, consumer, batchSize = 500 } = options;
  const stream = keys.results;

  const ensureGroup = async () => {
    await commands.xgroup('CREATE', stream, GROUP, '0', 'MKSTREAM').catch((error: Error) => {
      if (!error.message.startsWith('BUSYGROUP')) throw error;
    });
  };
  /** Redis may have been emptied under us: the group is then made anew. */
  const withGroup = async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOGROUP')) throw error;
      await ensureGroup();
      return run();
    }
  };

  const withDeliveries = async (entries: readonly Entry[]): Promise<StreamMessage[]> => {
    if (entries.length === 0) return [];
    const range = [entries[0]?.[0] ?? '-', entries.at(-1)?.[0] ?? '+', entries.length, consumer] as const;
    const pending = (await commands.xpending(stream, GROUP, ...range)) as [string, string, number, number][];
    const deliveries = new Map(pending.map(([id, , , count]) => [id, count]));
    return entries.map((entry) => toMessage(entry, deliveries.get(entry[0]) ?? 1));
  };

  return {
    batchSize,

    readOwn: (afterId) =>
      withGroup(async () => {
        const answer = (await commands.xreadgroup(
          ...(['GROUP', GROUP, consumer, 'COUNT', batchSize, 'STREAMS', stream, afterId] as const),
        )) as [string, Entry[]][] | null;
        return withDeliveries(answer?.[0]?.[1] ?? []);
      }),

    read: (waitMs) =>
      withGroup(async () => {
        const answer = (await reader.xreadgroup(
          ...(['GROUP', GROUP, consumer, 'COUNT', batchSize, 'BLOCK', waitMs, 'STREAMS', stream, '>'] as const),
        )) as [string, Entry[]][] | null;
        return (answer?.[0]?.[1] ?? []).map((entry) => toMessage(entry, 1));
      }),

    claimAbandoned: () =>
      withGroup(async () => {
        const [, entries] = (await commands.xautoclaim(
          ...([stream, GROUP, consumer, CLAIM_AFTER_MS, '0', 'COUNT', batchSize] as const),
        )) as [string, Entry[]];
        return withDeliveries(entries);
      }),

    async acknowledge(ids, announcements = []) {
      if (ids.length === 0) return;
      const step = commands.multi();
      for (const { channel, message } of announcements) step.publish(channel, JSON.stringify(message));
      const answers = await step
        .xack(stream, GROUP, ...ids)
        .xdel(stream, ...ids)
        .exec();
      for (const [error] of answers ?? []) if (error) throw error;
    },

    async bury(message, reason) {
      const answers = await commands
        .multi()
        .xadd(keys.deadResults, 'MAXLEN', '~', 10_000, '*', 'json', message.json ?? '', 'reason', reason)
        .xack(stream, GROUP, message.id)
        .xdel(stream, message.id)
        .exec();
      for (const [error] of answers ?? []) if (error) throw error;
    },
  };
}

function toMessage([id, fields]: Entry, deliveries: number): StreamMessage {
  const at = fields?.indexOf('json') ?? -1;
  return { id, json: at < 0 ? undefined : fields?.[at + 1], deliveries };
}
