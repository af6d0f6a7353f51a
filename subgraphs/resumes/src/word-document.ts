/**
 * Whether a compound file (the container of old Office files, installers and more) holds a Word document: one
 * that has a stream called `WordDocument`. Offsets are those of Microsoft's [MS-CFB].
 */

/** Reads up to `length` bytes from `offset`; fewer at the end of the file. */
export type ReadBytes = (offset: number, length: number) => Promise<Buffer>;

const HEADER_BYTES = 512;
const ENTRY_BYTES = 128;
const STREAM = 2;
/** Sector numbers from here on are marks (end of chain, free, …). */
const FIRST_MARK = 0xfffffffa;
const SECTORS_IN_HEADER = 109;
/** A document has a few dozen entries; a chain that goes on longer was made to keep us busy. */
const MAX_DIRECTORY_SECTORS = 64;

export async function isWordDocument(read: ReadBytes): Promise<boolean> {
  const header = await read(0, HEADER_BYTES);
  if (header.length < HEADER_BYTES) return false;
  const sectorBytes = 2 ** header.readUInt16LE(30);
  if (sectorBytes !== 512 && sectorBytes !== 4096) return false;
  const readSector = (sector: number) => read((sector + 1) * sectorBytes, sectorBytes);
  const numbersInSector = sectorBytes / 4;

  let sector = header.readUInt32LE(48);
  for (let visited = 0; sector < FIRST_MARK && visited < MAX_DIRECTORY_SECTORS; visited += 1) {
    const directory = await readSector(sector);
    if (entryNames(directory).includes('WordDocument')) return true;
    const table = await allocationSector(header, Math.floor(sector / numbersInSector), readSector, numbersInSector);
    sector = numberAt(table === undefined ? undefined : await readSector(table), sector % numbersInSector);
  }
  return false;
}

/** Names of the streams that a sector of the directory lists. */
function entryNames(directory: Buffer): string[] {
  const names: string[] = [];
  for (let at = 0; at + ENTRY_BYTES <= directory.length; at += ENTRY_BYTES) {
    // With the terminating zero, which takes two bytes.
    const nameBytes = directory.readUInt16LE(at + 64);
    if (directory[at + 66] === STREAM && nameBytes >= 2 && nameBytes <= 64) {
      names.push(directory.toString('utf16le', at, at + nameBytes - 2));
    }
  }
  return names;
}

/** The sector that holds the `index`th part of the allocation table: the header lists the first, a chain the rest. */
async function allocationSector(
  header: Buffer,
  index: number,
  readSector: (sector: number) => Promise<Buffer>,
  numbersInSector: number,
): Promise<number | undefined> {
  if (index < SECTORS_IN_HEADER) return known(header.readUInt32LE(76 + 4 * index));
  const listed = numbersInSector - 1;
  let left = index - SECTORS_IN_HEADER;
  let list = known(header.readUInt32LE(68));
  for (; list !== undefined && left >= listed; left -= listed) list = known(numberAt(await readSector(list), listed));
  return list === undefined ? undefined : known(numberAt(await readSector(list), left));
}

const known = (sector: number) => (sector < FIRST_MARK ? sector : undefined);

const numberAt = (sector: Buffer | undefined, index: number) =>
  sector && sector.length >= 4 * (index + 1) ? sector.readUInt32LE(4 * index) : FIRST_MARK;
