/** Verdicts as the gateway asks for them: who may submit and see one, what is refused, how it is told. */

import type { Viewer } from '@interview/runtime/viewer';
import type { TopicListener } from '@interview/subgraph-kit/feeds/topics';
import type { RoundAccess } from '@interview/subgraph-kit/round-access';
import {
  aViewer,
  type GraphAnswer,
  openSubgraphWorld,
  type SubgraphWorld,
} from '@interview/subgraph-kit/testing/subgraph-world';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { verdictsDatabase } from './database.js';
import { openVerdicts } from './graph.js';

const FIELDS = `id interviewerId decision overallScore technicalScore communicationScore culturalFitScore
  strengths weaknesses notes privateNotes aiSummary submittedAt round { id }`;
const SUBMIT = `mutation ($input: SubmitVerdictInput!) { submitVerdict(input: $input) { ${FIELDS} } }`;
const READ = `query ($roundId: ID!) { verdict(roundId: $roundId) { ${FIELDS} } }`;
const OF_ROUNDS = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Round { id verdict { ${FIELDS} } } } }`;
const BY_KEY = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Verdict { ${FIELDS} } } }`;
const FEED = `subscription ($roundId: ID!) { verdictSubmitted(roundId: $roundId) { ${FIELDS} } }`;

const UNKNOWN_ROUND = '00000000-0000-4000-8000-000000000000';

let world: SubgraphWorld;
beforeAll(async () => {
  world = await openSubgraphWorld({ database: verdictsDatabase, open: openVerdicts });
});
afterAll(() => world.close());

interface People {
  interviewer: Viewer;
  otherInterviewer: Viewer;
  candidate: Viewer;
  hr: Viewer;
  admin: Viewer;
  hrElsewhere: Viewer;
  /** Has the right id and role, in another company. */
  namesakeElsewhere: Viewer;
}

async function aRound(of: Partial<RoundAccess> = {}): Promise<{ round: RoundAccess; people: People }> {
  const round = await world.addRound(of);
  const here = { companyId: round.companyId };
  return {
    round,
    people: {
      interviewer: aViewer('EMPLOYEE', { ...here, id: round.interviewerId ?? 'nobody' }),
      otherInterviewer: aViewer('EMPLOYEE', here),
      candidate: aViewer('CANDIDATE', { ...here, id: round.candidateId }),
      hr: aViewer('HR', here),
      admin: aViewer('ADMIN', here),
      hrElsewhere: aViewer('HR'),
      namesakeElsewhere: aViewer('EMPLOYEE', { id: round.interviewerId ?? 'nobody' }),
    },
  };
}

const anInput = (roundId: string, more: object = {}) => ({
  roundId,
  decision: 'ADVANCE',
  overallScore: 8,
  technicalScore: 9,
  strengths: ['explains trade-offs', 'measures before changing'],
  notes: 'Would work with them.',
  privateNotes: 'Expects an offer this week.',
  ...more,
});

const submit = (viewer: Viewer, input: object) => world.graph(viewer, SUBMIT, { input });
/** A field of an answer that must have data. */
function fieldOf<T>(answer: GraphAnswer, name: string): T {
  if (!answer.data) throw new Error(JSON.stringify(answer.errors));
  // Each query above says what its field holds.
  return answer.data[name] as T;
}
const codes = (answer: { errors?: { extensions: { code: string } }[] }) =>
  (answer.errors ?? []).map((error) => error.extensions.code);

