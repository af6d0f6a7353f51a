import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Graph } from '../graph/graph.js';
import {
  ENRICHED,
  graphOfTests,
  PLAIN,
  SimulatedFeeds,
  type TestSubscriber,
  turn,
} from '../testing/simulated-feeds.js';
import type { SupergraphName } from '../testing/supergraphs.js';

type Step =
  | { do: 'store'; shown: boolean[] }
  | { do: 'pass' | 'cut' | 'flush' | 'look' }
  | { do: 'join'; as: string }
  | { do: 'joinAfter'; as: string; at: number }
  | { do: 'take'; supergraph: SupergraphName }
  | { do: 'leave' | 'comeBack' | 'slow' | 'drain'; who: number }
  | { do: 'arrive'; which: number; count: number }
  | { do: 'answer'; which: number };

/** Those that go on serving the feeds. */
const SERVING = [
  'asItIs',
  'grown',
  'retyped',
  'perViewer',
  'statusMoved',
  'feedMoved',
] as const satisfies SupergraphName[];

const who = fc.nat(9);
const as = fc.constantFrom('helen', 'hugo');
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ do: fc.constant('store' as const), shown: fc.array(fc.boolean(), { maxLength: 5 }) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('pass' as const, 'cut' as const) }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('flush' as const, 'look' as const) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('join' as const), as }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('joinAfter' as const), as, at: fc.nat(40) }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('take' as const), supergraph: fc.constantFrom(...SERVING) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constantFrom('leave' as const, 'comeBack' as const, 'slow' as const, 'drain' as const),
        who,
      }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('arrive' as const),
        which: fc.nat(3),
        count: fc.integer({ min: 1, max: 4 }),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('answer' as const), which: fc.nat(5) }) },
  ),
  { maxLength: 80, size: 'max' },
);

interface Reading {
  subscriber: TestSubscriber;
  /** Everything shown after this is its own. */
  after: number | undefined;
  /** What was stored when it came: a subscriber that starts now may start a little earlier, and no later. */
  headAtJoin: number;
}

describe('the subscribers of a group', () => {
  const graphs = new Map<SupergraphName, Graph>();
  const graphNamed = (name: SupergraphName) => {
    const graph = graphs.get(name) ?? graphOfTests(name);
    graphs.set(name, graph);
    return graph;
  };
  beforeAll(() => {
    for (const name of SERVING) graphNamed(name);
  });

  it.each([PLAIN, ENRICHED])(
    'each receive what was stored from their start on, with no gap and no repeat: %s',
    async (source) => {
      await fc.assert(
        fc.asyncProperty(steps, async (plan) => {
          const world = new SimulatedFeeds(graphNamed('asItIs'));
          let supergraph: SupergraphName = 'asItIs';
          const readings: Reading[] = [];
          const present = (index: number) => readings.filter(({ subscriber }) => !left.has(subscriber))[index];
          const left = new Set<TestSubscriber>();
          const join = (id: string, after?: number) => {
            const start = after === undefined ? {} : { after: String(after) };
            const subscriber = world.subscribe({ source, reader: { id }, ...start });
            readings.push({ subscriber, after, headAtJoin: world.subgraph.head });
          };
          // Nobody can know a start that was never told.
          const startLater = () => {
            for (const reading of readings)
              if (reading.subscriber.ids.length === 0) reading.headAtJoin = world.subgraph.head;
          };
          const leave = (reading: Reading | undefined) => {
            if (!reading) return;
            reading.subscriber.leave();
            left.add(reading.subscriber);
          };
          for (const step of plan) {
            if (step.do === 'store') for (const shown of step.shown) world.subgraph.store(shown);
            if (step.do === 'pass') world.subgraph.pass();
            if (step.do === 'cut' && world.subgraph.cut()) startLater();
            if (step.do === 'take') {
              if (world.subgraph.startless) startLater();
              await world.useGraph(graphNamed(step.supergraph));
              supergraph = step.supergraph;
            }
            if (step.do === 'flush') world.flush();
            if (step.do === 'look') world.lookAtParked();
            if (step.do === 'join') join(step.as);
            if (step.do === 'joinAfter') join(step.as, Math.min(step.at, world.subgraph.head));
            if (step.do === 'leave') leave(present(step.who));
            if (step.do === 'comeBack') {
              const reading = present(step.who);
              const cursor = reading?.subscriber.received.at(-1)?.cursor;
              leave(reading);
              if (reading && cursor !== undefined) join(reading.subscriber.reader.id, Number(cursor));
            }
            if (step.do === 'slow' || step.do === 'drain') {
              const reading = present(step.who);
              if (reading) reading.subscriber.waits = step.do === 'slow' ? 1_000_000 : 0;
            }
            if (step.do === 'arrive') world.subgraph.arrive(step.which, step.count);
            if (step.do === 'answer') await world.answer(step.which);
            await turn();
          }
          for (const { subscriber } of readings) subscriber.waits = 0;
          await world.settle();

          const here = readings.filter(({ subscriber }) => !left.has(subscriber));
          for (const reading of readings) checkLog(reading, world, !left.has(reading.subscriber));

          // One more event brings all who are left together.
          world.subgraph.store(true);
          await world.settle();
          for (const reading of here) checkLog(reading, world, true);
          const people = new Set(here.map(({ subscriber }) => subscriber.reader.id)).size;
          const groups = supergraph === 'perViewer' ? people : Math.min(people, 1);
          expect(world.subgraph.open).toBe(groups);
          expect(world.feeds.counts).toMatchObject({ subscriptions: here.length, groups, streams: groups });
          for (const reading of here) leave(reading);
          expect(world.subgraph.open).toBe(0);
          expect(world.feeds.counts).toMatchObject({ subscriptions: 0, groups: 0, streams: 0 });
          expect(world.feeds.ringBytes).toBe(0);
        }),
        { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 150) },
      );
    },
  );
});

function checkLog({ subscriber, after, headAtJoin }: Reading, { subgraph }: SimulatedFeeds, complete: boolean): void {
  expect(subscriber.end).toBeUndefined();
  const { ids } = subscriber;
  const cursors = subscriber.received.map(({ cursor }) => Number(cursor));
  // What passes may be told twice where two streams meet, but never after what was stored later.
  expect(cursors).toEqual(cursors.toSorted((a, b) => a - b));
  const stored = subscriber.received.filter((_, index) => ids[index]?.startsWith('event'));
  const sequences = stored.map(({ cursor }) => Number(cursor));
  const start = after ?? (sequences[0] === undefined ? headAtJoin : Math.min(headAtJoin, sequences[0] - 1));
  const expected = subgraph.shown.map(({ sequence }) => sequence).filter((sequence) => sequence > start);
  expect(sequences).toEqual(complete ? expected : expected.slice(0, sequences.length));
}
