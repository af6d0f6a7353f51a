/** Resumes in the graph: who sees one on which path. */
import { randomUUID } from 'node:crypto';
import { type Viewer } from '@interview/runtime/viewer';
import { aViewer, type GraphAnswer } from '@interview/subgraph-kit/testing/subgraph-world';
import { describe, expect, test } from '@jest/globals';
import { aRound, fixture, rowsOf, upload, useResumesWorld, world } from './testing/resumes-world.js';

useResumesWorld();

const FIELDS = 'id externalCandidateId roundId fileName fileUrl mimeType sizeBytes createdAt';
const OF_ROUNDS = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Round { id resume { ${FIELDS} } } } }`;
const BY_KEY = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Resume { ${FIELDS} } } }`;

describe('the graph', () => {
  const PATHS = {
    'Round.resume': async (viewer: Viewer, { roundId }: { roundId: string }) => {
      const answer = await world.graph(viewer, OF_ROUNDS, { representations: [{ __typename: 'Round', id: roundId }] });
      return { answer, resume: entitiesOf<{ resume: unknown }>(answer)[0]?.resume };
    },
    'the entity Resume': async (viewer: Viewer, { id }: { id: string }) => {
      const answer = await world.graph(viewer, BY_KEY, { representations: [{ __typename: 'Resume', id }] });
      return { answer, resume: entitiesOf(answer)[0] };
    },
  };
  const paths = Object.keys(PATHS) as (keyof typeof PATHS)[];

  function entitiesOf<T>(answer: GraphAnswer): T[] {
    if (!answer.data) throw new Error(JSON.stringify(answer.errors));
    // Each query above asks for entities of the one kind.
    return answer.data['_entities'] as T[];
  }
  const codes = (answer: GraphAnswer) => (answer.errors ?? []).map((error) => error.extensions.code);

  async function aResume() {
    const { round, people } = await aRound();
    const fileUrl = await upload(people.candidate, round);
    const [row] = await rowsOf(round);
    return { round, people, fileUrl, keys: { id: String(row?.['id']), roundId: round.id } };
  }

  describe.each(paths)('through %s', (path) => {
    test.each(['candidate', 'interviewer', 'hr', 'admin'] as const)('%s of the round sees it', async (who) => {
      const { round, people, fileUrl, keys } = await aResume();
      const { answer, resume } = await PATHS[path](people[who], keys);
      expect(answer.errors).toBeUndefined();
      expect(resume).toEqual({
        id: keys.id,
        externalCandidateId: round.candidateId,
        roundId: round.id,
        fileName: 'resume.pdf',
        fileUrl,
        mimeType: 'application/pdf',
        sizeBytes: (await fixture('resume.pdf')).length,
        createdAt: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T.*Z$/),
      });
    });

    test.each(['otherInterviewer', 'otherCandidate'] as const)('%s gets null with ACCESS_DENIED', async (who) => {
      const { people, keys } = await aResume();
      const { answer, resume } = await PATHS[path](people[who], keys);
      expect(resume).toBeNull();
      expect(codes(answer)).toEqual(['ACCESS_DENIED']);
    });

    test.each(['hrElsewhere', 'namesakeElsewhere'] as const)('%s gets null without an error', async (who) => {
      const { people, keys } = await aResume();
      const { answer, resume } = await PATHS[path](people[who], keys);
      expect(resume).toBeNull();
      expect(answer.errors).toBeUndefined();
    });

    test.each([randomUUID(), 'not-a-uuid'])('an unknown id is null without an error (%#)', async (id) => {
      const { answer, resume } = await PATHS[path](aViewer('ADMIN'), { id, roundId: id });
      expect(resume).toBeNull();
      expect(answer.errors).toBeUndefined();
    });
  });

  test('does not offer where the file lies', async () => {
    expect(world.sdl).not.toMatch(/filePath|sha256|companyId|wrappedKey/);
  });
});
