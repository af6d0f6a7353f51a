/** Many subscribers of one server in this process: connected a few at a time, waited for together. */
import { setTimeout as sleep } from 'node:timers/promises';
import { RawSubscriber } from './raw-subscriber.js';
import type { SimulatedInsights } from './simulated-insights.js';
import type { FeedServer } from './subjects.js';

/** Handshakes under way at a time: fewer than the queue of connections that a server has not taken yet. */
const CONNECTING = 100;
const ARRIVAL_LIMIT_MS = 60_000;
const PROBE_MS = 50;
const SAMPLE_EVERY = 16;

/** Why a benchmark's figures would be worth nothing. */
export class FeedFault extends Error {
  override readonly name = 'FeedFault';
}

export interface CrowdOptions {
  server: FeedServer;
  source: SimulatedInsights;
  /** Read every n-th event of each, not every 16th. */
  sampleEvery?: number;
  onAge?: (us: number, subscriber: RawSubscriber) => void;
}

export class Crowd {
  readonly #subscribers: RawSubscriber[] = [];
  readonly #fault = Promise.withResolvers<never>();
  #received = 0;
  #awaited: { count: number; arrived: () => void } | undefined;

  constructor(private readonly options: CrowdOptions) {
    this.#fault.promise.catch(() => 'whoever waits for the crowd is told');
  }

  get subscribers(): readonly RawSubscriber[] {
    return this.#subscribers;
  }

  /** Adds a subscriber for each of the rounds given; one that is to be caught up names its cursor. */
  async join(joining: readonly { roundId: string; after?: number }[]): Promise<void> {
    const { server, sampleEvery = SAMPLE_EVERY, onAge } = this.options;
    const waiting = [...joining].reverse();
    const connectOneByOne = async () => {
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        const place = this.#subscribers.length;
        const subscriber = new RawSubscriber({
          port: server.port,
          path: server.path,
          token: await server.token(place),
          roundId: next.roundId,
          after: next.after,
          sampleEvery,
          phase: place,
          onEvent: () => this.#one(),
          onAge,
          onFault: (fault) => this.#fault.reject(new FeedFault(`${server.label}: ${fault}`)),
        });
        this.#subscribers.push(subscriber);
        await this.orFault(subscriber.subscribed);
      }
    };
    await Promise.all(Array.from({ length: CONNECTING }, connectOneByOne));
  }

  /** A feed says nothing when it opens: events are sent until each subscriber has one, and then all of them. */
  async untilLive(): Promise<void> {
    const { source } = this.options;
    const until = performance.now() + ARRIVAL_LIMIT_MS;
    for (;;) {
      const deaf = new Set(this.#subscribers.filter(({ count }) => count === 0).map(({ options }) => options.roundId));
      if (deaf.size === 0) break;
      if (performance.now() > until) throw new FeedFault(`${this.options.server.label}: not every feed opened.`);
      await source.emit({ rounds: [...deaf], turns: deaf.size, burst: 1, perSecond: 5000 });
      await this.orFault(sleep(PROBE_MS));
    }
    await this.untilCaughtUp();
  }

  /** Until every subscriber has what its round has so far. @throws FeedFault when that does not come to be. */
  async untilCaughtUp(): Promise<void> {
    const until = performance.now() + ARRIVAL_LIMIT_MS;
    for (;;) {
      const { heads } = await this.options.source.report();
      const behind = this.#subscribers.filter((s) => s.position !== (heads[s.options.roundId] ?? 0));
      if (behind.length === 0) return;
      if (performance.now() > until) throw new FeedFault(`${this.options.server.label}: ${described(behind, heads)}`);
      await this.orFault(sleep(PROBE_MS));
    }
  }

  /** Runs `cause`, and resolves when so many events more have come. */
  async after(events: number, cause: () => Promise<void>): Promise<void> {
    const arrived = Promise.withResolvers<void>();
    this.#awaited = { count: this.#received + events, arrived: () => arrived.resolve() };
    await cause();
    const limit = setTimeout(
      () => this.#fault.reject(new FeedFault(`${this.options.server.label}: events are missing after a minute.`)),
      ARRIVAL_LIMIT_MS,
    );
    await this.orFault(arrived.promise).finally(() => clearTimeout(limit));
  }

  /** Cuts these connections, all without an argument. */
  leave(leaving: readonly RawSubscriber[] = this.#subscribers): void {
    const gone = new Set(leaving);
    for (const subscriber of gone) subscriber.cut();
    const staying = this.#subscribers.filter((subscriber) => !gone.has(subscriber));
    this.#subscribers.splice(0, this.#subscribers.length, ...staying);
  }

  orFault<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#fault.promise]);
  }

  #one(): void {
    this.#received += 1;
    if (this.#awaited && this.#received >= this.#awaited.count) {
      this.#awaited.arrived();
      this.#awaited = undefined;
    }
  }
}

function described(behind: readonly RawSubscriber[], heads: Readonly<Record<string, number>>): string {
  const [example] = behind;
  const head = example && heads[example.options.roundId];
  return `${behind.length} subscribers are not where the feed is, e.g. at ${example?.position} of ${head}.`;
}
