/** The lists of the graph that are paged, and how each of them grows. */
import { randomUUID } from 'node:crypto';
import { publish } from '@interview/bench/result-publisher';
import type { Result } from '@interview/schema/messages';
import type { Redis } from 'ioredis';
import { must, type Place, roundIn, SUBMIT_VERDICT, verdictInput } from './round-fixture.js';
import { until } from './until.js';

export interface Growing extends Place {
  redis: Redis;
  /** In progress: what is measured is added to it. */
  roundId: string;
}

export interface PagedList {
  name: string;
  /** Takes `$after`, and `$id` where it is a list of one round. */
  document: string;
  /** Where the connection is in the answer. */
  path: string;
  /** Adds a row to the list, and resolves when it is listed. */
  grow(place: Growing): Promise<unknown>;
}

const PAGE = '{ nodes { id } pageInfo { hasNextPage endCursor } }';
const OF_ROUND = (list: string) =>
  `query ($id: ID!, $after: String) { round(id: $id) { ${list}(first: 2, after: $after) ${PAGE} } }`;

/** Publishes what an analyser measured, and waits until the round's list has one more. */
async function measured(place: Growing, list: 'insights' | 'transcript', result: Result): Promise<void> {
  const count = async () => {
    const query = `query ($id: ID!) { round(id: $id) { ${list}(first: 1) { totalCount } } }`;
    const { round } = await must(place, 'HR', query, { id: place.roundId });
    return (round as Record<typeof list, { totalCount: number }>)[list].totalCount;
  };
  const before = await count();
  await publish(place.redis, result);
  await until('what was published is stored', async () => ((await count()) > before ? true : undefined));
}

const base = ({ roundId }: Growing) => {
  const now = Date.now();
  return { id: randomUUID(), roundId, publishedAtMs: now, capturedAtMs: now, timestampMs: now % 100_000 };
};

export const PAGED_LISTS: readonly PagedList[] = [
  {
    name: 'rounds, the newest scheduled first',
    document: `query ($after: String) { rounds(first: 2, after: $after) ${PAGE} }`,
    path: 'rounds',
    grow: (place) => roundIn('SCHEDULED', place),
  },
  {
    name: 'rounds, by their last change',
    document: `query ($after: String) {
      rounds(filter: { updatedAfter: "2026-01-01T00:00:00Z" }, first: 2, after: $after) ${PAGE}
    }`,
    path: 'rounds',
    grow: (place) => roundIn('SCHEDULED', place),
  },
  {
    name: 'insights',
    document: OF_ROUND('insights'),
    path: 'round.insights',
    grow: (place) =>
      measured(place, 'insights', {
        ...{ ...base(place), kind: 'insight', service: 'fraud', type: 'TAB_SWITCH', severity: 'MEDIUM' },
        ...{ value: { phase: 'START' }, explanation: 'The interview page was hidden.', source: 'e2e/1' },
      }),
  },
  {
    name: 'transcript',
    document: OF_ROUND('transcript'),
    path: 'round.transcript',
    grow: (place) =>
      measured(place, 'transcript', {
        ...{ ...base(place), kind: 'segment', service: 'speech', speaker: 'CANDIDATE', text: 'said' },
        ...{ durationMs: 900, confidence: 0.9, isFinal: true },
      }),
  },
  {
    name: 'verdicts',
    document: `query ($after: String) { verdicts(first: 2, after: $after) ${PAGE} }`,
    path: 'verdicts',
    async grow(place) {
      const id = await roundIn('COMPLETED', place);
      await must(place, 'assigned interviewer', SUBMIT_VERDICT, { input: verdictInput(id) });
    },
  },
  {
    name: 'auditEvents',
    document: `query ($after: String) { auditEvents(action: "ROUND_CREATED", first: 2, after: $after) ${PAGE} }`,
    path: 'auditEvents',
    grow: (place) => roundIn('SCHEDULED', place),
  },
];
