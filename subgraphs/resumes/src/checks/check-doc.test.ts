import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { compoundFile, wordDocument } from '../testing/compound-file.js';
import { fileOf } from '../testing/file-bytes.js';
import { zipFile } from '../testing/zip-file.js';
import { checkDoc } from './check-doc.js';

const check = (bytes: Uint8Array) => checkDoc(fileOf(bytes));
const content = Buffer.alloc(100);

describe('a DOC file is taken', () => {
  test('that a word processor wrote', async () => {
    await check(await readFile(new URL('../../fixtures/resume.doc', import.meta.url)));
  });
  test.each(['Normal.dot', 'C:\\Users\\Zoë\\Templates\\Resume.dot', ''])('with the template %j', async (template) => {
    await check(wordDocument({ template }));
  });
});

describe('a DOC file is refused', () => {
  const inside = (name: string, kind: 'storage' | 'stream' = 'storage') =>
    wordDocument({ more: [{ name, kind, content }] });

  test.each<[string, Uint8Array, RegExp]>([
    ['with the storage Macros', inside('Macros'), /holds macros/],
    ['with the storage VBA, however it is written', inside('vBa'), /holds macros/],
    ['with the stream _VBA_PROJECT', inside('_VBA_PROJECT', 'stream'), /holds macros/],
    ['with an embedded object', inside('_1234567890'), /embedded objects/],
    ['with a packaged file', inside('\x01Ole10Native', 'stream'), /embedded objects/],
    ['with a password', wordDocument({ flags: 0x100 }), /is encrypted.*without a password/],
    [
      'that is a DOCX file with a password',
      compoundFile([
        { name: 'EncryptionInfo', content },
        { name: 'EncryptedPackage', content },
      ]),
      /is encrypted.*without a password/,
    ],
    ['with a template on the web', wordDocument({ template: 'https://evil.example/x.dot' }), /template elsewhere/],
    ['with a template on a share', wordDocument({ template: '\\\\evil.example\\x.dot' }), /template elsewhere/],
    ['of another program', compoundFile([{ name: 'Workbook', content }]), /not a document of Word/],
    [
      'that only contains the name',
      compoundFile([{ name: 'WordDocument', kind: 'storage' }]),
      /not a document of Word/,
    ],
    ['of Word 6', wordDocument({ version: 0xa5dc }), /Word 97 or later/],
    ['cut off', wordDocument().subarray(0, 400), /not a well-formed DOC/],
    ['with data behind its end', Buffer.concat([wordDocument(), Buffer.alloc(70_000)]), /data behind its end/],
    [
      'that is a ZIP archive too',
      Buffer.concat([wordDocument(), zipFile([{ name: 'x', content: 'x' }])]),
      /also a ZIP/,
    ],
    [
      'that is a RAR archive too',
      Buffer.concat([wordDocument(), Buffer.from('Rar!\x1a\x07\x01', 'latin1')]),
      /also a RAR/,
    ],
  ])('%s', async (_what, bytes, message) => {
    await expect(check(bytes)).rejects.toMatchObject({
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: expect.stringMatching(message),
    });
  });

  test('that is a PDF too', async () => {
    const bytes = wordDocument();
    bytes.write('%PDF-1.7', 500);
    await expect(check(bytes)).rejects.toThrow(/also a PDF/);
  });
});
