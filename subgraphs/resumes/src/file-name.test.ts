import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { attachment, extensionOf, safeFileName } from './file-name.js';

describe('a safe file name', () => {
  test.each([
    ['resume.pdf', 'resume.pdf'],
    ['Zoë Müller – Lebenslauf.docx', 'Zoë Müller – Lebenslauf.docx'],
    ['履歴書.pdf', '履歴書.pdf'],
    ['../../etc/passwd.pdf', 'passwd.pdf'],
    ['C:\\Users\\me\\cv.doc', 'cv.doc'],
    ['..\\..\\cv.doc', 'cv.doc'],
    ['cv.pdf\0.exe', 'cv.pdf.exe'],
    ['cv\r\nSet-Cookie: a=b.pdf', 'cvSet-Cookie_ a=b.pdf'],
    ['cv\u202Efdp.exe', 'cvfdp.exe'],
    ['\u200Fcv\uFEFF.pdf', 'cv.pdf'],
    ['"cv" <1>|?*.pdf', '_cv_ _1____.pdf'],
    ['  .hidden.pdf. ', 'hidden.pdf'],
    ['cafe\u0301.pdf', 'caf\u00e9.pdf'],
    ['.pdf', 'pdf'],
    ['', 'resume'],
    ['///', 'resume'],
    ['..', 'resume'],
    ['half \ud83d.pdf', 'half \ufffd.pdf'],
  ])('of %j is %j', (given, expected) => {
    expect(safeFileName(given)).toBe(expected);
  });

  test('keeps its ending when it is cut to what a file system takes', () => {
    const name = safeFileName(`${'長い名前'.repeat(100)}.docx`);
    expect(name).toMatch(/^(長い名前)+長?い?名?\.docx$/u);
    expect(Buffer.byteLength(name)).toBeGreaterThan(250);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
  });

  test('whatever is given: one visible part of a path, of at most 255 bytes, and safe already', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
        const name = safeFileName(given);
        expect(name).not.toMatch(/[/\\\p{C}\p{Zl}\p{Zp}<>:"|?*]/u);
        expect(name).not.toMatch(/^\.|^$/);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        expect(safeFileName(name)).toBe(name);
      }),
    );
  });
});

test.each([
  ['cv.PDF', 'PDF'],
  ['cv.tar.gz', 'gz'],
  ['cv', ''],
  ['cv.', ''],
  ['v1. a very long sentence indeed', ''],
])('the extension of %j is %j', (name, expected) => {
  expect(extensionOf(name)).toBe(expected);
});

test('the attachment header of any safe name is ASCII and gives the whole name back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (given) => {
      const name = safeFileName(given);
      const header = attachment(name);
      expect(header).toMatch(
        /^attachment; filename="[\x20-\x21\x23-\x5b\x5d-\x7e]+"; filename\*=UTF-8''[A-Za-z0-9%!&+.^_`|~#$-]+$/,
      );
      expect(decodeURIComponent(header.split("UTF-8''")[1] ?? '')).toBe(name);
    }),
  );
});
