/** Who may upload a resume, and what is stored then. */
import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { sealedSize } from './crypt/file-cipher.js';
import {
  aRound,
  expectRefused,
  fixture,
  folder,
  partsFor,
  rowsOf,
  send,
  upload,
  useResumesWorld,
} from './testing/resumes-world.js';

useResumesWorld();

describe('uploading', () => {
  test.each(['candidate', 'interviewer', 'hr', 'admin'] as const)('%s of the round may', async (who) => {
    const { round, people } = await aRound();
    const content = await fixture('resume.pdf');
    const response = await send(people[who], partsFor(round, content, 'My résumé.pdf'));
    expect(response.status).toBe(201);
    const answer = (await response.json()) as { fileUrl: string };
    expect(answer).toEqual({
      success: true,
      fileUrl: expect.stringMatching(/^\/api\/resumes\/files\/[0-9a-f-]{36}\.pdf$/),
      message: 'Resume uploaded successfully',
    });
    expect(await rowsOf(round)).toMatchObject([
      {
        external_candidate_id: round.candidateId,
        company_id: round.companyId,
        file_name: 'My résumé.pdf',
        file_url: answer.fileUrl,
        mime_type: 'application/pdf',
        size_bytes: content.length,
        sha256: createHash('sha256').update(content).digest('hex'),
      },
    ]);
    const [row] = await rowsOf(round);
    const stored = await readFile(join(folder, 'kept', String(row?.['file_path'])));
    expect(stored).toHaveLength(sealedSize(content.length));
    expect(stored.includes('%PDF')).toBe(false);
  });

  test.each([
    ['resume.pdf', 'application/pdf'],
    ['resume.doc', 'application/msword'],
    ['resume.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ])('%s is taken as %s', async (file, mimeType) => {
    const { round, people } = await aRound();
    await upload(people.candidate, round, file, file.toUpperCase());
    expect(await rowsOf(round)).toMatchObject([{ mime_type: mimeType, file_name: file.toUpperCase() }]);
  });

  test.each([
    ['otherInterviewer', 403, 'ACCESS_DENIED'],
    ['otherCandidate', 403, 'ACCESS_DENIED'],
    ['hrElsewhere', 404, 'NOT_FOUND'],
    ['namesakeElsewhere', 404, 'NOT_FOUND'],
  ] as const)('%s is refused with %d', async (who, status, code) => {
    const { round, people } = await aRound();
    const parts = partsFor(round, await fixture('resume.pdf'), 'resume.pdf');
    await expectRefused(() => send(people[who], parts), round, status, code);
  });

  test('is for somebody: no viewer, no upload', async () => {
    const { round } = await aRound();
    const parts = partsFor(round, await fixture('resume.pdf'), 'resume.pdf');
    await expectRefused(() => send(null, parts), round, 401, 'AUTH_REQUIRED');
  });

  test.each([randomUUID(), 'not-a-uuid'])('for an unknown round is NOT_FOUND (%#)', async (roundId) => {
    const { round, people } = await aRound();
    const parts = partsFor({ ...round, id: roundId }, await fixture('resume.pdf'), 'resume.pdf');
    await expectRefused(() => send(people.hr, parts), round, 404, 'NOT_FOUND');
  });

  test("for a candidate other than the round's is refused by name", async () => {
    const { round, people } = await aRound();
    const parts = partsFor({ ...round, candidateId: 'someone' }, await fixture('resume.pdf'), 'resume.pdf');
    const error = await expectRefused(() => send(people.hr, parts), round, 400, 'VALIDATION_FAILED');
    expect(error.details?.map(({ path }) => path)).toEqual(['candidateId']);
  });
});
