import { createLog } from '@interview/runtime/log';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Graph } from '../graph/graph.js';
import { SimulatedFeed } from '../testing/simulated-feed.js';
import { graphOfTests, TestSubscriber, turn } from '../testing/simulated-feeds.js';
import { createFeedReadmission } from './feed-admission.js';
import { createFeedPlanner, type FeedPlanner } from './feed-plan.js';
import { createSharedFeeds, type SharedFeeds } from './shared-feeds.js';

const KEPT = 3;
const documentOf = (name: number) => `subscription { r${name}: insightAdded(roundId: "r${name}") { id cursor } }`;

/** A graph whose planner says how many documents it has planned. */
function counting(graph: Graph) {
  const planned = { documents: 0 };
  const planner: Graph['planner'] = Object.create(graph.planner, {
    buildQueryPlan: {
      value: (...asked: Parameters<Graph['planner']['buildQueryPlan']>) => {
        planned.documents += 1;
        return graph.planner.buildQueryPlan(...asked);
      },
    },
  });
  return { graph: { ...graph, planner }, planned };
}

describe('more open feeds than plans that are kept', () => {
  let before: Graph;
  let after: Graph;
  let withoutMeasure: Graph;
  let planner: FeedPlanner;
  let feeds: SharedFeeds;
  let subscribers: TestSubscriber[];

  beforeAll(() => {
    before = graphOfTests();
    after = graphOfTests('retyped');
    withoutMeasure = graphOfTests('withoutMeasure');
  });
  beforeEach(() => {
    planner = createFeedPlanner(before, KEPT);
    const subgraph = new SimulatedFeed();
    feeds = createSharedFeeds({
      graph: before,
      readmit: createFeedReadmission({ planner, maxCost: 1000 }),
      socketOf: () => subgraph,
      internalKey: 'key',
      flushMs: 0,
      observer: { delivered: () => undefined, replayed: () => undefined },
      log: createLog('test', 'silent'),
    });
    subscribers = [];
  });
  afterEach(() => {
    for (const subscriber of subscribers) subscriber.leave();
  });

  const open = async (source: string) => {
    const subscriber = new TestSubscriber();
    subscriber.leave = feeds.subscribe({ plan: planner.plan(source), variables: {}, subscriber });
    subscribers.push(subscriber);
    await turn();
    return subscriber;
  };

  it('are planned for another graph before it becomes current, a document in a turn', async () => {
    for (let name = 0; name < 4 * KEPT; name++) await open(documentOf(name));
    const { graph, planned } = counting(after);
    const preparing = planner.prepare(graph, feeds.openPlans);
    let prepared = false;
    void preparing.then(() => {
      prepared = true;
    });
    for (let known = 0; !prepared; known = planned.documents) {
      await turn();
      expect(planned.documents - known).toBeLessThanOrEqual(1);
    }
    const changeOver = await preparing;
    expect(planned.documents).toBe(4 * KEPT);
    // Opened meanwhile: it alone is planned in the change, and takes no other's plan away.
    await open(documentOf(99));
    changeOver();
    feeds.useGraph(graph);
    expect(planned.documents).toBe(4 * KEPT + 1);
    expect(feeds.counts).toMatchObject({ moved: 4 * KEPT + 1, unserved: 0, groups: 4 * KEPT + 1 });
  });

  it('are kept beyond the bound for the change only', async () => {
    for (let name = 0; name < 4 * KEPT; name++) await open(documentOf(name));
    const { graph, planned } = counting(after);
    (await planner.prepare(graph, feeds.openPlans))();
    feeds.useGraph(graph);
    await turn();
    // The most recently used stay as they were.
    for (let name = 3 * KEPT; name < 4 * KEPT; name++) planner.plan(documentOf(name));
    expect(planned.documents).toBe(4 * KEPT);
    planner.plan(documentOf(0));
    expect(planned.documents).toBe(4 * KEPT + 1);
  });

  it('end, and say why, where the graph does not serve them', async () => {
    const measured = await open('subscription { insightAdded(roundId: "r1") { id measure } }');
    for (let name = 0; name < KEPT; name++) await open(documentOf(name));
    (await planner.prepare(withoutMeasure, feeds.openPlans))();
    feeds.useGraph(withoutMeasure);
    expect(measured.end?.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    expect(feeds.counts).toMatchObject({ unserved: 1, subscriptions: KEPT });
  });
});
