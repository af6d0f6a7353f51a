/** An upload is in the audit log if and only if it happened; a file is in it before its first byte leaves. */
import { describe, expect, test } from '@jest/globals';
import {
  aRound,
  fixture,
  ownPath,
  partsFor,
  rowsOf,
  send,
  throughStore,
  upload,
  useResumesWorld,
  world,
} from './testing/resumes-world.js';

useResumesWorld();

const auditOf = async (roundId: string) =>
  (await world.audited()).filter((entry) => entry.round_id === roundId).map(({ round_id: _round, ...entry }) => entry);

describe('the audit log', () => {
  test('holds an upload and each time the file was given, with ids and nothing that was written', async () => {
    const { round, people } = await aRound();
    const url = ownPath(await upload(people.candidate, round));
    for (const headers of [{}, { range: 'bytes=0-4' }]) {
      await (await world.request(url, people.interviewer, { headers })).arrayBuffer();
    }
    const [row] = await rowsOf(round);
    const resumeId = row?.['id'];
    const accessed = { action: 'RESUME_ACCESSED', actor_id: people.interviewer.id, detail: { resumeId } };
    expect(await auditOf(round.id)).toEqual([
      {
        action: 'RESUME_UPLOADED',
        actor_id: people.candidate.id,
        detail: { resumeId, sizeBytes: (await fixture('resume.pdf')).length, mimeType: 'application/pdf' },
      },
      accessed,
      accessed,
    ]);
  });

  test('holds nothing of an upload that failed, at the end even', async () => {
    const { round, people } = await aRound();
    const parts = partsFor(round, await fixture('resume.pdf'), 'resume.pdf');
    await world.sql('revoke execute on function audit.append(jsonb) from interview_resumes');
    try {
      expect((await send(people.hr, parts)).status).toBe(500);
    } finally {
      await world.sql('grant execute on function audit.append(jsonb) to interview_resumes');
    }
    expect(await rowsOf(round)).toEqual([]);
    expect(await auditOf(round.id)).toEqual([]);
  });

  test('that cannot be written keeps the file from leaving', async () => {
    const { round, people } = await aRound();
    const url = ownPath(await upload(people.candidate, round));
    await world.sql('revoke execute on function audit.append(jsonb) from interview_resumes');
    try {
      const response = await world.request(url, people.hr);
      expect(response.status).toBe(500);
      expect((await response.text()).includes('%PDF')).toBe(false);
    } finally {
      await world.sql('grant execute on function audit.append(jsonb) to interview_resumes');
    }
  });

  test.each(['refused', 'already known', 'asked about only', 'asked for behind its end', 'not in the store'] as const)(
    'holds no access to a file that is %s',
    async (why) => {
      const { round, people } = await aRound();
      const url = ownPath(await upload(people.candidate, round));
      const etag = `"${(await rowsOf(round))[0]?.['sha256']}"`;
      if (why === 'not in the store') throughStore.read = async () => null;
      const asked = {
        refused: () => world.request(url, people.otherInterviewer),
        'already known': () => world.request(url, people.hr, { headers: { 'if-none-match': etag } }),
        'asked about only': () => world.request(url, people.hr, { method: 'HEAD' }),
        'asked for behind its end': () => world.request(url, people.hr, { headers: { range: 'bytes=9999999-' } }),
        'not in the store': () => world.request(url, people.hr),
      };
      await asked[why]();
      expect((await auditOf(round.id)).map(({ action }) => action)).toEqual(['RESUME_UPLOADED']);
    },
  );
});