describe('submitting', () => {
  test.each(['interviewer', 'hr', 'admin'] as const)('%s may, and is named as who did', async (who) => {
    const { round, people } = await aRound();
    const answer = await submit(people[who], anInput(round.id));
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.['submitVerdict']).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      interviewerId: people[who].id,
      decision: 'ADVANCE',
      overallScore: 8,
      technicalScore: 9,
      communicationScore: null,
      culturalFitScore: null,
      strengths: ['explains trade-offs', 'measures before changing'],
      weaknesses: [],
      notes: 'Would work with them.',
      privateNotes: who === 'interviewer' ? null : 'Expects an offer this week.',
      aiSummary: null,
      submittedAt: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T.*Z$/),
      round: { id: round.id },
    });
    const stored = await world.sql<object>('select * from verdicts.interview_verdicts where round_id = ?', [round.id]);
    expect(stored).toMatchObject([
      {
        company_id: round.companyId,
        strengths: ['explains trade-offs', 'measures before changing'],
        private_notes: 'Expects an offer this week.',
      },
    ]);
  });

  test.each([
    ['otherInterviewer', 'ACCESS_DENIED'],
    ['candidate', 'ACCESS_DENIED'],
    ['hrElsewhere', 'NOT_FOUND'],
    ['namesakeElsewhere', 'NOT_FOUND'],
  ] as const)('%s is refused with %s, before anything else is said, and nothing is stored', async (who, code) => {
    const { round, people } = await aRound({ status: 'SCHEDULED' });
    const answer = await submit(people[who], anInput(round.id, { overallScore: 99 }));
    expect(codes(answer)).toEqual([code]);
    expect(await world.sql('select 1 from verdicts.interview_verdicts where round_id = ?', [round.id])).toEqual([]);
  });

  test.each([UNKNOWN_ROUND, 'not-a-uuid', ''])('a round %p that there is not is NOT_FOUND', async (roundId) => {
    expect(codes(await submit(aViewer('ADMIN'), anInput(roundId)))).toEqual(['NOT_FOUND']);
  });

  test.each(['IN_PROGRESS', 'COMPLETED'] as const)('is possible while a round is %s', async (status) => {
    const { round, people } = await aRound({ status });
    expect((await submit(people.interviewer, anInput(round.id))).errors).toBeUndefined();
  });

  test.each(['SCHEDULED', 'WAITING_FOR_CANDIDATE', 'WAITING_FOR_INTERVIEWER', 'CANCELLED', 'NO_SHOW'] as const)(
    'is refused while a round is %s, naming that state',
    async (status) => {
      const { round, people } = await aRound({ status });
      const answer = await submit(people.hr, anInput(round.id));
      expect(codes(answer)).toEqual(['VALIDATION_FAILED']);
      expect(answer.errors?.[0]?.message).toContain(status);
    },
  );

  test('names every wrong field at once', async () => {
    const { round, people } = await aRound({ status: 'SCHEDULED' });
    const answer = await submit(
      people.hr,
      anInput(round.id, {
        overallScore: 11,
        technicalScore: 0,
        communicationScore: -1,
        culturalFitScore: 1000,
        strengths: ['fine', '  ', 'x'.repeat(1001)],
        weaknesses: Array.from({ length: 51 }, () => 'late'),
        notes: 'n'.repeat(10_001),
        privateNotes: 'a\u0000b',
      }),
    );
    expect(codes(answer)).toEqual(['VALIDATION_FAILED']);
    const details = answer.errors?.[0]?.extensions.details as { path: string; message: string }[];
    expect(details.map((detail) => detail.path)).toEqual([
      'input.roundId',
      'input.overallScore',
      'input.technicalScore',
      'input.communicationScore',
      'input.culturalFitScore',
      'input.strengths.1',
      'input.strengths.2',
      'input.weaknesses',
      'input.notes',
      'input.privateNotes',
    ]);
    expect(await world.sql('select 1 from verdicts.interview_verdicts where round_id = ?', [round.id])).toEqual([]);
  });

  test.each([
    [{ overallScore: 1, technicalScore: 10 }],
    [{ notes: '😀'.repeat(10_000) }],
    [{ strengths: null, weaknesses: null, notes: null, privateNotes: null }],
    [{ notes: '', strengths: [] }],
  ])('takes what lies just within the limits (%#)', async (more) => {
    const { round, people } = await aRound();
    expect((await submit(people.hr, anInput(round.id, more))).errors).toBeUndefined();
  });

  test.each([
    [{ overallScore: 7.5 }],
    [{ overallScore: '8' }],
    [{ overallScore: null }],
    [{ decision: 'MAYBE' }],
    [{ strengths: [null] }],
  ])('input of the wrong type is VALIDATION_FAILED (%j)', async (more) => {
    const { round, people } = await aRound();
    expect(codes(await submit(people.hr, anInput(round.id, more)))).toEqual(['VALIDATION_FAILED']);
  });

  test('text that PostgreSQL would not store is refused, not a failure', async () => {
    const { round, people } = await aRound();
    const answer = await submit(people.hr, anInput(round.id, { strengths: ['half \ud83d'], notes: 'half \udc00' }));
    expect(codes(answer)).toEqual(['VALIDATION_FAILED']);
  });

  test('a second one for the same round is CONFLICT, and the first stays', async () => {
    const { round, people } = await aRound();
    await submit(people.interviewer, anInput(round.id));
    const again = await submit(people.hr, anInput(round.id.toUpperCase(), { decision: 'REJECT' }));
    expect(codes(again)).toEqual(['CONFLICT']);
    const read = await world.graph(people.hr, READ, { roundId: round.id });
    expect(read.data?.['verdict']).toMatchObject({ decision: 'ADVANCE', interviewerId: people.interviewer.id });
  });

  test('of ten at the same moment exactly one is stored and nine are CONFLICT', async () => {
    const { round, people } = await aRound();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => submit(people.hr, anInput(round.id, { notes: `attempt ${n}` }))),
    );
    expect(answers.filter((answer) => !answer.errors)).toHaveLength(1);
    expect(answers.flatMap(codes)).toEqual(Array.from({ length: 9 }, () => 'CONFLICT'));
    expect(await world.sql('select 1 from verdicts.interview_verdicts where round_id = ?', [round.id])).toHaveLength(1);
  });
});

