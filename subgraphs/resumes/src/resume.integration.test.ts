/** Resumes as the gateway passes them on: who may give and read one, what is refused, what is left on disk. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Viewer } from '@interview/runtime/viewer';
import type { RoundAccess } from '@interview/subgraph-kit/round-access';
import {
  aViewer,
  type GraphAnswer,
  openSubgraphWorld,
  type SubgraphWorld,
} from '@interview/subgraph-kit/testing/subgraph-world';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { resumesDatabase } from './database.js';
import { openResumesOver } from './graph.js';
import { sweepStore } from './resume.service.js';
import type { FileStore } from './store/file-store.js';
import { openFolderStore } from './store/folder-store.js';

const MAX_BYTES = 64 * 1024;
const FIELDS = 'id externalCandidateId roundId fileName fileUrl mimeType sizeBytes createdAt';
const OF_ROUNDS = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Round { id resume { ${FIELDS} } } } }`;
const BY_KEY = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on Resume { ${FIELDS} } } }`;

const fixture = (name: string) => readFile(new URL(`../fixtures/${name}`, import.meta.url));

let world: SubgraphWorld;
let folder: string;
/** The store that the subgraph uses; a test may put steps of its own between. */
let store: FileStore;
let throughStore: Partial<FileStore> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resumes-'));
  world = await openSubgraphWorld({
    database: resumesDatabase,
    open: async (foundation) => {
      store = await openFolderStore(folder, foundation.log);
      const steerable: FileStore = {
        receive: (bytes) => (throughStore.receive ?? store.receive)(bytes),
        read: (name, range) => (throughStore.read ?? store.read)(name, range),
        remove: (name) => (throughStore.remove ?? store.remove)(name),
        leftSince: (before) => store.leftSince(before),
      };
      return openResumesOver(foundation, { store: steerable, maxBytes: MAX_BYTES });
    },
  });
});
beforeEach(() => {
  throughStore = {};
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

async function aRound(of: Partial<RoundAccess> = {}) {
  const round = await world.addRound(of);
  const here = { companyId: round.companyId };
  const people = {
    interviewer: aViewer('EMPLOYEE', { ...here, id: round.interviewerId ?? 'nobody' }),
    otherInterviewer: aViewer('EMPLOYEE', here),
    candidate: aViewer('CANDIDATE', { ...here, id: round.candidateId }),
    otherCandidate: aViewer('CANDIDATE', here),
    hr: aViewer('HR', here),
    admin: aViewer('ADMIN', here),
    hrElsewhere: aViewer('HR'),
    namesakeElsewhere: aViewer('CANDIDATE', { id: round.candidateId }),
  };
  return { round, people };
}

type Part = [name: string, value: string] | [name: string, value: Uint8Array, fileName: string];

function formOf(parts: readonly Part[]): FormData {
  const form = new FormData();
  for (const [name, value, fileName] of parts) {
    if (typeof value === 'string') form.append(name, value);
    // A copy with a buffer of its own, which is what Blob's type asks for.
    else form.append(name, new Blob([new Uint8Array(value)]), fileName);
  }
  return form;
}

const send = (viewer: Viewer | null, parts: readonly Part[]) =>
  world.request('/files', viewer, { method: 'POST', body: formOf(parts) });

const partsFor = (round: RoundAccess, content: Uint8Array, fileName: string): Part[] => [
  ['roundId', round.id],
  ['candidateId', round.candidateId],
  ['resume', content, fileName],
];

async function upload(viewer: Viewer, round: RoundAccess, file = 'resume.pdf', fileName = file): Promise<string> {
  const response = await send(viewer, partsFor(round, await fixture(file), fileName));
  const body = (await response.json()) as { fileUrl?: string };
  if (response.status !== 201 || !body.fileUrl) throw new Error(JSON.stringify(body));
  return body.fileUrl;
}

/** The path at the subgraph of what a client knows as `/api/resumes/files/…`. */
const ownPath = (fileUrl: string) => fileUrl.replace('/api/resumes', '');
const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;
const rowsOf = (round: RoundAccess) =>
  world.sql<Record<string, unknown>>('select * from resumes.candidate_resume_files where round_id = ?', [round.id]);
const onDisk = async () => ({
  incoming: await readdir(join(folder, 'incoming')),
  kept: (await readdir(join(folder, 'kept'))).sort(),
});

/** Expects a refusal, and that neither a row nor a file came of it. */
async function expectRefused(send: () => Promise<Response>, round: RoundAccess, status: number, code: string) {
  const before = await onDisk();
  const response = await send();
  const body = (await response.json()) as { error: { code: string; details?: { path: string }[] } };
  expect([response.status, body.error.code]).toEqual([status, code]);
  expect(await onDisk()).toEqual({ ...before, incoming: [] });
  expect(await rowsOf(round)).toEqual([]);
  return body.error;
}

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
    expect(await readFile(join(folder, 'kept', String(row?.['file_path'])))).toEqual(content);
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

  test('takes the fields of the form in any order', async () => {
    const { round, people } = await aRound();
    const [roundId, candidateId, file] = partsFor(round, await fixture('resume.pdf'), 'resume.pdf');
    for (const parts of [
      [file, roundId, candidateId],
      [candidateId, file, roundId],
    ]) {
      expect((await send(people.candidate, parts as Part[])).status).toBe(201);
    }
  });

  test('names everything that is missing at once', async () => {
    const { round, people } = await aRound();
    const error = await expectRefused(() => send(people.hr, [['something', 'else']]), round, 400, 'VALIDATION_FAILED');
    expect(error.details?.map(({ path }) => path)).toEqual(['roundId', 'candidateId', 'resume']);
  });

  test.each<[string, (pdf: Uint8Array) => Part[], string]>([
    ['a second file', (pdf) => [['resume', pdf, 'more.pdf']], 'resume'],
    ['a file elsewhere', (pdf) => [['avatar', pdf, 'more.pdf']], 'avatar'],
    ['a field given twice', () => [['roundId', randomUUID()]], 'roundId'],
  ])('refuses %s', async (_what, more, path) => {
    const { round, people } = await aRound();
    const pdf = await fixture('resume.pdf');
    const parts = [...partsFor(round, pdf, 'resume.pdf'), ...more(pdf)];
    const error = await expectRefused(() => send(people.hr, parts), round, 400, 'VALIDATION_FAILED');
    expect(error.details).toMatchObject([{ path }]);
  });

  test('refuses an empty file', async () => {
    const { round, people } = await aRound();
    const parts = partsFor(round, new Uint8Array(), 'resume.pdf');
    await expectRefused(() => send(people.hr, parts), round, 400, 'VALIDATION_FAILED');
  });

  test.each<[string, () => Promise<Uint8Array> | Uint8Array, string]>([
    ['text that calls itself PDF', () => Buffer.from('Ten years of experience.'), 'resume.pdf'],
    ['a PDF that calls itself DOCX', () => fixture('resume.pdf'), 'resume.docx'],
    ['a DOCX that calls itself DOC', () => fixture('resume.docx'), 'resume.doc'],
    ['a DOC without an ending', () => fixture('resume.doc'), 'resume'],
    ['a PDF with an executable ending', () => fixture('resume.pdf'), 'resume.pdf.exe'],
    ['a PDF with its ending written backwards', () => fixture('resume.pdf'), 'resume\u202Efdp.exe'],
    ['a program', () => Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200)]), 'resume.doc'],
    ['a picture', () => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'resume.pdf'],
    ['a zip that is no document', () => Buffer.from(`504b0506${'00'.repeat(18)}`, 'hex'), 'resume.docx'],
    ['a compound file without a Word document', async () => withoutWord(await fixture('resume.doc')), 'resume.doc'],
  ])('refuses %s', async (_what, content, fileName) => {
    const { round, people } = await aRound();
    const parts = partsFor(round, await content(), fileName);
    await expectRefused(() => send(people.candidate, parts), round, 415, 'UNSUPPORTED_MEDIA_TYPE');
  });

  test('refuses what is no form', async () => {
    const { round, people } = await aRound();
    const json = () =>
      world.request('/files', people.hr, {
        method: 'POST',
        body: '{}',
        headers: { 'content-type': 'application/json' },
      });
    await expectRefused(json, round, 415, 'UNSUPPORTED_MEDIA_TYPE');
  });

  test.each([
    ['without a boundary', 'multipart/form-data; charset=utf-8', 'x'],
    [
      'that ends too soon',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="roundId"\r\n\r\nx',
    ],
    [
      'whose file ends too soon',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="resume"; filename="a.pdf"\r\n\r\n%PDF-1.4',
    ],
  ])('refuses a form %s', async (_how, contentType, body) => {
    const { round, people } = await aRound();
    const malformed = () =>
      world.request('/files', people.hr, { method: 'POST', body, headers: { 'content-type': contentType } });
    await expectRefused(malformed, round, 400, 'VALIDATION_FAILED');
  });

  test('takes a file of exactly the limit and refuses one byte more', async () => {
    const { round, people } = await aRound();
    const pdf = await fixture('resume.pdf');
    const padded = (size: number) => Buffer.concat([pdf, Buffer.alloc(size - pdf.length)]);
    const tooLarge = partsFor(round, padded(MAX_BYTES + 1), 'resume.pdf');
    await expectRefused(() => send(people.candidate, tooLarge), round, 413, 'PAYLOAD_TOO_LARGE');
    expect((await send(people.candidate, partsFor(round, padded(MAX_BYTES), 'resume.pdf'))).status).toBe(201);
  });

  test('tells also a client that sends far too much, and goes on answering', async () => {
    const { round, people } = await aRound();
    const huge = partsFor(round, Buffer.alloc(200 * MAX_BYTES), 'resume.pdf');
    for (let n = 0; n < 5; n += 1) {
      await expectRefused(() => send(people.candidate, huge), round, 413, 'PAYLOAD_TOO_LARGE');
    }
    await upload(people.candidate, round);
  });

  test('a connection that is cut leaves nothing', async () => {
    const { round, people } = await aRound();
    const before = await onDisk();
    const started = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<unknown>();
    throughStore.receive = (bytes) => {
      async function* announced() {
        for await (const chunk of bytes) {
          started.resolve();
          yield chunk;
        }
      }
      const received = store.receive(announced());
      received.then(() => ended.resolve('received'), ended.resolve);
      return received;
    };
    const request = httpRequest({
      port: world.port,
      path: '/files',
      method: 'POST',
      headers: {
        ...world.headers(people.hr),
        'content-type': 'multipart/form-data; boundary=b',
        'content-length': 50_000,
      },
    });
    request.on('error', () => undefined);
    request.write('--b\r\nContent-Disposition: form-data; name="resume"; filename="a.pdf"\r\n\r\n');
    request.write(Buffer.alloc(20_000, '%PDF'));
    await started.promise;
    request.destroy();
    expect(await ended.promise).toBeInstanceOf(Error);
    expect(await onDisk()).toEqual({ ...before, incoming: [] });
    expect(await rowsOf(round)).toEqual([]);
  });

  test('a store that cannot take it is SERVICE_UNAVAILABLE and leaves nothing', async () => {
    const { round, people } = await aRound();
    await rm(join(folder, 'incoming'), { recursive: true });
    try {
      const response = await send(people.hr, partsFor(round, await fixture('resume.pdf'), 'resume.pdf'));
      expect([response.status, await codeOf(response)]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    } finally {
      await openFolderStore(folder, world.foundation.log);
    }
    expect(await rowsOf(round)).toEqual([]);
  });

  test.each(['the row', 'the name'])('when %s cannot be stored, neither row nor file stays', async (what) => {
    const { round, people } = await aRound();
    const parts = partsFor(round, await fixture('resume.pdf'), 'resume.pdf');
    if (what === 'the row') {
      await world.sql('alter table resumes.candidate_resume_files add constraint full_up check (false) not valid');
    } else {
      throughStore.receive = async (bytes) => ({
        ...(await store.receive(bytes)),
        keep: () => Promise.reject(new Error('the disk is gone')),
      });
    }
    try {
      await expectRefused(() => send(people.hr, parts), round, 500, 'INTERNAL_ERROR');
    } finally {
      if (what === 'the row') await world.sql('alter table resumes.candidate_resume_files drop constraint full_up');
    }
  });
});

