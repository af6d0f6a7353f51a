import { readFile } from 'node:fs/promises';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fileOf } from '../testing/file-bytes.js';
import { CATALOG, objectStream, pdf, stream } from '../testing/pdf-file.js';
import { docx, zipFile } from '../testing/zip-file.js';
import { checkPdf } from './check-pdf.js';

const check = (bytes: Uint8Array, chunkBytes?: number) => checkPdf(fileOf(bytes, chunkBytes));
const opening = (action: string) => CATALOG.replace('>>', `/OpenAction ${action}>>`);
const SCRIPT = '<</S/JavaScript/JS(app.alert\\(1\\))>>';
const LINK = '<</Type/Annot/Subtype/Link/A<</S/URI/URI(https://example.com)>>>>';

describe('a PDF is taken', () => {
  test('that a word processor wrote', async () => {
    await check(await readFile(new URL('../../fixtures/resume.pdf', import.meta.url)));
  });

  const RIGHT: Record<string, Buffer> = {
    'with a page of text': pdf(),
    'with text about JavaScript': pdf({
      content: 'BT (HTML/JavaScript /Launch) Tj (\\)/JS) Tj ET',
      more: [
        '<</Title(HTML/CSS/JavaScript \\(/JS\\) (/Launch))/Alt<2f4a61766153637269707420>>>',
        '% /JavaScript\nnull',
      ],
    }),
    'with names written in hexadecimal': pdf({ more: ['<</Lime#20Green/A#42>>'] }),
    'with objects in a stream': pdf({ more: [objectStream([LINK, '<</A[1 2 3]>>', '42', '(a \\) b)', '[/X/Y]'])] }),
    'with objects in a plain stream': pdf({
      more: [objectStream(['<</A 1>>'], { dictionary: '', deflate: (c) => c })],
    }),
    'with objects in a stream whose offsets count white space': pdf({
      more: [objectStream(['<</A 1>>', '<</B 1>>'], { offsets: [0, 8] })],
    }),
    'with links': pdf({ more: [LINK, '<</S/URI/URI(https://example.com)>>'] }),
    'that opens at a place': pdf({ catalog: opening('[3 0 R /Fit]') }),
    'that opens with going to a place': pdf({ catalog: opening('<</S/GoTo/D[3 0 R/Fit]>>') }),
    'that opens with a reference to going to a place': pdf({
      catalog: opening('5 0 R'),
      more: ['<</S/GoTo/D[3 0 R/Fit]>>'],
    }),
    'that was changed, with the change behind its first end': pdf({
      after:
        '5 0 obj<</A 1>>endobj\nxref\n5 1\n0000000900 00000 n \ntrailer<</Size 6/Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF',
    }),
    'with empty space behind its end': pdf({ after: `\r\n\r\n${'\0'.repeat(100)}` }),
    'with a tagged structure': pdf({ more: ['<</S/P/K[<</S/Span>>]>>'] }),
    'with random bytes in a stream': pdf({
      more: [stream(Buffer.from(Array.from({ length: 200_000 }, (_, n) => (n * 7919 + (n >> 3) * 31) % 256)))],
    }),
  };
  test.each(Object.entries(RIGHT))('%s', (_what, bytes) => check(bytes));

  test('whatever its chunks are', async () => {
    const bytes = pdf({ more: [objectStream([LINK, '<</A 1>>'])], content: 'endstrea endstrea' });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 400 }), (chunkBytes) => check(bytes, chunkBytes)),
      { numRuns: 60 },
    );
  });
});