describe('reading', () => {
  /** Each way to a verdict: what is asked, and where the answer holds it. */
  const PATHS = {
    'Query.verdict': (viewer: Viewer, verdict: { roundId: string }) =>
      world.graph(viewer, READ, verdict).then((answer) => ({ answer, verdict: answer.data?.['verdict'] })),
    'Round.verdict': (viewer: Viewer, { roundId }: { roundId: string }) =>
      world
        .graph(viewer, OF_ROUNDS, { representations: [{ __typename: 'Round', id: roundId }] })
        .then((answer) => ({ answer, verdict: fieldOf<[{ verdict: unknown }]>(answer, '_entities')[0].verdict })),
    'the entity Verdict': (viewer: Viewer, { id }: { id: string }) =>
      world
        .graph(viewer, BY_KEY, { representations: [{ __typename: 'Verdict', id }] })
        .then((answer) => ({ answer, verdict: fieldOf<[unknown]>(answer, '_entities')[0] })),
  };
  const paths = Object.keys(PATHS) as (keyof typeof PATHS)[];

  async function aVerdict() {
    const { round, people } = await aRound();
    const answer = await submit(people.interviewer, anInput(round.id));
    const { id } = fieldOf<{ id: string }>(answer, 'submitVerdict');
    return { people, keys: { id, roundId: round.id } };
  }

  describe.each(paths)('through %s', (path) => {
    test.each([
      ['interviewer', null],
      ['hr', 'Expects an offer this week.'],
      ['admin', 'Expects an offer this week.'],
    ] as const)('%s sees it, with private notes %p', async (who, privateNotes) => {
      const { people, keys } = await aVerdict();
      const { answer, verdict } = await PATHS[path](people[who], keys);
      expect(answer.errors).toBeUndefined();
      expect(verdict).toMatchObject({ id: keys.id, notes: 'Would work with them.', privateNotes });
    });

    test.each(['otherInterviewer', 'candidate'] as const)('%s gets null with ACCESS_DENIED', async (who) => {
      const { people, keys } = await aVerdict();
      const { answer, verdict } = await PATHS[path](people[who], keys);
      expect(verdict).toBeNull();
      expect(codes(answer)).toEqual(['ACCESS_DENIED']);
    });

    test.each(['hrElsewhere', 'namesakeElsewhere'] as const)('%s gets null without an error', async (who) => {
      const { people, keys } = await aVerdict();
      const { answer, verdict } = await PATHS[path](people[who], keys);
      expect(verdict).toBeNull();
      expect(answer.errors).toBeUndefined();
    });

    test.each([UNKNOWN_ROUND, 'not-a-uuid'])('an unknown id %p is null without an error', async (id) => {
      const { answer, verdict } = await PATHS[path](aViewer('ADMIN'), { id, roundId: id });
      expect(verdict).toBeNull();
      expect(answer.errors).toBeUndefined();
    });
  });

  test('a round without a verdict has null, for who may see it', async () => {
    const { round, people } = await aRound();
    const { answer, verdict } = await PATHS['Query.verdict'](people.interviewer, { roundId: round.id });
    expect(verdict).toBeNull();
    expect(answer.errors).toBeUndefined();
  });

  test('one refused round leaves the others of the same answer alone', async () => {
    const mine = await aVerdict();
    const { companyId } = mine.people.interviewer;
    const other = await world.addRound({ companyId });
    const answer = await world.graph(mine.people.interviewer, OF_ROUNDS, {
      representations: [other.id, mine.keys.roundId].map((id) => ({ __typename: 'Round', id })),
    });
    expect(answer.data?.['_entities']).toMatchObject([{ verdict: null }, { verdict: { id: mine.keys.id } }]);
    expect(codes(answer)).toEqual(['ACCESS_DENIED']);
    expect(answer.errors?.[0]?.path).toEqual(['_entities', 0, 'verdict']);
  });

  test('twenty rounds of one answer cost one statement for access and one for verdicts', async () => {
    const { people, keys } = await aVerdict();
    const rounds = await Promise.all(
      Array.from({ length: 19 }, () => world.addRound({ companyId: people.hr.companyId })),
    );
    const statements: string[] = [];
    const driver = world.foundation.orm.em.getConnection();
    const execute = driver.execute.bind(driver);
    driver.execute = ((query: unknown, ...rest: []) => {
      statements.push(String(query));
      return execute(query as string, ...rest);
    }) as typeof driver.execute;
    try {
      const representations = [keys.roundId, ...rounds.map(({ id }) => id)].map((id) => ({ __typename: 'Round', id }));
      const answer = await world.graph(people.hr, OF_ROUNDS, { representations });
      expect(answer.data?.['_entities']).toHaveLength(20);
    } finally {
      driver.execute = execute;
    }
    expect(statements).toHaveLength(2);
  });
});

