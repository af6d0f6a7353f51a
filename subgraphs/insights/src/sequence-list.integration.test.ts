/** Lists of a round's insights and transcript: pages, filters, and what lists of many rounds cost. */
import { randomUUID } from 'node:crypto';
import type { RoundAccess } from '@interview/subgraph-kit/round-access';
import { statementsDuring } from '@interview/subgraph-kit/testing/statements';
import { aViewer } from '@interview/subgraph-kit/testing/subgraph-world';
import { describe, expect, it } from '@jest/globals';
import {
  anInsight,
  aSegment,
  codes,
  hrOf,
  ofRounds,
  storeInsights,
  useInsightsWorld,
  world,
} from './testing/insights-world.js';

useInsightsWorld();

interface Page {
  nodes: { id: string }[];
  totalCount?: number;
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
}

const PAGE_INFO = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
async function insightsOf(round: RoundAccess, args: string): Promise<Page> {
  const { rounds } = await ofRounds<{ insights: Page }>(
    hrOf(round),
    [round],
    `insights(${args}) { nodes { id } ${PAGE_INFO} }`,
  );
  const [found] = rounds;
  if (!found) throw new Error('The round is missing.');
  return found.insights;
}
const idsOf = (page: Page) => page.nodes.map(({ id }) => id);

/** A round with so many insights; ids in their order. */
async function aMeasuredRound(count: number, of: Partial<RoundAccess> = {}) {
  const round = await world.addRound(of);
  const stored = await storeInsights(round, ...Array.from({ length: count }, () => anInsight(round.id)));
  return { round, ids: stored.map(({ id }) => id) };
}

