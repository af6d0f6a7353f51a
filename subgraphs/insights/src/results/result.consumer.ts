/**
 * From the durable stream to the database and on to the live feeds: read a batch, store it in one transaction,
 * publish what was new, acknowledge. In this order a crash anywhere repeats work and loses none, and storing is
 * idempotent by the results' ids.
 *
 * A message that cannot be stored is set aside after five deliveries; the rest of its batch is not held up. What
 * comes for a round that was erased is dropped.
 */
import type { Logger } from '@interview/runtime/log';
import { channels } from '@interview/schema/keys';
import { type FeedMessage, Result } from '@interview/schema/messages';
import type { Topics } from '@interview/subgraph-kit/feeds/topics';
import { loadRoundAccess } from '@interview/subgraph-kit/round-access';
import type { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { erasedAmong, RoundsErased } from './erased-rounds.js';
import { type Stored, storeResults } from './result.store.js';
import type { ResultStream, StreamMessage } from './result.stream.js';

const READ_WAIT_MS = 1000;
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
  topics: Topics;
  log: Logger;
  now?: () => Date;
}

export function startResultConsumer({
  orm,
  stream,
  topics,
  log,
  now = () => new Date(),
}: ConsumerOptions): ResultConsumer {
  const companies = new Map<string, string>();
  let stopped = false;
  let failing = false;

  async function learnCompanies(em: SqlEntityManager, results: readonly Result[]): Promise<void> {
    const unknown = [...new Set(results.map((r) => r.roundId))].filter((id) => !companies.has(id));
    if (unknown.length === 0) return;
    if (companies.size > COMPANIES_KEPT) companies.clear();
    for (const round of await loadRoundAccess(em, unknown)) if (round) companies.set(round.id, round.companyId);
  }

  async function store(batch: readonly Readable[]): Promise<void> {
    if (batch.length === 0) return;
    try {
      const stored = await storeResults(orm.em.fork() as SqlEntityManager, {
        results: batch.map(({ result }) => result),
        companyOf: (roundId) => companies.get(roundId) ?? '',
        now: now(),
      });
      await publish(topics, stored);
      await stream.acknowledge(batch.map(({ message }) => message.id));
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
    return withoutErased(batch, await erasedAmong(orm.em.fork() as SqlEntityManager, roundIds));
  };

  /** What the message says, or undefined when it says nothing that could ever be stored. */
  async function read(message: StreamMessage): Promise<Readable | undefined> {
    const parsed = parseResult(message.json);
    if (typeof parsed !== 'string') return { message, result: parsed };
    log.error({ message: message.id, reason: parsed }, 'a result cannot be read');
    await stream.bury(message, parsed);
    return undefined;
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
    const readable = (await Promise.all(messages.map(read))).filter((item) => item !== undefined);
    if (readable.length === 0) return;
    await learnCompanies(
      orm.em.fork() as SqlEntityManager,
      readable.map(({ result }) => result),
    );
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
    while (!stopped) {
      try {
        if (leftBehind) await handleOwn();
        leftBehind = false;
        if (Date.now() >= nextClaim) {
          nextClaim = Date.now() + CLAIM_EVERY_MS;
          await handle(await stream.claimAbandoned());
        }
        await handle(await stream.read(READ_WAIT_MS));
        if (failing) log.info('results are stored again');
        failing = false;
      } catch (error) {
        if (stopped) return;
        // Redis or PostgreSQL is away. What was read is not acknowledged and will be claimed again.
        if (!failing) log.warn({ err: error }, 'results cannot be stored; trying again');
        failing = true;
        leftBehind = true;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
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

/** Whoever misses a message reads the store (see sequenced-feed.ts), so a failure here costs time only. */
async function publish(topics: Topics, stored: Map<string, Stored>): Promise<void> {
  await Promise.all(
    [...stored].map(([roundId, { insights, segments, aggregateReplaced }]) => {
      const message: FeedMessage = {
        ...(insights.length > 0 ? { insights } : {}),
        ...(segments.length > 0 ? { segments } : {}),
        ...(aggregateReplaced ? { aggregate: true } : {}),
      };
      return topics.publish(channels.feed(roundId), message);
    }),
  );
}