describe('a broken PDF', () => {
  const cut = (bytes: Buffer, by = 10) => bytes.subarray(0, -by);
  const BROKEN: Record<string, Buffer> = {
    'that is cut off': cut(pdf()),
    'that is cut off in a stream': pdf({ more: [stream('x'.repeat(1000))] }).subarray(0, 700),
    'that is cut off in a packed stream': pdf({ more: [objectStream([LINK, LINK])] }).subarray(0, 500),
    'that closes what it did not open': pdf({ more: ['<</A[1>>]'] }),
    'of which there is only the beginning': Buffer.from('%PDF-1.7\n'),
    'that is words': Buffer.from('%PDF-1.4 this is no resume\n%%EOF\n'),
    'that is noise': Buffer.concat([
      Buffer.from('%PDF-1.7\n'),
      Buffer.from(Array.from({ length: 50_000 }, (_, n) => (n * 7919 + (n >> 3) * 31) % 256)),
    ]),
  };
  test.each(Object.entries(BROKEN))('%s is taken: its text says that it cannot be read', (_what, bytes) =>
    check(bytes),
  );

  const late = (object: string | Buffer) => cut(pdf({ more: ['<</A[1>>]', object] }));
  const HARMFUL: Record<string, [bytes: Buffer, message: RegExp]> = {
    'with JavaScript': [late(SCRIPT), /damaged, and holds \/JavaScript/],
    'with JavaScript, its name escaped': [late('<</S/J#61vaScript>>'), /damaged, and holds \/JavaScript/],
    'with JavaScript in an object stream': [late(objectStream([SCRIPT])), /damaged, and holds \/J/],
    'with objects packed twice': [
      late(objectStream(['1'], { dictionary: '/Type/ObjStm/Filter[/FlateDecode/FlateDecode]' })),
      /well-formed|cannot be checked/,
    ],
    'with objects packed in another way': [
      late(objectStream(['1'], { dictionary: '/Type/ObjStm/Filter/LZWDecode' })),
      /well-formed|cannot be checked/,
    ],
    'with JavaScript under the key alone': [late('<</S/X/JS (x)>>'), /damaged, and holds \/JS/],
    'that acts by itself': [late('<</AA 9 0 R>>'), /damaged, and holds \/AA/],
    'that starts a program': [late('<</S/Launch/F(cmd.exe)>>'), /holds \/Launch/],
    'that opens with something': [cut(pdf({ catalog: opening('9 0 R') })), /holds \/OpenAction/],
    'that is encrypted': [cut(pdf({ trailer: '<</Encrypt 9 0 R>>' })), /is encrypted|holds \/Encrypt/],
    'that is a page of the web': [Buffer.from('%PDF-1.4\n<html><script>alert(1)</script>'), /another kind|well-formed/],
    'that is a program': [Buffer.from('%PDF-1.4\nMZ This program cannot be run in DOS mode'), /another kind/],
    'that is a script': [Buffer.from('%PDF-1.4\n#!/bin/sh\n'), /another kind/],
    'with a RAR archive': [Buffer.from('%PDF-1.4\njunk Rar!\x1a\x07\0', 'latin1'), /RAR archive/],
    'with data behind its end': [pdf({ after: 'junk' }), /not part of a PDF/],
    'that unpacks to far more': [late(stream(deflateSync(Buffer.alloc(3 * 1024 * 1024)))), /unpacks to far more/],
    'that is too large to be looked through': [
      cut(pdf({ more: [stream(Buffer.alloc(5 * 1024 * 1024, 'x'))] })),
      /cut off/,
    ],
  };
  test.each(Object.entries(HARMFUL))('%s is refused', async (_what, [bytes, message]) => {
    const refusal = { code: 'UNSUPPORTED_MEDIA_TYPE', message: expect.stringMatching(message) };
    await expect(check(bytes)).rejects.toMatchObject(refusal);
  });
});

