/** What an upload may hold. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  aRound,
  expectRefused,
  fixture,
  MAX_BYTES,
  type Part,
  partsFor,
  send,
  upload,
  useResumesWorld,
  world,
} from './testing/resumes-world.js';

useResumesWorld();

describe('uploading', () => {
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
