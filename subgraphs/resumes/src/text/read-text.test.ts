import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { textContent, tinyDocx, tinyPdf, tinyZip } from '../testing/tiny-files.js';
import { ReadingFailedError, type ResumeKind, readText } from './read-text.js';

const fixture = async (name: string) =>
  new Uint8Array(await readFile(new URL(`../../fixtures/${name}`, import.meta.url)));
const thread = (name: string) => fileURLToPath(new URL(`../../fixtures/threads/${name}.mjs`, import.meta.url));
const textOf = async (bytes: Uint8Array<ArrayBuffer>, kind: ResumeKind) => {
  const reading = await readText(bytes, kind);
  if (reading.kind !== 'text') throw new Error(reading.reason);
  return reading.text;
};
const reasonOf = async (bytes: Uint8Array<ArrayBuffer>, kind: ResumeKind) => {
  const reading = await readText(bytes, kind);
  return reading.kind === 'unreadable' ? reading.reason : `read: ${reading.text}`;
};

describe('the text of a real file', () => {
  test.each(['pdf', 'docx', 'doc'] as const)('%s keeps its lines, their order and their dashes', async (kind) => {
    const lines = (await textOf(await fixture(`resume.${kind}`), kind))
      .split('\n')
      .map((line) => line.replace('• ', ''));
    expect(lines).toEqual([
      'Jane Doe',
      'Senior Backend Engineer — jane@example.org — +1 555 0100',
      'Summary',
      '5 years of Go, 3 years of Kubernetes',
      'Experience',
      'Senior Engineer, Acme 2018 – 2023',
      'Built payment services in Go and PostgreSQL on Kubernetes',
      'Software Engineer, Initech Jan 2015 – Dec 2017',
      'Java and Python microservices',
      'Education',
      'BSc Computer Science, Example University 2011 – 2015',
    ]);
  });
});

describe('a PDF', () => {
  test('sets columns of a line apart by a tab, paragraphs by an empty line', async () => {
    const content = `BT /F 11 Tf 50 780 Td (Planner) Tj 300 0 Td (2019 - 2022) Tj -300 -13 Td (Acme) Tj 0 -40 Td (Skills) Tj ET`;
    expect(await textOf(tinyPdf({ pages: [content] }), 'pdf')).toBe('Planner\t2019 - 2022\nAcme\n\nSkills');
  });

  test('is read page by page', async () => {
    const pdf = tinyPdf({ pages: [textContent(['first', 'page']), textContent(['second'])] });
    expect(await textOf(pdf, 'pdf')).toBe('first\npage\n\nsecond');
  });

  test('of more pages than the limit is read up to it, with a remark', async () => {
    const pdf = tinyPdf({ pages: ['a', 'b', 'c'].map((line) => textContent([line])) });
    const reading = await readText(pdf, 'pdf', { limits: { maxPages: 2 } });
    expect(reading).toEqual({
      kind: 'text',
      text: 'a\n\nb',
      remark: expect.stringMatching(/very long.*first 2 pages/),
    });
  });

  test('that shows nothing but pictures is taken for a scan', async () => {
    expect(await reasonOf(tinyPdf({ pages: ['0 0 595 842 re f'] }), 'pdf')).toMatch(/holds no text: it may be a scan/);
  });

  test('that asks for a password is not read', async () => {
    const key = `<${'00'.repeat(32)}>`;
    const trailer = `/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O ${key} /U ${key} >> /ID [<00> <00>]`;
    const pdf = tinyPdf({ pages: [textContent(['secret'])], trailer });
    expect(await reasonOf(pdf, 'pdf')).toBe('The file is protected by a password.');
  });

  test('that inflates to more than memory allows is left', async () => {
    const pdf = tinyPdf({ pages: [Buffer.alloc(600 * 1024 * 1024, ' ')] });
    const before = process.memoryUsage().rss;
    expect(await reasonOf(pdf, 'pdf')).toBe('The file needs too much memory to be read.');
    expect(process.memoryUsage().rss - before).toBeLessThan(500 * 1024 * 1024);
  });
});

