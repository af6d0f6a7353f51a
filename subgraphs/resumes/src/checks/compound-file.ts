/**
 * The container of old Office files, installers and more: a small file system of named streams in sectors. Offsets are
 * those of Microsoft's [MS-CFB]. Every chain is bounded: one that goes round in a circle ends.
 */
import type { ReadBytes } from './file-bytes.js';

const HEADER_BYTES = 512;
const ENTRY_BYTES = 128;
/** Sector numbers from here on are marks (end of chain, free, …). */
const FIRST_MARK = 0xfffffffa;
const SECTORS_IN_HEADER = 109;
/** A document has a few dozen entries; a directory that goes on longer was made to keep us busy. */
const MAX_DIRECTORY_SECTORS = 64;
const MINI_SECTOR_BYTES = 64;
const MINI_STREAM_BELOW = 4096;

export interface CompoundEntry {
  name: string;
  kind: 'storage' | 'stream' | 'root';
  firstSector: number;
  sizeBytes: number;
}

export interface CompoundFile {
  entries: readonly CompoundEntry[];
  /** So many bytes of a stream from an offset on; fewer where it, or its chain, ends before. */
  read(stream: CompoundEntry, offset: number, length: number): Promise<Buffer>;
  /** The size of the file by its own account: what lies behind belongs to nothing. */
  extent: number;
}

const KINDS: Record<number, CompoundEntry['kind']> = { 1: 'storage', 2: 'stream', 5: 'root' };

/** Undefined when it is no such file. */
export async function openCompoundFile(read: ReadBytes, fileBytes: number): Promise<CompoundFile | undefined> {
  const header = await read(0, HEADER_BYTES);
  if (header.length < HEADER_BYTES) return undefined;
  const sectorBytes = 2 ** header.readUInt16LE(30);
  if (sectorBytes !== 512 && sectorBytes !== 4096) return undefined;
  const numbersInSector = sectorBytes / 4;
  const sectorCount = Math.ceil(fileBytes / sectorBytes) - 1;
  const readSector = (sector: number) => read((sector + 1) * sectorBytes, sectorBytes);
  /** A sector that the file has: neither a mark nor one behind its end. */
  const known = (sector: number) => (sector < sectorCount ? sector : undefined);

  /** The sector that holds the `index`th part of the allocation table: the header lists the first, a chain the rest. */
  async function allocationSector(index: number): Promise<number | undefined> {
    if (index < SECTORS_IN_HEADER) return known(header.readUInt32LE(76 + 4 * index));
    const listed = numbersInSector - 1;
    let left = index - SECTORS_IN_HEADER;
    let list = known(header.readUInt32LE(68));
    for (; list !== undefined && left >= listed; left -= listed) list = known(numberAt(await readSector(list), listed));
    return list === undefined ? undefined : known(numberAt(await readSector(list), left));
  }

  async function nextSector(sector: number): Promise<number | undefined> {
    const table = await allocationSector(Math.floor(sector / numbersInSector));
    return table === undefined ? undefined : known(numberAt(await readSector(table), sector % numbersInSector));
  }

  /** Sectors of a chain, at most so many. */
  async function chain(first: number, atMost = sectorCount): Promise<number[]> {
    const sectors: number[] = [];
    const bound = Math.min(atMost, sectorCount);
    for (let sector = known(first); sector !== undefined && sectors.length < bound; sector = await nextSector(sector)) {
      sectors.push(sector);
    }
    return sectors;
  }

  async function readSectors(sectors: readonly number[], offset: number, length: number): Promise<Buffer> {
    const from = Math.floor(offset / sectorBytes);
    const wanted = sectors.slice(from, Math.ceil((offset + length) / sectorBytes));
    const parts = await Promise.all(wanted.map(readSector));
    return Buffer.concat(parts).subarray(offset - from * sectorBytes, offset - from * sectorBytes + length);
  }

  const entries: CompoundEntry[] = [];
  for (const sector of await chain(header.readUInt32LE(48), MAX_DIRECTORY_SECTORS)) {
    entries.push(...entriesOf(await readSector(sector)));
  }
  /** Small streams lie in sectors of their own size within the root's stream. */
  const mini = once(async () => {
    const root = entries.find(({ kind }) => kind === 'root');
    return { stream: await chain(root?.firstSector ?? FIRST_MARK), table: await chain(header.readUInt32LE(60)) };
  });

  async function readMini(first: number, offset: number, length: number): Promise<Buffer> {
    const { stream, table } = await mini();
    const parts: Buffer[] = [];
    for (let n = 0, sector = first; sector < FIRST_MARK && n < MINI_STREAM_BELOW / MINI_SECTOR_BYTES; n += 1) {
      parts.push(await readSectors(stream, sector * MINI_SECTOR_BYTES, MINI_SECTOR_BYTES));
      sector = numberAt(await readSectors(table, 4 * sector, 4), 0);
    }
    return Buffer.concat(parts).subarray(offset, offset + length);
  }

  return {
    entries,
    async read({ sizeBytes, firstSector }, offset, length) {
      const wanted = Math.max(0, Math.min(length, sizeBytes - offset));
      if (sizeBytes < MINI_STREAM_BELOW) return readMini(firstSector, offset, wanted);
      return readSectors(await chain(firstSector, Math.ceil((offset + wanted) / sectorBytes)), offset, wanted);
    },
    extent: (1 + header.readUInt32LE(44) * numbersInSector) * sectorBytes,
  };
}

function entriesOf(directory: Buffer): CompoundEntry[] {
  const found: CompoundEntry[] = [];
  for (let at = 0; at + ENTRY_BYTES <= directory.length; at += ENTRY_BYTES) {
    const kind = KINDS[directory[at + 66] ?? 0];
    // With the terminating zero, which takes two bytes.
    const nameBytes = directory.readUInt16LE(at + 64);
    if (!kind || nameBytes < 2 || nameBytes > 64) continue;
    found.push({
      name: directory.toString('utf16le', at, at + nameBytes - 2),
      kind,
      firstSector: directory.readUInt32LE(at + 116),
      sizeBytes: directory.readUInt32LE(at + 120),
    });
  }
  return found;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const numberAt = (sector: Buffer, index: number) =>
  sector.length >= 4 * (index + 1) ? sector.readUInt32LE(4 * index) : FIRST_MARK;
