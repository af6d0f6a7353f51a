/** What a person dismisses leaves the aggregate and the recommendation, while the round runs and after its end. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OwnStack, START_LIMIT_MS, SUBGRAPHS, startOwnStack } from './own-stack.js';
import { follow } from './raw-graph.js';
import { must, type Place, roundIn, verdictInput } from './round-fixture.js';
import { until } from './until.js';
import { castOf } from './viewers.js';

let stack: OwnStack | undefined;
let place: Place;

beforeAll(async () => {
  stack = await startOwnStack([...SUBGRAPHS, 'fraud', 'aggregator', 'gateway']);
  const { gatewayUrl, redisUrl, jwtSecret } = stack;
  place = { gatewayUrl, redisUrl, cast: await castOf(jwtSecret) };
}, START_LIMIT_MS);

afterAll(() => stack?.stop(), 60_000);

const READ = `query ($id: ID!) { round(id: $id) {
  insights(types: [TAB_SWITCH]) { nodes { id value } } aggregate { fraud { tabSwitches } }
  recommendation { insightIds generatedBy } verdict { aiSummary } } }`;
interface Read {
  insights: { nodes: { id: string; value: { phase: string } }[] };
  aggregate: { fraud: { tabSwitches: number } } | null;
  recommendation: { insightIds: string[]; generatedBy: string } | null;
  verdict: { aiSummary: { insightIds: string[] } | null } | null;
}
const read = async (id: string) => (await must(place, 'HR', READ, { id }))['round'] as Read;

/** The candidate's page is hidden and seen again so many times. @returns the ids of the onsets, in their order */
async function hidePage(id: string, times: number): Promise<string[]> {
  const report = `mutation ($id: ID!, $visible: Boolean!, $at: DateTime!) {
    reportTabVisibility(roundId: $id, visible: $visible, timestamp: $at) }`;
  const from = Date.now();
  for (let n = 0; n < times * 2; n++) {
    const at = new Date(from + n * 2000).toISOString();
    await must(place, 'assigned candidate', report, { id, visible: n % 2 === 1, at });
  }
  return until('every onset is an insight', async () => {
    const onsets = (await read(id)).insights.nodes.filter(({ value }) => value.phase === 'START');
    return onsets.length === times ? onsets.map((insight) => insight.id) : undefined;
  });
}
const switchesBecome = (id: string, count: number) =>
  until(`the aggregate counts ${count} switches`, async () =>
    (await read(id)).aggregate?.fraud.tabSwitches === count ? true : undefined,
  );
/** The live header of the round, as the interviewer's page follows it. */
function followMetrics(id: string) {
  const query = 'subscription ($id: ID!) { metricsUpdated(roundId: $id) { fraudAlertsCount } }';
  const followed = follow(place.gatewayUrl, place.cast.token('assigned interviewer'), query, { id });
  // Asked for just above.
  const counts = () =>
    followed.events.map(
      (event) => (event as { metricsUpdated?: { fraudAlertsCount: number } }).metricsUpdated?.fraudAlertsCount,
    );
  return {
    counts,
    become: (count: number) =>
      until(`the live header counts ${count}`, async () => (counts().at(-1) === count ? true : undefined)),
    stop: followed.stop,
  };
}
const review = (id: string, disposition: string) =>
  must(
    place,
    'assigned interviewer',
    'mutation ($id: ID!, $disposition: InsightDisposition!) { reviewInsight(id: $id, disposition: $disposition) { id } }',
    { id, disposition },
  );

describe('the live header', () => {
  it('follows what is measured and reviewed, also when the aggregator is killed in between', async () => {
    const id = await roundIn('IN_PROGRESS', place);
    const header = followMetrics(id);
    try {
      const [first = ''] = await hidePage(id, 2);
      await header.become(2);
      stack?.kill('aggregator', 'SIGKILL');
      await review(first, 'DISMISSED');
      await header.become(1);
      await review(first, 'CONFIRMED');
      await header.become(2);
      await switchesBecome(id, 2);
      // Every figure was one that the stored insights had at some moment.
      expect(new Set(header.counts()).difference(new Set([0, 1, 2])).size).toBe(0);
    } finally {
      await header.stop();
    }
  }, 60_000);
});

describe('a dismissed insight', () => {
  it('leaves the aggregate of a round in progress, and of the same round after its end', async () => {
    const id = await roundIn('IN_PROGRESS', place);
    const [first = '', second = '', third = ''] = await hidePage(id, 3);
    await switchesBecome(id, 3);
    await review(first, 'DISMISSED');
    await switchesBecome(id, 2);
    expect((await read(id)).recommendation).toBeNull();

    await must(place, 'HR', 'mutation ($id: ID!) { updateRound(id: $id, input: { status: COMPLETED }) { status } }', {
      id,
    });
    const submit = 'mutation ($input: SubmitVerdictInput!) { submitVerdict(input: $input) { id } }';
    await must(place, 'assigned interviewer', submit, { input: verdictInput(id) });
    expect((await read(id)).recommendation).toMatchObject({ generatedBy: 'verdicts/rules-3' });
    await review(second, 'DISMISSED');
    await switchesBecome(id, 1);
    await review(first, 'UNREVIEWED');
    await switchesBecome(id, 2);

    const { recommendation, verdict } = await read(id);
    expect(recommendation?.insightIds.toSorted()).toEqual([first, third].toSorted());
    expect(verdict?.aiSummary?.insightIds.toSorted()).toEqual([second, third].toSorted());
  }, 120_000);
});