describe('a PDF is refused', () => {
  const inStream = (object: string, options?: Parameters<typeof objectStream>[1]) =>
    pdf({ more: [objectStream(['<</A 1>>', object], options)] });
  const hiddenObject = `9 0 obj ${SCRIPT} endobj`;

  const HOSTILE: Record<string, [bytes: Buffer, message: RegExp]> = {
    'with JavaScript': [pdf({ more: [SCRIPT] }), /holds JavaScript/],
    'with JavaScript, its names escaped': [pdf({ more: ['<</S/J#61va#53cript/#4aS(x)>>'] }), /holds JavaScript/],
    'with JavaScript under the key alone': [pdf({ more: ['<</S/Rend#69tion/JS(x)>>'] }), /Rendition|JavaScript/],
    'with JavaScript among its names': [
      pdf({ catalog: CATALOG.replace('>>', '/Names<</JavaScript 5 0 R>>>>') }),
      /holds JavaScript/,
    ],
    'with JavaScript in an object stream': [inStream(SCRIPT), /holds JavaScript/],
    'with JavaScript in an object stream, escaped': [inStream('<</S/JavaScrip#74>>'), /holds JavaScript/],
    'with JavaScript in a stream that only its keys tell': [
      pdf({ more: [objectStream(['<</A 1>>', SCRIPT], { dictionary: '/Filter[/FlateDecode]/Type/None' })] }),
      /holds JavaScript/,
    ],
    'with JavaScript after a text that does not end where it seems to': [
      pdf({ more: [`<</T(a\\\\)/N ${SCRIPT}>>`] }),
      /holds JavaScript/,
    ],
    'whose contents lie elsewhere': [pdf({ more: [stream('', '/F<</FS/URL/F(https://evil.example)>>')] }), /elsewhere/],
    'that starts a program': [pdf({ more: ['<</S/Launch/F(cmd.exe)>>'] }), /starts a program/],
    'with an attachment': [pdf({ more: [stream('MZ', '/Type/EmbeddedFile')] }), /another file/],
    'with an attachment that is not called one': [
      pdf({ more: ['<</Type/Filespec/F(a.exe)/EF<</F 9 0 R>>>>'] }),
      /another file/,
    ],
    'with active media': [pdf({ more: ['<</Subtype/RichMedia>>'] }), /active media/],
    'with a form that sends data': [
      pdf({ more: ['<</S/SubmitForm/F(https://evil.example)>>'] }),
      /sends data elsewhere/,
    ],
    'with an XFA form': [pdf({ more: ['<</XFA 9 0 R>>'] }), /XFA/],
    'that acts by itself': [pdf({ more: ['<</Type/Page/AA<</O 9 0 R>>>>'] }), /acts by itself/],
    'that opens a page of the web': [
      pdf({ catalog: opening('<</S/URI/URI(https://evil.example)>>') }),
      /acts when it is opened/,
    ],
    'that opens a page of the web by reference': [
      pdf({ catalog: opening('5 0 R'), more: ['<</S/URI/URI(https://evil.example)>>'] }),
      /acts when it is opened/,
    ],
    'that opens a page of the web from an object stream': [
      pdf({ catalog: opening('21 0 R'), more: [objectStream(['1', '<</S/URI/URI(https://evil.example)>>'])] }),
      /acts when it is opened/,
    ],
    'that goes somewhere and then acts': [
      pdf({ catalog: opening('<</S/GoTo/D[3 0 R/Fit]/Next 5 0 R>>') }),
      /acts when it is opened/,
    ],
    'that is encrypted': [
      pdf({ trailer: '<</Size 5/Root 1 0 R/Encrypt<</Filter/Standard>>>>' }),
      /is encrypted.*without a password/,
    ],
    'that is encrypted, as a stream of references says': [
      pdf({ more: [stream('x', '/Type/XRef/Encrypt 9 0 R')] }),
      /is encrypted/,
    ],
    'with a ZIP archive behind its end': [
      Buffer.concat([pdf(), zipFile([{ name: 'a', content: 'a' }])]),
      /also a ZIP archive/,
    ],
    'with a DOCX file within a stream': [pdf({ more: [stream(docx())] }), /also a ZIP archive/],
    'with a program behind its end': [pdf({ after: 'MZ\x90\0\x03\0\0\0 This program' }), /not part of a PDF/],
    'with a page of the web behind its end': [
      pdf({ after: '<script>alert(1)</script>' }),
      /not part of a PDF|behind its end|not a well-formed/,
    ],
    'with a program behind its end, and an end behind that': [
      pdf({ after: 'MZ This program\n%%EOF' }),
      /not part of a PDF/,
    ],
    'with a comment behind its end': [pdf({ after: '%%EOF MZ This program' }), /behind its end/],
    'with a RAR archive in it': [
      pdf({ more: [stream(Buffer.from('Rar!\x1a\x07\0', 'latin1'))] }),
      /also a RAR archive/,
    ],
    'with a 7-Zip archive in it': [
      pdf({ more: [stream(Buffer.from('7z\xbc\xaf\x27\x1c', 'latin1'))] }),
      /also a 7-Zip archive/,
    ],
    'that hides an object in a stream': [pdf({ content: hiddenObject }), /hides objects/],
    'that hides an object in a string': [pdf({ more: [`<</T(${hiddenObject})>>`] }), /hides objects/],
    'that hides an object in a comment': [pdf({ more: [`% ${hiddenObject}\nnull`] }), /hides objects/],
    'that hides an object behind a comment': [pdf({ content: `9 0 % a\n obj ${SCRIPT}` }), /hides objects/],
    'that hides an object behind much space': [pdf({ content: `9 0${' '.repeat(500)}obj ${SCRIPT}` }), /hides objects/],
    'that hides a trailer': [pdf({ content: `xref 0 0 trailer <</Root<</OpenAction ${SCRIPT}>>>>` }), /hides objects/],
    'that hides an object in a string of an object stream': [
      inStream(`(${SCRIPT})`, { offsets: [0, 10] }),
      /cannot be checked/,
    ],
    'with objects compressed in another way': [inStream('1', { dictionary: '/Filter/LZWDecode' }), /cannot be checked/],
    'with objects compressed twice': [
      inStream('1', { dictionary: '/Filter[/FlateDecode/FlateDecode]', deflate: (c) => deflateSync(deflateSync(c)) }),
      /cannot be checked/,
    ],
    'with objects behind a predictor': [
      inStream('1', { dictionary: '/Filter/FlateDecode/DecodeParms[<</Predictor 12>>]' }),
      /cannot be checked/,
    ],
    'with objects whose filter is told twice': [
      inStream('1', { dictionary: '/Filter/FlateDecode/Filter/LZWDecode' }),
      /cannot be checked/,
    ],
    'with objects whose filter is elsewhere': [inStream('1', { dictionary: '/Filter 9 0 R' }), /cannot be checked/],
    'with objects that do not unpack': [inStream('1', { deflate: () => Buffer.from('no') }), /cannot be checked/],
    'with objects that unpack to far more': [
      pdf({ more: [objectStream([`(${' '.repeat(33 * 1024 * 1024)})`])] }),
      /unpacks to far more/,
    ],
    'nested without end': [pdf({ more: ['['.repeat(5000)] }), /nested deeper/],
  };

  test.each(Object.entries(HOSTILE))('%s', async (_what, [bytes, message]) => {
    const refusal = { code: 'UNSUPPORTED_MEDIA_TYPE', message: expect.stringMatching(message) };
    await expect(check(bytes)).rejects.toMatchObject(refusal);
    // However it comes in.
    if (bytes.length < 20_000) await expect(check(bytes, 13)).rejects.toMatchObject(refusal);
  });
});
