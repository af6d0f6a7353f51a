import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isWordDocument, type ReadBytes } from './word-document.js';

const SECTOR = 512;
const END_OF_CHAIN = 0xfffffffe;
const FREE = 0xffffffff;

const reading =
  (file: Buffer): ReadBytes =>
  async (offset, length) =>
    file.subarray(offset, offset + length);

/** A compound file whose directory runs through the given sectors, four entries in each. */
function compoundFile(directory: { sector: number; names: string[] }[], sectors = 400): Buffer {
  const file = Buffer.alloc((sectors + 1) * SECTOR);
  const table = new Map<number, number>();
  file.writeUInt16LE(9, 30);
  file.writeUInt32LE(directory[0]?.sector ?? END_OF_CHAIN, 48);
  file.writeUInt32LE(END_OF_CHAIN, 68);
  directory.forEach(({ sector, names }, index) => {
    table.set(sector, directory[index + 1]?.sector ?? END_OF_CHAIN);
    names.forEach((name, entry) => {
      const at = (sector + 1) * SECTOR + entry * 128;
      file.write(name, at, 'utf16le');
      file.writeUInt16LE(2 * (name.length + 1), at + 64);
      file[at + 66] = 2;
    });
  });
  // The allocation table lies in the last sectors; the header lists them.
  const tableSectors = Math.ceil(sectors / 128);
  for (let part = 0; part < 109; part += 1) {
    file.writeUInt32LE(part < tableSectors ? sectors - tableSectors + part : FREE, 76 + 4 * part);
  }
  for (let sector = 0; sector < sectors; sector += 1) {
    const part = sectors - tableSectors + Math.floor(sector / 128);
    file.writeUInt32LE(table.get(sector) ?? FREE, (part + 1) * SECTOR + 4 * (sector % 128));
  }
  return file;
}

describe('a Word document', () => {
  test('is told from a real file', async () => {
    const file = await readFile(new URL('../fixtures/resume.doc', import.meta.url));
    expect(await isWordDocument(reading(file))).toBe(true);
  });

  test('is found wherever in the directory its stream is listed', async () => {
    const file = compoundFile([
      { sector: 1, names: ['Root Entry', 'Data', '1Table', 'CompObj'] },
      { sector: 300, names: ['SummaryInformation', 'WordDocument'] },
    ]);
    expect(await isWordDocument(reading(file))).toBe(true);
  });
});

describe('no Word document', () => {
  test.each([['Workbook'], ['PowerPoint Document'], ['WordDocumentX'], ['worddocument']])(
    'is a compound file with the stream %j',
    async (name) => {
      expect(await isWordDocument(reading(compoundFile([{ sector: 0, names: [name] }])))).toBe(false);
    },
  );

  test('is a directory that goes round in a circle, which ends soon', async () => {
    const file = compoundFile([
      { sector: 1, names: ['a'] },
      { sector: 2, names: ['b'] },
    ]);
    const tableAt = (400 - 4 + 1) * SECTOR;
    file.writeUInt32LE(1, tableAt + 4 * 2);
    let reads = 0;
    const read = reading(file);
    const counted: ReadBytes = (offset, length) => {
      reads += 1;
      return read(offset, length);
    };
    expect(await isWordDocument(counted)).toBe(false);
    expect(reads).toBeLessThan(200);
  });

  test('is any other file, however it looks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2048 }), async (bytes) => {
        const file = Buffer.from(bytes);
        if (file.length > 32) file.writeUInt16LE(9, 30);
        expect(await isWordDocument(reading(file))).toBe(false);
      }),
    );
  });
});
