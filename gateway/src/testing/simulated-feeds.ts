/** Shared feeds over a simulated subgraph, with time that the test turns, and subscribers that keep what they get. */
import { createLog } from '@interview/runtime/log';
import type { Role } from '@interview/schema/enums';
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { type Graph, loadGraph } from '../graph/graph.js';
import { createSubgraphSources } from '../graph/subgraph-sources.js';
import { createFeedReadmission } from '../subscriptions/feed-admission.js';
import type { FeedBatch, FeedEvent } from '../subscriptions/feed-event.js';
import type { FeedMember } from '../subscriptions/feed-member.js';
import { createFeedPlanner, type FeedPlan, type Variables } from '../subscriptions/feed-plan.js';
import type { FeedSubscriber } from '../subscriptions/feed-subscriber.js';
import type { Flushable } from '../subscriptions/flush-clock.js';
import { createSharedFeeds, type SharedFeeds } from '../subscriptions/shared-feeds.js';
import { SimulatedFeed } from './simulated-feed.js';
import { type SupergraphName, supergraphOfTests } from './supergraphs.js';

const LOG = createLog('test', 'silent');
export const PLAIN = 'subscription ($after: String) { insightAdded(roundId: "r1", after: $after) { id cursor } }';
export const ENRICHED =
  'subscription ($after: String) { insightAdded(roundId: "r1", after: $after) { id cursor round { status } } }';

/** The test world's graph; nothing of it is running. */
export function graphOfTests(name?: SupergraphName): Graph {
  const url = 'http://127.0.0.1:9';
  const subgraphs = { rounds: url, resumes: url, insights: url, verdicts: url };
  const subgraphSources = createSubgraphSources({ subgraphs, internalKey: 'key', timeoutMs: 1000, log: LOG });
  return loadGraph({ supergraphSdl: supergraphOfTests(name), subgraphSources });
}

export interface Reader {
  id?: string;
  role?: Role;
  companyId?: string;
  expiresAt?: number;
}

export class TestSubscriber implements FeedSubscriber {
  readonly batches: FeedBatch[] = [];
  waits = 0;
  end: { errors: readonly GraphQLFormattedError[] | undefined } | undefined;
  leave: () => void = () => undefined;
  reader: ReturnType<FeedSubscriber['viewer']>;
  onEvents: () => void = () => undefined;

  constructor({ id = 'helen', role = 'HR', companyId = 'acme', expiresAt = Date.now() / 1000 + 3600 }: Reader = {}) {
    this.reader = { id, role, companyId, email: null, expiresAt };
  }

  viewer() {
    return this.reader;
  }

  events(batch: FeedBatch): void {
    this.batches.push(batch);
    this.onEvents();
  }

  backlog(): number {
    return this.waits;
  }

  ended(errors?: readonly GraphQLFormattedError[]): void {
    if (this.end) throw new Error('It was ended before.');
    this.end = { errors };
  }

  get received(): FeedEvent[] {
    return this.batches.flatMap(({ events }) => events);
  }

  /** Names of the events that it received. */
  get ids(): string[] {
    return this.received.map(({ result }) => {
      const event = Object.values(result.data ?? {})[0] as { id: string };
      return event.id;
    });
  }
}

export interface SubscribeOptions {
  source?: string;
  /** Made before, instead of the source. */
  plan?: FeedPlan;
  variables?: Variables;
  after?: string;
  reader?: Reader;
}

export class SimulatedFeeds {
  /** Whichever subgraph serves the feed, it reads what is stored in one place. */
  readonly subgraph = new SimulatedFeed();
  /** The subgraphs in which feeds were opened. */
  readonly openedIn: string[] = [];
  readonly feeds: SharedFeeds;
  /** Completions of enriched events that wait for the other subgraph. */
  readonly asked: PromiseWithResolvers<FormattedExecutionResult>[] = [];
  readonly #planner: ReturnType<typeof createFeedPlanner>;
  #due: Flushable[] = [];
  readonly #parked = new Map<FeedMember, () => void>();

  constructor(graph: Graph) {
    const answering = this.#answering(graph);
    this.#planner = createFeedPlanner(answering);
    this.feeds = createSharedFeeds({
      graph: answering,
      readmit: createFeedReadmission({ planner: this.#planner, maxCost: 1000 }),
      socketOf: (name) => {
        this.openedIn.push(name);
        return this.subgraph;
      },
      internalKey: 'key',
      flushMs: 0,
      observer: { delivered: () => undefined, replayed: () => undefined },
      log: LOG,
      clock: { schedule: (flushable) => void this.#due.push(flushable) },
      parking: {
        park: (member, goOn) => void this.#parked.set(member, goOn),
        leave: (member) => void this.#parked.delete(member),
      },
    });
  }

  /** A new supergraph is taken. */
  async useGraph(graph: Graph): Promise<void> {
    const answering = this.#answering(graph);
    const changeOver = await this.#planner.prepare(answering, this.feeds.openPlans);
    changeOver();
    this.feeds.useGraph(answering);
  }

  /** The rounds subgraph answers when the test says so. */
  #answering(graph: Graph): Graph {
    const ask = () => {
      const asked = Promise.withResolvers<FormattedExecutionResult>();
      this.asked.push(asked);
      return asked.promise;
    };
    return { ...graph, feedSources: { rounds: { ask } } } as Graph;
  }

  get parked(): number {
    return this.#parked.size;
  }

  plan(source: string): FeedPlan {
    return this.#planner.plan(source);
  }

  subscribe(options: SubscribeOptions = {}): TestSubscriber {
    const subscriber = new TestSubscriber(options.reader);
    const after = options.after === undefined ? {} : { after: options.after };
    subscriber.leave = this.feeds.subscribe({
      plan: options.plan ?? this.plan(options.source ?? PLAIN),
      variables: { ...options.variables, ...after },
      subscriber,
    });
    return subscriber;
  }

  /** The clock strikes. */
  flush(): void {
    for (const flushable of this.#due.splice(0)) flushable.flush();
  }

  /** Those who wait for their reader are looked at. */
  lookAtParked(): void {
    for (const [member, goOn] of [...this.#parked]) {
      if (member.hasDrained && this.#parked.delete(member)) goOn();
    }
  }

  /** The other subgraph answers one of its questions. */
  async answer(which: number): Promise<void> {
    const [asked] = this.asked.splice(which % Math.max(1, this.asked.length), 1);
    asked?.resolve({ data: { _entities: [{ __typename: 'Round', status: 'known' }] } });
    await turn();
  }

  /** Everything that is on its way arrives, until nothing moves any more. */
  async settle(): Promise<void> {
    for (let moved = true; moved; ) {
      await turn();
      moved = this.subgraph.arriveAll();
      moved = this.asked.length > 0 || moved;
      while (this.asked.length > 0) await this.answer(0);
      moved = this.#due.length > 0 || moved;
      this.flush();
      const waited = this.parked;
      this.lookAtParked();
      moved = this.parked < waited || moved;
    }
  }
}

/** Every promise that is settled has been acted on. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
