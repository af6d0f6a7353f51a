/** Who may read the file, and how it is sent. */
import { randomUUID } from 'node:crypto';
import { aViewer } from '@interview/subgraph-kit/testing/subgraph-world';
import { describe, expect, test } from '@jest/globals';
import { aRound, codeOf, fixture, ownPath, upload, useResumesWorld, world } from './testing/resumes-world.js';

useResumesWorld();

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

  test('answers HEAD with the headers of the file alone', async () => {
    const { round, people } = await aRound();
    const url = ownPath(await upload(people.candidate, round));
    const head = await world.request(url, people.hr, { method: 'HEAD', headers: { range: 'bytes=0-4' } });
    const whole = await world.request(url, people.hr);
    expect([head.status, (await head.arrayBuffer()).byteLength]).toEqual([200, 0]);
    const headersOf = ({ headers }: Response) =>
      Object.fromEntries([...headers].filter(([name]) => !['date', 'connection', 'keep-alive'].includes(name)));
    expect(headersOf(head)).toEqual(headersOf(whole));
    expect((await world.request(url, people.otherInterviewer, { method: 'HEAD' })).status).toBe(403);
  });

  test('answers 304 to who has this version, and only to who may have it', async () => {
    const { round, people } = await aRound();
    const url = ownPath(await upload(people.candidate, round));
    const etag = (await world.request(url, people.hr)).headers.get('etag') ?? '';
    const statusWith = async (ifNoneMatch: string, who = people.hr) =>
      (await world.request(url, who, { headers: { 'if-none-match': ifNoneMatch } })).status;
    expect(await statusWith(etag)).toBe(304);
    expect(await statusWith(`"x", W/${etag}`)).toBe(304);
    expect(await statusWith('*')).toBe(304);
    expect(await statusWith('"x"')).toBe(200);
    expect(await statusWith(etag, people.otherInterviewer)).toBe(403);
  });
});