describe('uploading again', () => {
  test('replaces the file as a whole', async () => {
    const { round, people } = await aRound();
    const first = await upload(people.candidate, round, 'resume.pdf');
    const second = await upload(people.hr, round, 'resume.docx');
    expect(await rowsOf(round)).toMatchObject([{ file_url: second, file_name: 'resume.docx' }]);
    expect((await onDisk()).kept).not.toContain(first.split('/').at(-1));
    expect((await world.request(ownPath(first), people.candidate)).status).toBe(404);
    expect((await world.request(ownPath(second), people.candidate)).status).toBe(200);
  });

  test('leaves what is there when the new one is refused', async () => {
    const { round, people } = await aRound();
    const first = await upload(people.candidate, round);
    expect((await send(people.candidate, partsFor(round, Buffer.from('no'), 'resume.pdf'))).status).toBe(415);
    expect(await rowsOf(round)).toMatchObject([{ file_url: first }]);
    expect((await world.request(ownPath(first), people.candidate)).status).toBe(200);
  });

  test('eight times at once leaves one row and its one file', async () => {
    const { round, people } = await aRound();
    const before = (await onDisk()).kept;
    await Promise.all(Array.from({ length: 8 }, () => upload(people.candidate, round)));
    const [row, ...others] = await rowsOf(round);
    expect(others).toEqual([]);
    expect((await onDisk()).kept.filter((name) => !before.includes(name))).toEqual([row?.['file_path']]);
    expect((await onDisk()).incoming).toEqual([]);
  });

  test('succeeds also when the old file cannot be removed, which the sweep does later', async () => {
    const { round, people } = await aRound();
    const first = ownPath(await upload(people.candidate, round)).replace('/files/', '');
    throughStore.remove = () => Promise.reject(new Error('busy'));
    const second = ownPath(await upload(people.candidate, round)).replace('/files/', '');
    expect((await onDisk()).kept).toEqual(expect.arrayContaining([first, second]));
    const later = new Date(Date.now() + 2 * 3600_000);
    await sweepStore(world.foundation.orm, store, later);
    expect((await onDisk()).kept).toContain(second);
    expect((await onDisk()).kept).not.toContain(first);
  });
});