describe('a DOCX', () => {
  const run = (text: string) => `<w:r><w:t>${text}</w:t></w:r>`;
  const paragraph = (inside: string) => `<w:p>${inside}</w:p>`;

  test('keeps breaks and tabs, marks list items, sets cells apart', async () => {
    const body = [
      paragraph(
        `<w:pPr><w:tabs><w:tab w:val="right"/></w:tabs></w:pPr>${run('Planner')}<w:r><w:tab/></w:r>${run('2019')}`,
      ),
      paragraph(`${run('Acme')}<w:r><w:br/></w:r>${run('Berlin')}`),
      paragraph(`<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr>${run('task')}`),
      paragraph(`<w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>${run('no item')}`),
      `<w:tbl><w:tr><w:tc>${paragraph(run('Go'))}</w:tc><w:tc>${paragraph(run('5 years'))}</w:tc></w:tr></w:tbl>`,
    ];
    expect(await textOf(tinyDocx(body.join('')), 'docx')).toBe(
      'Planner\t2019\nAcme\nBerlin\n• task\nno item\nGo\t5 years',
    );
  });

  test('leaves out what was deleted, moved away or is repeated for old programs', async () => {
    const body = `<w:p>${run('kept')}<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del><w:moveFrom>${run('moved')}</w:moveFrom></w:p>
      <mc:AlternateContent><mc:Choice><w:p>${run('box')}</w:p></mc:Choice><mc:Fallback><w:p>${run('box')}</w:p></mc:Fallback></mc:AlternateContent>`;
    expect(await textOf(tinyDocx(body), 'docx')).toBe('kept\nbox');
  });

  test('that declares entities gets none of them', async () => {
    const docx = tinyDocx(paragraph(run('&file;')), '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>');
    expect(await reasonOf(docx, 'docx')).toBe('The file is broken: it cannot be opened.');
  });

  test('that inflates too far is left, whatever its directory says', async () => {
    const bomb = { 'word/document.xml': Buffer.alloc(64 * 1024 * 1024, ' ') };
    expect(await reasonOf(tinyZip(bomb), 'docx')).toMatch(/too large to be read/);
    expect(await reasonOf(tinyZip(bomb, 1000), 'docx')).toMatch(/broken/);
  });

  test('without its main part is broken; without text it may be a scan', async () => {
    expect(await reasonOf(tinyZip({ 'word/other.xml': '<a/>' }), 'docx')).toMatch(/broken/);
    expect(await reasonOf(tinyDocx(paragraph('')), 'docx')).toMatch(/may be a scan/);
  });
});

test('a DOC that asks for a password is not read', async () => {
  const file = await fixture('resume.doc');
  const view = Buffer.from(file.buffer);
  const at = view.indexOf(Buffer.from([0xec, 0xa5]));
  view.writeUInt16LE(view.readUInt16LE(at + 10) | 0x0100, at + 10);
  expect(await reasonOf(file, 'doc')).toBe('The file is protected by a password.');
});

describe.each(['pdf', 'docx', 'doc'] as const)('a broken %s', (kind) => {
  test.each([
    ['cut', 0.3],
    ['cut late', 0.9],
  ])('%s short is read in part or called broken', async (_how, share) => {
    const file = await fixture(`resume.${kind}`);
    expect(await reasonOf(file.slice(0, Math.floor(file.length * share)), kind)).toMatch(/broken|no text|^read: /);
  });

  test('of any bytes ends in an answer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (bytes) => {
        expect(await reasonOf(new Uint8Array(bytes), kind)).toMatch(/broken|no text/);
      }),
      { numRuns: 5 },
    );
  });
});

describe('a thread', () => {
  const started = (name: string, limits = {}) => readText(new Uint8Array([1]), 'pdf', { thread: thread(name), limits });

  test('that hangs is ended when its time is over', async () => {
    await expect(started('hangs', { timeMs: 300 })).rejects.toThrow(ReadingFailedError);
    await expect(started('hangs', { timeMs: 300 })).rejects.toThrow(/within 300 ms/);
  });

  test('that hangs is ended when it is not wanted any more', async () => {
    const signal = AbortSignal.timeout(100);
    const reading = readText(new Uint8Array([1]), 'pdf', { thread: thread('hangs'), signal });
    await expect(reading).rejects.toThrow(/was ended/);
  });

  test.each(['fills-its-heap', 'fills-buffers'])('that %s is ended, and the process lives on', async (name) => {
    expect(await started(name, { memoryMb: 64 })).toEqual({
      kind: 'unreadable',
      reason: 'The file needs too much memory to be read.',
    });
  });

  test('that dies fails the reading', async () => {
    await expect(started('dies')).rejects.toThrow(/ended with code 3/);
  });
});