describe('a page', () => {
  it('stays where it was while insights are added', async () => {
    const { round, ids } = await aMeasuredRound(4);
    const first = await insightsOf(round, 'first: 3');
    const added = await storeInsights(round, anInsight(round.id), anInsight(round.id));
    const all = [...ids, ...added.map(({ id }) => id)];
    expect(idsOf(first)).toEqual(all.slice(0, 3));
    expect(idsOf(await insightsOf(round, `first: 3, after: "${first.pageInfo.endCursor}"`))).toEqual(all.slice(3));
    expect(idsOf(await insightsOf(round, `last: 2, before: "${first.pageInfo.endCursor}"`))).toEqual(all.slice(0, 2));
  });

  it.each([
    ['first: 2', [0, 1], true, false],
    ['last: 2', [3, 4], false, true],
    ['first: 2, after: "$1"', [2, 3], true, true],
    ['first: 2, before: "$1"', [0], false, false],
    ['first: 9, after: "$0", before: "$4"', [1, 2, 3], false, true],
    ['last: 1, after: "$0", before: "$4"', [3], true, true],
    ['last: 9, after: "$3"', [4], false, false],
    ['first: 2, after: "$4"', [], false, true],
  ])('of %s holds what it says', async (args, expected, hasNextPage, hasPreviousPage) => {
    const { round, ids } = await aMeasuredRound(5);
    const cursors = await Promise.all(
      ids.map(async (_, n) => (await insightsOf(round, `first: ${n + 1}`)).pageInfo.endCursor),
    );
    const page = await insightsOf(
      round,
      args.replace(/\$(\d)/g, (_match, n) => cursors[Number(n)] ?? ''),
    );
    expect(idsOf(page)).toEqual(expected.map((n) => ids[n]));
    expect(page.pageInfo).toMatchObject({ hasNextPage, hasPreviousPage });
  });

  it.each(['first: 0', 'first: 501', 'last: 0', 'last: -1', 'after: "x"', 'before: "x"', 'since: "yesterday"'])(
    'of %s is VALIDATION_FAILED',
    async (args) => {
      const round = await world.addRound();
      const answer = await ofRounds(hrOf(round), [round], `insights(${args}) { nodes { id } }`).catch((error: Error) =>
        // A literal that does not coerce fails the whole document.
        ({ errors: JSON.parse(error.message) }),
      );
      expect(codes(answer)).toEqual(['VALIDATION_FAILED']);
    },
  );

  it('holds what the filters ask for, and its total too', async () => {
    const round = await world.addRound();
    const [pause, tab, faces] = await storeInsights(
      round,
      anInsight(round.id),
      anInsight(round.id, { type: 'TAB_SWITCH', severity: 'MEDIUM', value: { phase: 'START' } } as never),
      anInsight(round.id, {
        type: 'MULTIPLE_FACES',
        severity: 'CRITICAL',
        value: { phase: 'START', count: 2 },
      } as never),
    );
    const created = await world.sql<{ created_at: Date }>(
      'select created_at from insights.live_insights where id = ?',
      [faces?.id],
    );
    await world.sql(`update insights.live_insights set created_at = created_at - interval '1 minute' where id <> ?`, [
      faces?.id,
    ]);
    const since = new Date(new Date(created[0]?.created_at ?? 0).getTime() - 1).toISOString();
    const at = new Date(created[0]?.created_at ?? 0).toISOString();
    const select = (args: string) => `insights(${args}) { nodes { id } totalCount }`;
    const { rounds } = await ofRounds<Record<string, { nodes: { id: string }[]; totalCount: number }>>(
      hrOf(round),
      [round],
      `medium: ${select('minSeverity: MEDIUM')} both: ${select('types: [HESITATION, TAB_SWITCH], first: 1')}
       none: ${select('types: []')} since: ${select(`since: "${since}"`)} strictly: ${select(`since: "${at}"`)}`,
    );
    expect(rounds[0]).toEqual({
      medium: { nodes: [{ id: tab?.id }, { id: faces?.id }], totalCount: 2 },
      both: { nodes: [{ id: pause?.id }], totalCount: 2 },
      none: { nodes: [], totalCount: 0 },
      since: { nodes: [{ id: faces?.id }], totalCount: 1 },
      strictly: { nodes: [], totalCount: 0 },
    });
  });

  it('holds each insight as it is read by its key', async () => {
    const { round, ids } = await aMeasuredRound(1);
    const fields = 'id timestampMs type severity value explanation source disposition reviewedBy createdAt cursor';
    const { rounds } = await ofRounds(hrOf(round), [round], `insights { nodes { ${fields} } }`);
    const byKey = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Insight { ${fields} } } }`;
    const { data } = await world.graph(hrOf(round), byKey, { r: [{ __typename: 'Insight', id: ids[0] }] });
    expect(data?.['_entities']).toEqual([expect.objectContaining({ value: { kind: 'PAUSE', durationMs: 2500 } })]);
    expect(rounds).toEqual([{ insights: { nodes: data?.['_entities'] } }]);
  });

  it('is found under an id in capitals as well', async () => {
    const { round, ids } = await aMeasuredRound(1);
    expect(idsOf(await insightsOf({ ...round, id: round.id.toUpperCase() }, 'first: 5'))).toEqual(ids);
  });
});

describe('what lists of many rounds cost', () => {
  const EVERYTHING = `id insights(first: 5, minSeverity: INFO) { nodes { id round { id } } totalCount }
    latest: insights(last: 1) { nodes { id } } transcript { nodes { id } totalCount } aggregate { aggregatedAt }
    analysers { service }`;
  const JOBS = /reviewed_at/;

  async function companyWith(rounds: number) {
    const companyId = `company-${randomUUID()}`;
    const made = await Promise.all(Array.from({ length: rounds }, () => world.addRound({ companyId })));
    for (const round of made) {
      await world.sql(
        `insert into insights.live_insights (id, round_id, company_id, sequence, timestamp_ms, insight_type, value, explanation, source)
         select gen_random_uuid(), ?, ?, n, n, 'HESITATION', '{"kind":"PAUSE"}', 'x', 'speech/1' from generate_series(1, 8) n`,
        [round.id, companyId],
      );
    }
    return { viewer: aViewer('HR', { companyId }), rounds: made };
  }

  it('is as many statements for fifty as for two', async () => {
    const cost = async (count: number) => {
      const { viewer, rounds } = await companyWith(count);
      const statements = await statementsDuring(
        world.foundation.orm,
        async () => {
          const answer = await ofRounds<{ insights: Required<Page>; latest: Page }>(viewer, rounds, EVERYTHING);
          expect(answer.errors).toBeUndefined();
          for (const round of answer.rounds) {
            expect(round).toMatchObject({ insights: { totalCount: 8 }, latest: { nodes: [expect.anything()] } });
            expect(round.insights.nodes).toHaveLength(5);
          }
        },
        JOBS,
      );
      return statements.length;
    };
    const [two, fifty] = [await cost(2), await cost(50)];
    expect(fifty).toBe(two);
    // Access, insights twice, their total, the transcript, its total, aggregates, analysers.
    expect(two).toBe(8);
  });

  it('counts only when asked', async () => {
    const { viewer, rounds } = await companyWith(2);
    const statements = await statementsDuring(
      world.foundation.orm,
      () => ofRounds(viewer, rounds, 'insights { nodes { id } }'),
      JOBS,
    );
    expect(statements.filter((statement) => /count\(/.test(statement))).toEqual([]);
    expect(statements).toHaveLength(2);
  });

  it('is as many statements for fifty insights asked by their keys as for two', async () => {
    const { viewer, rounds } = await companyWith(50);
    const keys = await world.sql<{ id: string }>(
      `select min(id::text) as id from insights.live_insights where company_id = ? group by round_id`,
      [rounds[0]?.companyId],
    );
    const cost = async (count: number) => {
      const r = keys.slice(0, count).map(({ id }) => ({ __typename: 'Insight', id }));
      const query =
        'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Insight { id type round { id } } } }';
      const statements = await statementsDuring(
        world.foundation.orm,
        async () => {
          const { data } = await world.graph(viewer, query, { r });
          expect(data?.['_entities']).toMatchObject(r.map(({ id }) => ({ id })));
        },
        JOBS,
      );
      return statements.length;
    };
    expect([await cost(2), await cost(50)]).toEqual([2, 2]);
  });

  it('shows every round its own, and refuses those that are not the viewer’s one by one', async () => {
    const { round, ids } = await aMeasuredRound(2);
    const other = await aMeasuredRound(1, { companyId: round.companyId });
    const elsewhere = await aMeasuredRound(1);
    const viewer = aViewer('EMPLOYEE', { id: round.interviewerId ?? '', companyId: round.companyId });
    const { rounds, errors } = await ofRounds(
      viewer,
      [other.round, round, elsewhere.round],
      'insights { nodes { id } }',
    );
    expect(rounds).toEqual([
      { insights: null },
      { insights: { nodes: ids.map((id) => ({ id })) } },
      { insights: null },
    ]);
    expect(codes({ errors })).toEqual(['ACCESS_DENIED']);
  });
});

describe('a transcript', () => {
  it('pages like insights', async () => {
    const round = await world.addRound();
    for (const n of [1, 2, 3]) {
      const { id, text } = aSegment(round.id, { text: `part ${n}` });
      await world.sql(
        `insert into insights.transcript_segments (id, round_id, company_id, sequence, speaker, text, timestamp_ms, duration_ms)
         values (?, ?, ?, ?, 'CANDIDATE', ?, 1, 1)`,
        [id, round.id, round.companyId, n, text],
      );
    }
    const { rounds } = await ofRounds<{ transcript: unknown }>(
      hrOf(round),
      [round],
      'transcript(last: 2) { nodes { text } totalCount pageInfo { hasPreviousPage } }',
    );
    expect(rounds[0]?.transcript).toEqual({
      nodes: [{ text: 'part 2' }, { text: 'part 3' }],
      totalCount: 3,
      pageInfo: { hasPreviousPage: true },
    });
  });
});
