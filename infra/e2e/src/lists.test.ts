/** Lists through the gateway: what they cost the database, however long they are, and that they page stably. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { type OwnStack, START_LIMIT_MS, SUBGRAPHS, startOwnStack } from './own-stack.js';
import { PAGED_LISTS } from './paged-lists.js';
import { ask } from './raw-graph.js';
import { measuredRound, must, type Place, roundIn } from './round-fixture.js';
import { type Statement, type StatementProxy, startStatementProxy } from './statement-proxy.js';
import { until } from './until.js';
import { castOf } from './viewers.js';

const FEW = 2;
const MANY = 40;

let databases: OwnStack | undefined;
let proxy: StatementProxy | undefined;
let stack: OwnStack | undefined;
/** Two companies, one with few rounds, one with many. */
let few: Place;
let many: Place;

beforeAll(async () => {
  databases = await startOwnStack([]);
  proxy = await startStatementProxy(databases.databaseUrl);
  stack = await startOwnStack([...SUBGRAPHS, 'gateway'], { DATABASE_URL: proxy.url, REDIS_URL: databases.redisUrl });
  const { gatewayUrl, redisUrl, jwtSecret } = stack;
  [few, many] = [
    { gatewayUrl, redisUrl, cast: await castOf(jwtSecret) },
    { gatewayUrl, redisUrl, cast: await castOf(jwtSecret) },
  ];
  await Promise.all(Array.from({ length: FEW }, () => concludedRound(few)));
  await Promise.all(Array.from({ length: MANY }, () => concludedRound(many)));
  for (const place of [few, many]) await until('every resume is read', () => allRead(place));
}, START_LIMIT_MS);

afterAll(async () => {
  await stack?.stop();
  await proxy?.stop();
  await databases?.stop();
}, 60_000);

/** With a question, every kind of result, a resume, a verdict and a recommendation. */
async function concludedRound(place: Place): Promise<void> {
  const { id } = await measuredRound(place);
  const question =
    'mutation ($id: ID!, $at: DateTime!) { markQuestion(roundId: $id, text: "Why?", askedAt: $at) { id } }';
  await must(place, 'assigned interviewer', question, { id, at: new Date().toISOString() });
  await must(place, 'HR', 'mutation ($id: ID!) { updateRound(id: $id, input: { status: COMPLETED }) { id } }', { id });
}

/** Resumes are read in the background, with statements of their own; these have no text, which is what is found. */
async function allRead(place: Place): Promise<true | undefined> {
  const { rounds } = await must(place, 'HR', '{ rounds(first: 50) { nodes { resume { parseError } } } }', {});
  const { nodes } = rounds as { nodes: { resume: { parseError: string | null } }[] };
  return nodes.every(({ resume }) => resume.parseError !== null) || undefined;
}

/** What runs in the background, such as the relay of the outbox, is not in every one of so many tries. */
const TRIES = 5;

/**
 * What a question costs, as `role: statement`: what every one of several tries executed. Values are taken out, since
 * they are written into the statements.
 */
async function statementsOf(place: Place, viewer: 'HR' | 'assigned interviewer', query: string): Promise<string[]> {
  let common: string[] | undefined;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const statements = await proxy?.during(async () => {
      const answer = await ask(place.gatewayUrl, place.cast.token(viewer), query);
      expect(answer).toMatchObject({ status: 200, codes: [] });
    });
    const shapes = (statements ?? []).map(shapeOf);
    common = common ? inBoth(common, shapes) : shapes;
  }
  return (common ?? []).toSorted();
}

function shapeOf({ role, text }: Statement): string {
  const shape = text.replace(/'(?:[^']|'')*'/g, '?').replace(/\?(?:, *\?)+/g, '?');
  return `${role}: ${shape.replace(/\s+/g, ' ').trim()}`;
}

/** With repetitions: what is twice in both is twice in the answer. */
function inBoth(some: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return some.filter((one) => {
    const at = left.indexOf(one);
    if (at < 0) return false;
    left.splice(at, 1);
    return true;
  });
}

const QUESTION = `{
  rounds(first: 50) {
    nodes {
      id status
      resume { fileName keyFacts { skills { name } } parseError }
      insights(first: 5) { nodes { id round { status } } totalCount }
      transcript(first: 5) { nodes { text } totalCount }
      aggregate { fraud { alertsCount } recommendations { question } }
      analysers { service state }
      verdict { decision round { id } }
      recommendation { summary insightIds }
      questions { text }
      consent { given }
      meeting { id }
    }
    totalCount
  }
}`;

