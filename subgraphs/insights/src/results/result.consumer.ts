/**
 * From the durable stream to the database and on to the live feeds: read a batch, store it in one transaction,
 * publish what was new, acknowledge. In this order a crash anywhere repeats work and loses none, and storing is
 * idempotent by the results' ids.
 *
 * A batch is whatever waits. At a few results a second that is each by itself, at once; the faster they come the more
 * share a batch, because one begins at the earliest some milliseconds after the one before. Behind a full batch the
 * next is read while the database works.
 *
 * A message that cannot be stored is set aside after five deliveries; the rest of its batch is not held up. What
 * comes for a round that was erased is dropped.
 */
import type { Logger } from '@interview/runtime/log';
import { channels } from '@interview/schema/keys';
import { type FeedMessage, Result } from '@interview/schema/messages';
import { loadRoundAccess } from '@interview/subgraph-kit/round-access';
import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { erasedAmong, RoundsErased } from './erased-rounds.js';
import { type Stored, storeResults } from './result.store.js';
import type { Announcement, ResultStream, StreamMessage } from './result.stream.js';

const READ_WAIT_MS = 1000;
/**
 * What a result waits at most for others to share its batch. A batch costs a dozen system calls whatever it holds:
 * at 1,000 results a second, 8 ms instead of 4 leave a fifth more of the processor to all else.
 */
const BATCH_INTERVAL_MS = 8;
const CLAIM_EVERY_MS = 1000;
const RETRY_MS = 250;
const MAX_DELIVERIES = 5;
/** A round's company never changes; beyond this many the map starts anew. */
const COMPANIES_KEPT = 50_000;

export interface ResultConsumer {
  stop(): Promise<void>;
}

interface Readable {
  message: StreamMessage;
  result: Result;
}

export interface ConsumerOptions {
  orm: MikroORM;
  stream: ResultStream;
  log: Logger;
  now?: () => Date;
  /** Of how many rounds the company is kept before the map starts anew. */
  companiesKept?: number;
}

