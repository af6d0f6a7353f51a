import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Graph } from '../graph/graph.js';
import { ENRICHED, graphOfTests, PLAIN, SimulatedFeeds, turn } from '../testing/simulated-feeds.js';
import type { SupergraphName } from '../testing/supergraphs.js';

const MEASURED = 'subscription { insightAdded(roundId: "r1") { id measure } }';

describe('a feed that runs when another graph becomes current', () => {
  const graphs: Graph[] = [];
  let world: SimulatedFeeds;
  const graphNamed = (name?: SupergraphName) => {
    const graph = graphOfTests(name);
    graphs.push(graph);
    return graph;
  };
  const take = async (name: SupergraphName) => {
    await world.useGraph(graphNamed(name));
    await turn();
  };

  beforeEach(() => {
    world = new SimulatedFeeds(graphNamed());
  });

  it('keeps its upstream when it is read the same', async () => {
    const subscriber = world.subscribe();
    await world.settle();
    world.subgraph.store(true);
    world.subgraph.arriveAll();
    await take('grown');
    expect(world.subgraph.requested).toHaveLength(1);
    // What had been collected is not forgotten, and what comes is completed by the new plan.
    world.subgraph.store(true);
    await world.settle();
    expect(subscriber.ids).toEqual(['event 1', 'event 2']);
    expect(world.feeds.counts).toMatchObject({ moved: 0, unserved: 0, groups: 1 });
  });

  it('is found by those who come later', async () => {
    world.subscribe();
    await world.settle();
    for (const supergraph of ['grown', 'retyped'] as const) {
      await take(supergraph);
      world.subscribe();
      await world.settle();
      expect(world.feeds.counts).toMatchObject({ groups: 1, streams: 1 });
    }
  });

  it.each(['retyped', 'feedMoved'] as const)(
    'is opened anew after its cursor when it is read otherwise: %s',
    async (supergraph) => {
      const subscriber = world.subscribe({ source: ENRICHED });
      await world.settle();
      world.subgraph.store(true);
      await world.settle();
      // This one is being completed when the graph changes.
      world.subgraph.store(true);
      world.subgraph.arriveAll();
      await take(supergraph);
      expect(world.subgraph.requested).toEqual([undefined, '1']);
      expect(world.openedIn).toEqual(['insights', supergraph === 'feedMoved' ? 'verdicts' : 'insights']);
      await world.settle();
      expect(subscriber.ids).toEqual(['event 1', 'event 2']);
      expect(world.feeds.counts).toMatchObject({ moved: 1, unserved: 0, groups: 1, streams: 1, replaysOpened: 0 });
    },
  );

  it('is opened once for all who stood at the same place', async () => {
    const subscribers = Array.from({ length: 5 }, () => world.subscribe());
    await world.settle();
    world.subgraph.store(true);
    await world.settle();
    await take('retyped');
    expect(world.subgraph.requested).toEqual([undefined, '1']);
    world.subgraph.store(true);
    await world.settle();
    for (const { ids } of subscribers) expect(ids).toEqual(['event 1', 'event 2']);
  });

  it('is no longer shared when it holds what is each viewer’s own, and is shared again when it does not', async () => {
    const helen = world.subscribe({ reader: { id: 'helen' } });
    const hugo = world.subscribe({ reader: { id: 'hugo' } });
    await world.settle();
    world.subgraph.store(true);
    await world.settle();
    await take('perViewer');
    expect(world.feeds.counts).toMatchObject({ groups: 2, streams: 2 });
    world.subgraph.store(true);
    await world.settle();
    expect(helen.batches.at(-1)).not.toBe(hugo.batches.at(-1));
    await take('asItIs');
    world.subgraph.store(true);
    await world.settle();
    expect(world.feeds.counts).toMatchObject({ groups: 1, streams: 1 });
    expect(helen.batches.at(-1)).toBe(hugo.batches.at(-1));
    for (const { ids } of [helen, hugo]) expect(ids).toEqual(['event 1', 'event 2', 'event 3']);
  });

  it('ends, and says why, when a field that it reads has gone; others go on', async () => {
    const measured = world.subscribe({ source: MEASURED });
    const plain = world.subscribe();
    await world.settle();
    await take('withoutMeasure');
    expect(measured.end?.errors).toEqual([
      {
        message: 'Cannot query field "measure" on type "Insight".',
        locations: [{ line: 1, column: 49 }],
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      },
    ]);
    world.subgraph.store(true);
    await world.settle();
    expect(plain.end).toBeUndefined();
    expect(plain.ids).toEqual(['event 1']);
    expect(world.feeds.counts).toMatchObject({ subscriptions: 1, groups: 1, streams: 1, unserved: 1 });
  });

  it('ends for those of a group whose own document is not valid any more', async () => {
    const read = (definition: string) =>
      `subscription (${definition}) { insightAdded(roundId: "r1") { id measure(unit: $unit) } }`;
    const optional = world.subscribe({ source: read('$unit: String'), variables: { unit: 'dB' } });
    const required = world.subscribe({ source: read('$unit: String!'), variables: { unit: 'dB' } });
    await world.settle();
    expect(world.feeds.counts).toMatchObject({ groups: 1 });
    await take('measureNeedsUnit');
    expect(optional.end?.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    // The feed was opened by the document that has gone, which the subgraph would not take again.
    expect(world.subgraph.requested).toEqual([undefined, '0']);
    world.subgraph.store(true);
    await world.settle();
    expect(required.end).toBeUndefined();
    expect(required.received).toHaveLength(1);
  });

  it('goes on for one that waits for its reader, from where it stopped', async () => {
    for (let i = 0; i < 3; i++) world.subgraph.store(true);
    const slow = world.subscribe({ after: '0' });
    slow.waits = 1_000_000;
    await turn();
    world.subgraph.arriveAll();
    world.flush();
    expect(world.parked).toBe(1);
    await take('retyped');
    expect(world.parked).toBe(1);
    world.subgraph.store(true);
    slow.waits = 0;
    await world.settle();
    expect(slow.ids).toEqual(['event 1', 'event 2', 'event 3', 'event 4']);
  });

  it('leaves those alone that have left, and lets those leave that were moved', async () => {
    const gone = world.subscribe();
    const moved = world.subscribe();
    await world.settle();
    gone.leave();
    await take('retyped');
    moved.leave();
    expect(world.subgraph.open).toBe(0);
    expect(world.feeds.counts).toMatchObject({ subscriptions: 0, groups: 0, streams: 0, moved: 1 });
  });

  it('is planned anew when its transport planned it for the graph before', async () => {
    const plan = world.plan(PLAIN);
    const lost = world.plan(MEASURED);
    await take('withoutMeasure');
    const subscriber = world.subscribe({ plan });
    const refused = world.subscribe({ plan: lost });
    expect(refused.end).toBeUndefined();
    await world.settle();
    world.subgraph.store(true);
    await world.settle();
    expect(subscriber.ids).toEqual(['event 1']);
    expect(refused.end?.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  });
});
