/** Writes compound files ([MS-CFB]) in sectors of 512 bytes, and documents of Word 97 made of them. */

export interface CompoundPart {
  name: string;
  kind?: 'storage' | 'stream' | 'root';
  content?: Uint8Array;
}

const SECTOR = 512;
const END_OF_CHAIN = 0xfffffffe;
const FREE = 0xffffffff;
const KINDS = { storage: 1, stream: 2, root: 5 } as const;
/** Shorter streams would lie in sectors of their own. */
const SMALLEST_STREAM = 4096;

const sectorsOf = (content: Buffer) => Math.ceil(content.length / SECTOR);

/** The directory first, then each stream, then the allocation table. */
export function compoundFile(parts: readonly CompoundPart[]): Buffer {
  const entries: CompoundPart[] = [{ name: 'Root Entry', kind: 'root' }, ...parts];
  const directory = Buffer.alloc(Math.ceil(entries.length / 4) * SECTOR);
  const contents = [directory, ...entries.map(({ content }) => padded(content))];
  const used = contents.reduce((sum, content) => sum + sectorsOf(content), 0);
  // It lists its own sectors too.
  const tableSectors = Math.ceil((used + 8) / (SECTOR / 4 - 1));
  const table = Buffer.alloc(tableSectors * SECTOR, 0xff);

  let sector = 0;
  const starts = contents.map((content) => {
    const start = sector;
    for (let n = sectorsOf(content); n > 0; n -= 1, sector += 1) {
      table.writeUInt32LE(n === 1 ? END_OF_CHAIN : sector + 1, 4 * sector);
    }
    return start;
  });
  entries.forEach(({ name, kind = 'stream' }, index) => {
    const at = index * 128;
    const size = contents[index + 1]?.length ?? 0;
    directory.write(name, at, 'utf16le');
    directory.writeUInt16LE(2 * (name.length + 1), at + 64);
    directory[at + 66] = KINDS[kind];
    directory.writeUInt32LE(size > 0 ? (starts[index + 1] ?? 0) : END_OF_CHAIN, at + 116);
    directory.writeUInt32LE(size, at + 120);
  });
  return Buffer.concat([header(starts[0] ?? 0, sector, tableSectors), ...contents, table]);
}

function padded(content: Uint8Array | undefined): Buffer {
  if (!content) return Buffer.alloc(0);
  const size = Math.max(SMALLEST_STREAM, Math.ceil(content.length / SECTOR) * SECTOR);
  return Buffer.concat([content, Buffer.alloc(size - content.length)]);
}

function header(directory: number, tableFrom: number, tableSectors: number): Buffer {
  const bytes = Buffer.alloc(SECTOR);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(bytes);
  bytes.writeUInt16LE(9, 30);
  bytes.writeUInt16LE(6, 32);
  bytes.writeUInt32LE(tableSectors, 44);
  bytes.writeUInt32LE(directory, 48);
  bytes.writeUInt32LE(END_OF_CHAIN, 60);
  bytes.writeUInt32LE(END_OF_CHAIN, 68);
  for (let part = 0; part < 109; part += 1) {
    bytes.writeUInt32LE(part < tableSectors ? tableFrom + part : FREE, 76 + 4 * part);
  }
  return bytes;
}

export interface WordParts {
  more?: readonly CompoundPart[];
  /** Added to the document's flags. */
  flags?: number;
  template?: string;
  version?: number;
}

/** As much of a document of Word 97 as tells one. */
export function wordDocument({
  more = [],
  flags = 0,
  template = 'Normal.dot',
  version = 0xa5ec,
}: WordParts = {}): Buffer {
  const associated = strings(['', template, 'A title']);
  const head = Buffer.alloc(600);
  head.writeUInt16LE(version, 0);
  head.writeUInt16LE(0x200 | flags, 10);
  head.writeUInt32LE(100, 410);
  head.writeUInt32LE(associated.length, 414);
  const table = Buffer.concat([Buffer.alloc(100), associated]);
  return compoundFile([{ name: 'WordDocument', content: head }, { name: '1Table', content: table }, ...more]);
}

function strings(texts: readonly string[]): Buffer {
  const start = Buffer.from([0xff, 0xff, texts.length, 0, 0, 0]);
  return Buffer.concat([
    start,
    ...texts.map((text) => Buffer.concat([Buffer.from([text.length, 0]), Buffer.from(text, 'utf16le')])),
  ]);
}
