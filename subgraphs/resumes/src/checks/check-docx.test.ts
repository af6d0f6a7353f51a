import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { fileOf } from '../testing/file-bytes.js';
import { pdf } from '../testing/pdf-file.js';
import { contentTypes, docx, relationship, relationships, type ZipPart, zipFile } from '../testing/zip-file.js';
import { checkDocx } from './check-docx.js';

const check = (bytes: Uint8Array, chunkBytes?: number) => checkDocx(fileOf(bytes, chunkBytes));
const part = (name: string, content: string | Uint8Array, more: Partial<ZipPart> = {}): ZipPart => ({
  name,
  content,
  ...more,
});
const linked = (type: string, target: string, mode = 'External') =>
  docx([part('word/_rels/document.xml.rels', relationships(relationship(type, target, mode)))]);
const LINK = 'hyperlink';
const MACRO_MAIN = 'application/vnd.ms-word.document.macroEnabled.main+xml';

describe('a DOCX file is taken', () => {
  test('that a word processor wrote', async () => {
    await check(await readFile(new URL('../../fixtures/resume.docx', import.meta.url)));
  });

  test.each([1, 7, 1000])('in chunks of %d bytes', (chunkBytes) => check(docx(), chunkBytes));

  test.each<[string, Buffer]>([
    ['with links to the web and to mail', linked(LINK, 'https://example.com/?a=1&amp;b=2')],
    ['with a link to mail', linked(LINK, 'mailto:zoe@example.com')],
    ['with a link that names no scheme', linked(LINK, 'example.com/me')],
    [
      'with a picture',
      docx([part('word/media/image1.png', Buffer.from('89504e470d0a1a0a00', 'hex'), { stored: true })]),
    ],
    ['with an empty part', docx([part('word/empty.bin', '', { stored: true })])],
    ['with a folder', docx([part('word/', '', { stored: true })])],
    ['with sizes behind the data', docx([part('word/a.xml', '<a/>', { descriptor: true })])],
    ['with sizes behind the data, unsigned', docx([part('word/a.xml', '<a/>', { descriptor: 'unsigned' })])],
    [
      'in UTF-16',
      docx([part('word/a.xml', Buffer.from('\ufeff<?xml version="1.0" encoding="UTF-16"?><a/>', 'utf16le'))]),
    ],
    ['with text that looks like a declaration', docx([part('word/a.xml', '<a>&lt;!DOCTYPE html> and ENTITY</a>')])],
    [
      'with much text',
      docx([part('word/a.xml', `<a>${'Ten years of experience. '.repeat(10_000)}${Math.random()}</a>`)]),
    ],
  ])('%s', (_what, bytes) => check(bytes));
});