describe('the feed verdictSubmitted', () => {
  /** Resolves once as many feeds as said are listening; `through` may change what reaches them. */
  function listening(feeds: number, through = (listener: TopicListener) => listener): Promise<void> {
    const { topics } = world.foundation;
    const listen = topics.listen;
    let open = 0;
    return new Promise((resolve) => {
      topics.listen = async (topic, listener) => {
        const stop = await listen(topic, through(listener));
        open += 1;
        if (open === feeds) {
          topics.listen = listen;
          resolve();
        }
        return stop;
      };
    });
  }

  test('waits for the verdict and then gives it, private notes for HR alone', async () => {
    const { round, people } = await aRound();
    const started = listening(2);
    const interviewerFeed = world.subscribe(people.interviewer, FEED, { roundId: round.id });
    const hrFeed = world.subscribe(people.hr, FEED, { roundId: round.id });
    const [forInterviewer, forHr] = [interviewerFeed.next(), hrFeed.next()];
    await started;
    await submit(people.interviewer, anInput(round.id));
    const given = (await Promise.all([forInterviewer, forHr])).map(({ value }) => value.data.verdictSubmitted);
    expect(given).toMatchObject([
      { decision: 'ADVANCE', privateNotes: null, round: { id: round.id } },
      { decision: 'ADVANCE', privateNotes: 'Expects an offer this week.' },
    ]);
    await Promise.all([interviewerFeed.return?.(), hrFeed.return?.()]);
  });

  test('gives at once a verdict that was there before', async () => {
    const { round, people } = await aRound();
    await submit(people.interviewer, anInput(round.id));
    const feed = world.subscribe(people.admin, FEED, { roundId: round.id });
    const { value } = await feed.next();
    expect(value.data.verdictSubmitted).toMatchObject({ overallScore: 8 });
    await feed.return?.();
  });

  test('finds a verdict whose announcement was lost', async () => {
    const { round, people } = await aRound();
    const looked = Promise.withResolvers<void>();
    const started = listening(1, (listener) => ({
      onMessage: () => undefined,
      onDoubt: () => {
        listener.onDoubt();
        looked.resolve();
      },
    }));
    const feed = world.subscribe(people.hr, FEED, { roundId: round.id });
    const first = feed.next();
    await started;
    await looked.promise;
    await submit(people.interviewer, anInput(round.id, { decision: 'HOLD' }));
    expect((await first).value.data.verdictSubmitted).toMatchObject({ decision: 'HOLD' });
    await feed.return?.();
  });

  test('ends with an error for an interviewer who loses the round', async () => {
    const { round, people } = await aRound();
    await submit(people.hr, anInput(round.id));
    const feed = world.subscribe(people.interviewer, FEED, { roundId: round.id });
    await feed.next();
    await world.changeRound(round.id, { interviewerId: 'someone-else' });
    await expect(feed.next()).rejects.toMatchObject([{ extensions: { code: 'ACCESS_DENIED' } }]);
  });

  test.each([
    ['otherInterviewer', 'ACCESS_DENIED'],
    ['candidate', 'ACCESS_DENIED'],
    ['hrElsewhere', 'NOT_FOUND'],
  ] as const)('is refused to %s with %s', async (who, code) => {
    const { round, people } = await aRound();
    const feed = world.subscribe(people[who], FEED, { roundId: round.id });
    await expect(feed.next()).rejects.toMatchObject([{ extensions: { code } }]);
  });
});

describe('the subgraph itself', () => {
  test('gives its SDL and entities to nobody without the internal key', async () => {
    const response = await fetch(`http://127.0.0.1:${world.port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ _service { sdl } }' }),
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: 'AUTH_REQUIRED' } });
  });

  test('may not touch what rounds keeps for itself', async () => {
    const em = world.foundation.orm.em.fork();
    await expect(em.execute('select 1 from rounds.interview_rounds')).rejects.toThrow(/permission denied/);
  });
});
