/** Feeds of a state, and of what passes: those who join while others leave, and states that cannot be completed. */
import { createLog } from '@interview/runtime/log';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { FormattedExecutionResult } from 'graphql';
import type { Graph } from '../graph/graph.js';
import type { SubgraphAnswer } from '../graph/subgraph-source.js';
import { graphOfTests, TestSubscriber, turn } from '../testing/simulated-feeds.js';
import { createFeedReadmission } from './feed-admission.js';
import { createFeedPlanner, type FeedPlanner } from './feed-plan.js';
import type { Flushable } from './flush-clock.js';
import { createSharedFeeds, type SharedFeeds } from './shared-feeds.js';
import type { UpstreamSink } from './subgraph-socket.js';

const STATE = 'subscription { roundUpdated(roundId: "r1") { id status } }';
const ENRICHED_STATE = 'subscription { roundUpdated(roundId: "r1") { id status resume { fileName } } }';
const PASSING = 'subscription { fraudAlertRaised(roundId: "r1") { type message } }';

const round = (status: string): FormattedExecutionResult => ({
  data: { roundUpdated: { __typename: 'Round', id: 'r1', status } },
});
const alert: FormattedExecutionResult = { data: { fraudAlertRaised: { type: 'TAB_SWITCH', message: 'Again.' } } };
const RESUME: SubgraphAnswer = { data: { _entities: [{ __typename: 'Round', resume: { fileName: 'r1.pdf' } }] } };
const UNREADABLE: SubgraphAnswer = {
  get data(): never {
    throw new Error('This answer cannot be read.');
  },
};

class World {
  /** Of the feeds that are open. */
  readonly sinks: UpstreamSink[] = [];
  /** Questions to the resumes subgraph. */
  readonly asked: PromiseWithResolvers<SubgraphAnswer>[] = [];
  readonly feeds: SharedFeeds;
  readonly #planner: FeedPlanner;
  readonly #due: Flushable[] = [];

  constructor(graph: Graph) {
    const ask = () => {
      const asked = Promise.withResolvers<SubgraphAnswer>();
      this.asked.push(asked);
      return asked.promise;
    };
    const answering = { ...graph, feedSources: { resumes: { ask } } };
    this.#planner = createFeedPlanner(answering);
    this.feeds = createSharedFeeds({
      graph: answering,
      readmit: createFeedReadmission({ planner: this.#planner, maxCost: 1000 }),
      socketOf: () => ({
        subscribe: (sink) => {
          sink.request();
          this.sinks.push(sink);
          return () => {
            this.sinks.splice(this.sinks.indexOf(sink), 1);
          };
        },
      }),
      internalKey: 'key',
      flushMs: 0,
      observer: { delivered: () => undefined, replayed: () => undefined },
      log: createLog('test', 'silent'),
      clock: { schedule: (flushable) => void this.#due.push(flushable) },
    });
  }

  async join(source: string): Promise<TestSubscriber> {
    const subscriber = this.joinSoon(source);
    await turn();
    return subscriber;
  }

  /** It belongs to its group, and joins a stream in a moment. */
  joinSoon(source: string): TestSubscriber {
    const subscriber = new TestSubscriber();
    subscriber.leave = this.feeds.subscribe({ plan: this.#planner.plan(source), variables: {}, subscriber });
    return subscriber;
  }

  tell(event: FormattedExecutionResult): void {
    for (const sink of [...this.sinks]) sink.next(structuredClone(event), 200);
  }

  async flush(): Promise<void> {
    await turn();
    for (const flushable of this.#due.splice(0)) flushable.flush();
  }
}

const statuses = ({ received }: TestSubscriber) =>
  received.map(({ result }) => (result.data as { roundUpdated: { status: string } }).roundUpdated.status);

describe('a feed that cannot be resumed', () => {
  let graph: Graph;
  let world: World;
  beforeAll(() => {
    graph = graphOfTests();
  });
  beforeEach(() => {
    world = new World(graph);
  });

  it.each([
    ['a state', STATE, round('LIVE')],
    ['what passes', PASSING, alert],
  ])('is opened anew for one who joins when its only reader leaves on being given %s', async (_, source, event) => {
    const leaving = await world.join(source);
    leaving.onEvents = leaving.leave;
    world.tell(event);
    const joining = await world.join(source);
    expect(leaving.received).toHaveLength(1);
    expect(world.sinks).toHaveLength(1);
    world.tell(event);
    await world.flush();
    expect(joining.received).toHaveLength(1);
    expect(world.feeds.counts).toMatchObject({ subscriptions: 1, groups: 1, streams: 1 });
    joining.leave();
    expect(world.sinks).toHaveLength(0);
  });

  it('is not opened for one whose connection goes while it joins', async () => {
    const leaving = await world.join(PASSING);
    world.tell(alert);
    const joining = world.joinSoon(PASSING);
    leaving.onEvents = () => {
      leaving.leave();
      joining.leave();
    };
    await world.flush();
    expect(leaving.received).toHaveLength(1);
    expect(joining.received).toHaveLength(0);
    expect(world.sinks).toHaveLength(0);
    expect(world.feeds.counts).toMatchObject({ subscriptions: 0, groups: 0, streams: 0 });
  });

  describe('whose present state cannot be completed', () => {
    let first: TestSubscriber;
    beforeEach(async () => {
      first = await world.join(ENRICHED_STATE);
      world.tell(round('LIVE'));
      world.asked.shift()?.resolve(RESUME);
      await world.flush();
      expect(statuses(first)).toEqual(['LIVE']);
    });

    it('goes on for those who were given a newer one meanwhile', async () => {
      const joining = await world.join(ENRICHED_STATE);
      const [present] = world.asked.splice(0);
      world.tell(round('ENDED'));
      world.asked.shift()?.resolve(RESUME);
      await world.flush();
      expect(statuses(joining)).toEqual(['ENDED']);
      present?.resolve(UNREADABLE);
      await turn();
      expect(joining.end).toBeUndefined();
      first.leave();
      joining.leave();
    });

    it('ends for those who wait for it, and is completed anew for who comes later', async () => {
      const refused = await world.join(ENRICHED_STATE);
      world.asked.shift()?.resolve(UNREADABLE);
      await turn();
      expect(refused.end?.errors).toMatchObject([{ extensions: { code: 'INTERNAL_ERROR' } }]);
      expect(first.end).toBeUndefined();
      const later = await world.join(ENRICHED_STATE);
      world.asked.shift()?.resolve(RESUME);
      await turn();
      expect(statuses(later)).toEqual(['LIVE']);
      first.leave();
      later.leave();
    });
  });
});