describe('a DOCX file is refused', () => {
  const inUtf16 = (text: string, order: 'le' | 'be', mark = true) => {
    const bytes = Buffer.from((mark ? '\ufeff' : '') + text, 'utf16le');
    return order === 'le' ? bytes : bytes.swap16();
  };
  const DTD = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>';
  const bomb = Buffer.alloc(20 * 1024 * 1024, ' ');
  const noise = Buffer.from(Array.from({ length: 100 }, (_, n) => n));

  const HOSTILE: Record<string, [bytes: Buffer, message: RegExp]> = {
    'with macros': [docx([part('word/vbaProject.bin', noise)]), /holds macros \(word\/vbaProject\.bin\)/],
    'with macros under another name, typed': [
      docx([
        part(
          '[Content_Types].xml',
          contentTypes('<Default Extension="dat" ContentType="application/vnd.ms-office.vbaProject"/>'),
        ),
      ]),
      /holds macros/,
    ],
    'with macros under another name, related': [
      linked('http://schemas.microsoft.com/office/2006/relationships/vbaProject', 'x.dat', ''),
      /holds macros/,
    ],
    'that is a DOCM file': [docx([part('[Content_Types].xml', contentTypes('', MACRO_MAIN))]), /holds macros/],
    'that is a workbook': [
      docx([
        part(
          '[Content_Types].xml',
          contentTypes('', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'),
        ),
      ]),
      /not a document of Word/,
    ],
    'that is any ZIP archive': [zipFile([part('a.txt', 'a')]), /not a document of Word/],
    'with ActiveX': [docx([part('word/activeX/activeX1.bin', noise)]), /ActiveX/],
    'with an embedded object': [docx([part('word/embeddings/oleObject1.bin', noise)]), /embedded objects/],
    'with a related object': [linked('oleObject', 'x.bin', ''), /embedded objects/],
    'with a template elsewhere': [
      linked('attachedTemplate', 'https://evil.example/x.dotm'),
      /refers to a template elsewhere/,
    ],
    'with an HTML document in it': [linked('aFChunk', 'x.html', ''), /holds another document/],
    'with a picture elsewhere': [linked('image', 'https://evil.example/pixel.png'), /refers to something elsewhere/],
    'with something elsewhere, written in references': [
      docx([
        part(
          'word/_rels/document.xml.rels',
          relationships(
            `<Relationship Id='a' Type='x/image' Target='//evil.example/x' TargetMode='&#69;xtern&#x61;l'/>`,
          ),
        ),
      ]),
      /refers to something elsewhere/,
    ],
    'with a link to a script': [linked(LINK, 'JavaScript:alert(1)'), /link that is neither/],
    'with a link to a file': [linked(LINK, 'file:///C:/x.exe'), /link that is neither/],
    'with a link to a share': [linked(LINK, '\\\\evil.example\\x'), /link that is neither/],
    'with broken relationships': [
      docx([part('word/_rels/a.rels', '<Relationships><a></Relationships>')]),
      /not well-formed/,
    ],
    'with a DTD': [docx([part('word/document.xml', DTD)]), /document type or entities \(word\/document\.xml\)/],
    'with a DTD in any case': [docx([part('word/a.xml', DTD.toLowerCase())]), /document type or entities/],
    'with a DTD in UTF-16': [docx([part('word/a.xml', inUtf16(DTD, 'le'))]), /document type or entities/],
    'with a DTD in UTF-16, the other way': [
      docx([part('word/a.xml', inUtf16(DTD, 'be'))]),
      /document type or entities/,
    ],
    'with a DTD in UTF-16 without a mark': [
      docx([part('word/a.xml', inUtf16(DTD, 'be', false))]),
      /document type or entities/,
    ],
    'with a DTD in a part of any name': [docx([part('word/a.bin', DTD)]), /document type or entities/],
    'with a DTD in relationships': [docx([part('word/_rels/a.rels', DTD)]), /document type or entities/],
    'with XML in UTF-7': [
      docx([part('word/a.xml', '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>')]),
      /not XML in UTF-8 or UTF-16/,
    ],
    'with XML that is not text': [
      docx([part('word/a.xml', Buffer.from('3c613eff3c2f613e', 'hex'))]),
      /not XML in UTF-8/,
    ],
    'with an archive in it': [
      docx([part('word/media/a.png', zipFile([part('a', 'a')]))]),
      /holds a ZIP archive \(word\/media\/a\.png\)/,
    ],
    'with a gzip archive in it': [docx([part('word/media/a.emz', gzipSync('a'))]), /holds a gzip archive/],
    'with an old document in it': [
      docx([part('word/a.bin', Buffer.from('d0cf11e0a1b11ae1', 'hex'))]),
      /holds an old Office document/,
    ],
    'with a PDF in it': [docx([part('word/media/a.png', pdf(), { stored: true })]), /(holds|also) a PDF/],
    'with a program in it': [
      docx([part('word/media/a.png', Buffer.concat([Buffer.from('MZ'), noise]))]),
      /holds a program/,
    ],
    'with a RAR archive within a part': [
      docx([
        part('word/media/a.png', Buffer.concat([noise, Buffer.from('Rar!\x1a\x07\0', 'latin1')]), { stored: true }),
      ]),
      /also a RAR archive/,
    ],
    'with bytes before it': [docx([], { before: Buffer.from('MZ and more') }), /data between its parts or before them/],
    'with a PDF before it': [docx([], { before: pdf() }), /also a PDF/],
    'with bytes before its list': [docx([], { beforeList: noise }), /holds data between its parts/],
    'with bytes behind it': [docx([], { after: noise }), /data behind its end, or is cut off/],
    'with a comment': [docx([], { comment: noise }), /data behind its end, or is cut off/],
    'cut off': [docx().subarray(0, -30), /data behind its end, or is cut off/],
    'with bytes behind compressed data': [
      docx([part('word/a.xml', '<a/>', { behindData: noise })]),
      /holds data between its parts/,
    ],
    'that leads out of its folder': [docx([part('../../etc/cron.d/x', 'x')]), /name leads elsewhere/],
    'that leads to the root': [docx([part('/etc/passwd', 'x')]), /name leads elsewhere/],
    'that leads out with backslashes': [docx([part('word\\..\\..\\x', 'x')]), /name leads elsewhere/],
    'that leads to a drive': [docx([part('C:x', 'x')]), /name leads elsewhere/],
    'with a NUL in a name': [docx([part('word/a\0.xml', 'x')]), /name leads elsewhere/],
    'with the same name twice': [
      docx([part('word/a.xml', '<a/>'), part('WORD/a.xml', '<b/>')]),
      /two parts of the same name/,
    ],
    'with another name before the data': [
      docx([part('word/a.xml', '<a/>', { claims: { localName: 'word/b.xml' } })]),
      /describes a part in two different ways/,
    ],
    'that unpacks to far more': [docx([part('word/a.bin', bomb)]), /unpacks to far more/],
    'that unpacks to far more than it claims': [
      docx([part('word/a.bin', bomb, { claims: { size: 100 } })]),
      /unpacks to far more/,
    ],
    'with a wrong size': [docx([part('word/a.bin', noise, { claims: { size: 99 } })]), /is damaged \(word\/a\.bin\)/],
    'with a wrong checksum': [docx([part('word/a.bin', noise, { claims: { crc: 1 } })]), /is damaged/],
    'with data that do not unpack': [
      docx([part('word/a.bin', noise, { stored: true, claims: { method: 8 } })]),
      /is damaged/,
    ],
    'compressed in another way': [docx([part('word/a.bin', noise, { claims: { method: 12 } })]), /compressed in a way/],
    'with an encrypted part': [docx([part('word/a.bin', noise, { claims: { flags: 1 } })]), /is encrypted/],
    'with too many parts': [
      docx(Array.from({ length: 1000 }, (_, n) => part(`word/${n}.bin`, '', { stored: true }))),
      /more than 1000 parts/,
    ],
  };

  test.each(Object.entries(HOSTILE))('%s', async (_what, [bytes, message]) => {
    await expect(check(bytes)).rejects.toMatchObject({
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: expect.stringMatching(message),
    });
  });
});