export function startResultConsumer(options: ConsumerOptions): ResultConsumer {
  const { orm, stream, log, now = () => new Date(), companiesKept = COMPANIES_KEPT } = options;
  const companies = new Map<string, string>();
  let stopped = false;
  let failing = false;

  const fork = () => orm.em.fork() as SqlEntityManager;

  async function learnCompanies(batch: readonly Readable[]): Promise<void> {
    // Before looking: forgotten only afterwards, a known round of this batch would be put off as if it did not exist.
    if (companies.size > companiesKept) companies.clear();
    const unknown = new Set(batch.map(({ result }) => result.roundId).filter((id) => !companies.has(id)));
    if (unknown.size === 0) return;
    for (const round of await loadRoundAccess(fork(), [...unknown]))
      if (round) companies.set(round.id, round.companyId);
  }

  async function store(batch: readonly Readable[]): Promise<void> {
    if (batch.length === 0) return;
    try {
      const stored = await storeResults(orm, {
        results: batch.map(({ result }) => result),
        companyOf: (roundId) => companies.get(roundId) ?? '',
        now: now(),
      });
      const ids = batch.map(({ message }) => message.id);
      await stream.acknowledge(ids, [...stored].map(announcementOf));
    } catch (error) {
      if (!(error instanceof RoundsErased)) throw error;
      await store(await withoutErased(batch, error.roundIds));
    }
  }

  /** What is left when results of erased rounds are dropped. */
  async function withoutErased(batch: readonly Readable[], erased: ReadonlySet<string>): Promise<readonly Readable[]> {
    const [gone, kept] = partition(batch, ({ result }) => erased.has(result.roundId));
    await stream.acknowledge(gone.map(({ message }) => message.id));
    for (const roundId of erased) companies.delete(roundId);
    return kept;
  }

  const dropErased = async (batch: readonly Readable[]): Promise<readonly Readable[]> => {
    if (batch.length === 0) return batch;
    const roundIds = batch.map(({ result }) => result.roundId);
    return withoutErased(batch, await erasedAmong(fork(), roundIds));
  };

  /** What the messages say; one that says nothing that could ever be stored is set aside. */
  async function read(messages: readonly StreamMessage[]): Promise<Readable[]> {
    const readable: Readable[] = [];
    for (const message of messages) {
      const parsed = parseResult(message.json);
      if (typeof parsed !== 'string') {
        readable.push({ message, result: parsed });
        continue;
      }
      log.error({ message: message.id, reason: parsed }, 'a result cannot be read');
      await stream.bury(message, parsed);
    }
    return readable;
  }

  /** One by one after a batch failed: only what fails by itself is held back. */
  async function storeApart(batch: readonly Readable[]): Promise<void> {
    for (const item of batch) {
      try {
        await store([item]);
      } catch (error) {
        if (!isDataError(error)) throw error;
        if ((await dropErased([item])).length === 0) continue;
        log.error(
          { message: item.message.id, deliveries: item.message.deliveries, err: error },
          'a result cannot be stored',
        );
        if (item.message.deliveries >= MAX_DELIVERIES) await stream.bury(item.message, String(error));
      }
    }
  }

  async function handle(messages: readonly StreamMessage[]): Promise<void> {
    const readable = await read(messages);
    if (readable.length === 0) return;
    await learnCompanies(readable);
    const [known, unknown] = partition(readable, ({ result }) => companies.has(result.roundId));
    for (const { message } of await dropErased(unknown)) {
      if (message.deliveries >= MAX_DELIVERIES) await stream.bury(message, 'its round does not exist');
    }
    if (known.length === 0) return;
    try {
      await store(known);
    } catch (error) {
      if (!isDataError(error)) throw error;
      await storeApart(known);
    }
  }

  /** Once through what this consumer left behind; what fails again stays for a later claim. */
  async function handleOwn(): Promise<void> {
    for (let after = '0'; !stopped; ) {
      const messages = await stream.readOwn(after);
      const last = messages.at(-1);
      if (!last) return;
      await handle(messages);
      after = last.id;
    }
  }

  async function run(): Promise<void> {
    let nextClaim = 0;
    let leftBehind = true;
    let mayReadAt = 0;
    /** Read while the batch before it is stored. */
    let ahead: Promise<StreamMessage[]> | undefined;
    while (!stopped) {
      try {
        if (leftBehind) await handleOwn();
        leftBehind = false;
        if (Date.now() >= nextClaim) {
          nextClaim = Date.now() + CLAIM_EVERY_MS;
          await handle(await stream.claimAbandoned());
        }
        if (!ahead) await pause(mayReadAt - performance.now());
        const messages = await (ahead ?? stream.read(READ_WAIT_MS));
        mayReadAt = performance.now() + BATCH_INTERVAL_MS;
        ahead = messages.length < stream.batchSize ? undefined : stream.read(READ_WAIT_MS);
        // Looked at when this batch is done.
        ahead?.catch(() => undefined);
        await handle(messages);
        if (failing) log.info('results are stored again');
        failing = false;
      } catch (error) {
        // What it brings is not acknowledged either: it is read again with the rest.
        await ahead?.catch(() => undefined);
        ahead = undefined;
        if (stopped) return;
        // Redis or PostgreSQL is away. What was read is not acknowledged and will be claimed again.
        if (!failing) log.warn({ err: error }, 'results cannot be stored; trying again');
        failing = true;
        leftBehind = true;
        await pause(RETRY_MS);
      }
    }
  }

  const running = run();
  return {
    async stop() {
      stopped = true;
      await running;
    },
  };
}

/** The result, or why it is none. */
function parseResult(json: string | undefined): Result | string {
  if (json === undefined) return 'the field json is missing';
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return 'not JSON';
  }
  const parsed = Result.safeParse(value);
  // The zod union is wider than its type says only because a mapped array loses its tuple type (see messages.ts).
  return parsed.success ? (parsed.data as Result) : `not a result: ${parsed.error.issues[0]?.message}`;
}

/**
 * What the data itself caused (SQLSTATE classes 22 and 23), in contrast to a server that is away. A round that
 * was erased between two statements is among it.
 */
function isDataError(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^2[23]/.test(code);
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

/** Whoever misses it reads the store (see sequenced-feed.ts): a loss costs time only. */
function announcementOf([roundId, { insights, segments, aggregateReplaced }]: [string, Stored]): Announcement {
  const message: FeedMessage = {
    ...(insights.length > 0 ? { insights } : {}),
    ...(segments.length > 0 ? { segments } : {}),
    ...(aggregateReplaced ? { aggregate: true } : {}),
  };
  return { channel: channels.feed(roundId), message };
}

const pause = (ms: number) => (ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : undefined);