describe('the sweep', () => {
  test('removes what a crash left behind an hour ago, and leaves what is on its way', async () => {
    const at = async (path: string, date: Date) => {
      await writeFile(join(folder, path), 'half a resume');
      await utimes(join(folder, path), date, date);
    };
    const long = new Date(Date.now() - 2 * 3600_000);
    const names = { old: `${randomUUID()}.pdf`, fresh: `${randomUUID()}.pdf` };
    await at(`incoming/${names.old}`, long);
    await at(`incoming/${names.fresh}`, new Date());
    await at(`kept/${names.old}`, long);
    await at(`kept/${names.fresh}`, new Date());
    await sweepStore(world.foundation.orm, store);
    const { incoming, kept } = await onDisk();
    expect(incoming).toEqual([names.fresh]);
    expect(kept).toContain(names.fresh);
    expect(kept).not.toContain(names.old);
    await rm(join(folder, 'incoming', names.fresh));
  });
});

describe('reading the file', () => {
  test.each(['candidate', 'interviewer', 'hr', 'admin'] as const)('%s of the round gets it', async (who) => {
    const { round, people } = await aRound();
    const url = await upload(people.candidate, round, 'resume.pdf', 'Lebenslauf "Zoë" (neu).pdf');
    const response = await world.request(ownPath(url), people[who]);
    expect(response.status).toBe(200);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(await fixture('resume.pdf'));
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': String((await fixture('resume.pdf')).length),
      'content-disposition': `attachment; filename="Lebenslauf _Zo__ (neu).pdf"; filename*=UTF-8''Lebenslauf%20_Zo%C3%AB_%20%28neu%29.pdf`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'cache-control': 'private, no-store',
    });
  });

  test.each([
    ['otherInterviewer', 403, 'ACCESS_DENIED'],
    ['otherCandidate', 403, 'ACCESS_DENIED'],
    ['hrElsewhere', 404, 'NOT_FOUND'],
    ['namesakeElsewhere', 404, 'NOT_FOUND'],
  ] as const)('%s is refused with %d', async (who, status, code) => {
    const { round, people } = await aRound();
    const response = await world.request(ownPath(await upload(people.candidate, round)), people[who]);
    expect([response.status, await codeOf(response)]).toEqual([status, code]);
  });

  test('no viewer, no file', async () => {
    const { round, people } = await aRound();
    const response = await world.request(ownPath(await upload(people.candidate, round)), null);
    expect([response.status, await codeOf(response)]).toEqual([401, 'AUTH_REQUIRED']);
  });

  test.each(['..%2f..%2fetc%2fpasswd', '../incoming/x', `${randomUUID()}.pdf`, `${randomUUID()}.pdf%00.txt`])(
    'an unknown name %p is NOT_FOUND',
    async (name) => {
      expect((await world.request(`/files/${name}`, aViewer('ADMIN'))).status).toBe(404);
    },
  );

  test.each([
    ['bytes=0-4', 206, [0, 5]],
    ['bytes=100-', 206, [100, undefined]],
    ['bytes=-7', 206, [-7, undefined]],
    ['bytes=0-99999999', 206, [0, undefined]],
    ['bytes=0-1,5-6', 200, [0, undefined]],
    ['lines=1-2', 200, [0, undefined]],
  ] as const)('answers the range %p with %d', async (range, status, [from, to]) => {
    const { round, people } = await aRound();
    const content = await fixture('resume.pdf');
    const url = await upload(people.candidate, round);
    const response = await world.request(ownPath(url), people.hr, { headers: { range } });
    expect(response.status).toBe(status);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(content.subarray(from, to));
  });

  test('answers a range outside the file with 416', async () => {
    const { round, people } = await aRound();
    const url = await upload(people.candidate, round);
    const response = await world.request(ownPath(url), people.hr, { headers: { range: 'bytes=99999999-' } });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe(`bytes */${(await fixture('resume.pdf')).length}`);
  });

  test('answers a range of another version with the whole file', async () => {
    const { round, people } = await aRound();
    const url = ownPath(await upload(people.candidate, round));
    const etag = (await world.request(url, people.hr)).headers.get('etag') ?? '';
    const statusWith = async (ifRange: string) =>
      (await world.request(url, people.hr, { headers: { range: 'bytes=0-4', 'if-range': ifRange } })).status;
    expect(await statusWith(etag)).toBe(206);
    expect(await statusWith('"another"')).toBe(200);
  });
});

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

/** The same compound file, its entry `WordDocument` called otherwise. */
function withoutWord(document: Uint8Array): Uint8Array {
  const copy = Buffer.from(document);
  const name = Buffer.from('WordDocument', 'utf16le');
  const at = copy.indexOf(name);
  if (at < 0) throw new Error('The fixture holds no Word document.');
  copy.write('Xord', at, 'utf16le');
  return copy;
}
