/** What was read from a resume, as the graph and the services see it: from the upload to the facts. */
import { randomUUID } from 'node:crypto';
import type { Viewer } from '@interview/runtime/viewer';
import { StoredResume } from '@interview/schema/messages';
import type { RoundAccess } from '@interview/subgraph-kit/round-access';
import { statementsDuring } from '@interview/subgraph-kit/testing/statements';
import { describe, expect, test } from '@jest/globals';
import {
  aRound,
  fixture,
  partsFor,
  send,
  store,
  throughStore,
  upload,
  useResumesWorld,
  world,
} from '../testing/resumes-world.js';
import { textContent, tinyPdf } from '../testing/tiny-files.js';

useResumesWorld();

const OF_ROUNDS = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Round { resume { id parseError keyFacts {
    skills { name years quote } positions { employer title start end quote } totalYearsExperience } } } } }`;

interface Seen {
  id: string;
  parseError: string | null;
  keyFacts: { skills: { name: string }[]; positions: object[]; totalYearsExperience: number | null } | null;
}
async function seenBy(viewer: Viewer, rounds: readonly RoundAccess[]): Promise<(Seen | null)[]> {
  const representations = rounds.map(({ id }) => ({ __typename: 'Round', id }));
  const { data, errors } = await world.graph(viewer, OF_ROUNDS, { representations });
  if (!data || errors) throw new Error(JSON.stringify(errors));
  // The query asks for exactly this.
  return (data['_entities'] as { resume: Seen | null }[]).map(({ resume }) => resume);
}
const stored = (roundId: string, viewer: Viewer | null = null) =>
  world.request(`/internal/rounds/${roundId}/resume`, viewer);

/** Asks until the reader has come to the round's resume; it reads as soon as the upload is stored. */
async function whenRead({ id }: RoundAccess): Promise<void> {
  const deadline = Date.now() + 20_000;
  const unread = 'select 1 from resumes.candidate_resumes where round_id = ? and read_at is null';
  while ((await world.sql(unread, [id])).length > 0) {
    if (Date.now() > deadline) throw new Error('The resume was not read.');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
async function uploadContent(viewer: Viewer, round: RoundAccess, lines: string[]): Promise<void> {
  const response = await send(viewer, partsFor(round, tinyPdf({ pages: [textContent(lines)] }), 'resume.pdf'));
  if (response.status !== 201) throw new Error(await response.text());
}

describe('an uploaded resume', () => {
  test.each(['resume.pdf', 'resume.docx', 'resume.doc'])('%s shows its key facts', async (file) => {
    const { round, people } = await aRound();
    await upload(people.candidate, round, file);
    await whenRead(round);
    const [resume] = await seenBy(people.candidate, [round]);
    expect(resume).toMatchObject({
      parseError: null,
      keyFacts: {
        skills: expect.arrayContaining([
          { name: 'Go', years: 5, quote: '5 years of Go, 3 years of Kubernetes' },
          { name: 'Kubernetes', years: 3, quote: '5 years of Go, 3 years of Kubernetes' },
        ]),
        positions: [
          { employer: 'Acme', title: 'Senior Engineer', start: '2018', end: '2023' },
          { employer: 'Initech', title: 'Software Engineer', start: '2015-01', end: '2017-12' },
        ],
        totalYearsExperience: 8,
      },
    });
  });

  test('shows none while it is being read, and an earlier one never overwrites it', async () => {
    const { round, people } = await aRound();
    const { promise: blocked, resolve: goOn } = Promise.withResolvers<void>();
    throughStore.read = async (name, range) => {
      await blocked;
      return store.read(name, range);
    };
    await uploadContent(people.candidate, round, ['5 years of Java']);
    expect(await seenBy(people.hr, [round])).toEqual([{ id: expect.any(String), keyFacts: null, parseError: null }]);
    expect(await (await stored(round.id)).json()).toMatchObject({ text: null, facts: null, parseError: null });
    await uploadContent(people.candidate, round, ['3 years of Python']);
    goOn();
    await whenRead(round);
    const [resume] = await seenBy(people.hr, [round]);
    expect(resume?.keyFacts?.skills.map(({ name }) => name)).toEqual(['Python']);
  });

  test('without text says that it may be a scan', async () => {
    const { round, people } = await aRound();
    const scan = tinyPdf({ pages: ['0 0 595 842 re f'] });
    expect((await send(people.candidate, partsFor(round, scan, 'scan.pdf'))).status).toBe(201);
    await whenRead(round);
    const [resume] = await seenBy(people.interviewer, [round]);
    expect(resume).toMatchObject({ keyFacts: null, parseError: 'The file holds no text: it may be a scan.' });
  });

  test('that is broken is kept, and says so', async () => {
    const { round, people } = await aRound();
    const broken = (await fixture('resume.pdf')).subarray(0, 9_000);
    expect((await send(people.candidate, partsFor(round, broken, 'resume.pdf'))).status).toBe(201);
    await whenRead(round);
    const [resume] = await seenBy(people.interviewer, [round]);
    expect(resume).toMatchObject({ keyFacts: null, parseError: expect.stringMatching(/\w/) });
  });

  test('shows its facts to nobody who may not see it', async () => {
    const { round, people } = await aRound();
    await upload(people.candidate, round);
    await whenRead(round);
    const representations = [{ __typename: 'Round', id: round.id }];
    for (const viewer of [people.otherInterviewer, people.otherCandidate]) {
      const { data, errors } = await world.graph(viewer, OF_ROUNDS, { representations });
      expect([data?.['_entities'], errors?.map(({ extensions }) => extensions.code)]).toEqual([
        [{ resume: null }],
        ['ACCESS_DENIED'],
      ]);
    }
    expect(await seenBy(people.hrElsewhere, [round])).toEqual([null]);
  });
});

test('the facts of many resumes cost one statement', async () => {
  const { people } = await aRound();
  const rounds = await Promise.all(Array.from({ length: 8 }, () => world.addRound({ companyId: people.hr.companyId })));
  for (const round of rounds) await upload(people.hr, round);
  for (const round of rounds) await whenRead(round);
  const statements = (asked: readonly RoundAccess[]) =>
    statementsDuring(world.foundation.orm, () => seenBy(people.hr, asked), /for update skip locked/);
  const many = await statements(rounds);
  expect(many).toHaveLength((await statements(rounds.slice(0, 2))).length);
  expect(many.filter((statement) => statement.includes('candidate_resumes"'))).toHaveLength(1);
  expect((await seenBy(people.hr, rounds)).every((resume) => resume?.keyFacts)).toBe(true);
});

describe('the route for services', () => {
  test('answers text and facts', async () => {
    const { round, people } = await aRound();
    await upload(people.candidate, round);
    await whenRead(round);
    const response = await stored(round.id.toUpperCase());
    const resume = StoredResume.parse(await response.json());
    expect(resume.text).toContain('5 years of Go, 3 years of Kubernetes');
    expect(resume.facts?.skills[0]).toEqual({ name: 'Go', years: 5, quote: '5 years of Go, 3 years of Kubernetes' });
    expect(resume.parseError).toBeNull();
  });

  test('knows no resume where there is none', async () => {
    const { round } = await aRound();
    for (const id of [round.id, randomUUID(), 'not-a-uuid']) expect((await stored(id)).status).toBe(404);
  });

  test.each(['hr', 'admin', 'candidate'] as const)('is not for %s', async (who) => {
    const { round, people } = await aRound();
    await upload(people.candidate, round);
    expect((await stored(round.id, people[who])).status).toBe(403);
  });
});