describe('a question about everything', () => {
  it.each(['HR', 'assigned interviewer'] as const)('costs %s the same for forty rounds as for two', async (viewer) => {
    for (const [place, length] of [
      [few, FEW],
      [many, MANY],
    ] as const) {
      const { rounds } = await must(place, viewer, QUESTION, {});
      expect(rounds).toMatchObject({ totalCount: length, nodes: { length } });
      // Each level has something to answer, else it would cost nothing.
      for (const round of (rounds as { nodes: object[] }).nodes) expect(round).toMatchObject(FULL);
    }
    const [ofFew, ofMany] = [await statementsOf(few, viewer, QUESTION), await statementsOf(many, viewer, QUESTION)];
    expect(ofMany).toEqual(ofFew);
    const roles = new Set(ofMany.map((statement) => statement.slice(0, statement.indexOf(':'))));
    expect(roles).toEqual(new Set(SUBGRAPHS.map((name) => `interview_${name}`)));
  });

  it.each([
    ['the rounds', '{ rounds(first: 50) { nodes { id } } }', '{ rounds(first: 50) { nodes { id } totalCount } }'],
    [
      "every round's insights",
      '{ rounds(first: 50) { nodes { insights(first: 1) { nodes { id } } } } }',
      '{ rounds(first: 50) { nodes { insights(first: 1) { nodes { id } totalCount } } } }',
    ],
    [
      "every round's transcript",
      '{ rounds(first: 50) { nodes { transcript(first: 1) { nodes { text } } } } }',
      '{ rounds(first: 50) { nodes { transcript(first: 1) { nodes { text } totalCount } } } }',
    ],
    ['the verdicts', '{ verdicts(first: 50) { nodes { id } } }', '{ verdicts(first: 50) { nodes { id } totalCount } }'],
    [
      'the audit log',
      '{ auditEvents(first: 50) { nodes { id } } }',
      '{ auditEvents(first: 50) { nodes { id } totalCount } }',
    ],
  ])('counts %s with one statement more, and only when asked', async (_what, without, withCount) => {
    const plain = await statementsOf(many, 'HR', without);
    const counted = await statementsOf(many, 'HR', withCount);
    expect(counted).toHaveLength(plain.length + 1);
    expect(plain.filter((statement) => statement.includes('count('))).toEqual([]);
  });
});

/** Rows of a list before its reading begins. */
const ROWS = 5;

describe('a list that grows while it is read', () => {
  let redis: Redis;
  beforeAll(() => {
    redis = new Redis(few.redisUrl);
  });
  afterAll(() => redis.disconnect());

  interface Page {
    nodes: { id: string }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  }

  it.each(PAGED_LISTS)('$name: shows each row once, none twice', async ({ document, path, grow }) => {
    // A company of its own, so that nobody else adds to it.
    const alone: Place = { ...few, cast: await castOf(`${stack?.jwtSecret}`) };
    const place = { ...alone, redis, roundId: await roundIn('IN_PROGRESS', alone) };
    for (let row = 0; row < ROWS; row += 1) await grow(place);
    const page = async (after: string | null): Promise<Page> => {
      const data = await must(place, 'HR', document, {
        after,
        ...(path.startsWith('round.') ? { id: place.roundId } : {}),
      });
      return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], data) as Page;
    };
    const readAll = async (betweenPages: () => Promise<unknown>): Promise<string[]> => {
      const seen: string[] = [];
      for (let after: string | null = null; ; ) {
        const { nodes, pageInfo } = await page(after);
        seen.push(...nodes.map(({ id }) => id));
        if (!pageInfo.hasNextPage) return seen;
        after = pageInfo.endCursor;
        await betweenPages();
      }
    };

    const before = await readAll(async () => undefined);
    expect(before.length).toBeGreaterThanOrEqual(ROWS);
    let added = 0;
    const during = await readAll(async () => {
      // Not for ever: a list that shows the newest last would never end.
      if (added < 3) await grow(place);
      added += 1;
    });
    expect(added).toBeGreaterThan(1);
    expect(new Set(during).size).toBe(during.length);
    expect(during.filter((id) => before.includes(id))).toEqual(before);
  });
});

const FULL = {
  resume: { fileName: 'resume.pdf' },
  insights: { totalCount: 2, nodes: [{ round: { status: 'COMPLETED' } }, {}] },
  transcript: { totalCount: 2, nodes: [{}, {}] },
  aggregate: { fraud: { alertsCount: 2 } },
  analysers: [{ service: 'speech' }],
  verdict: { decision: 'HOLD' },
  recommendation: { summary: expect.any(String) },
  questions: [{ text: 'Why?' }],
};
