/** Writes ZIP archives, right ones and wrong ones, and documents of Word made of them. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipPart {
  name: string;
  content: Uint8Array | string;
  /** Not deflated. */
  stored?: boolean;
  /** Sizes and checksum behind the data; `unsigned` without the signature before them. */
  descriptor?: boolean | 'unsigned';
  /** What the archive says, in the place of the truth. */
  claims?: { size?: number; crc?: number; localName?: string; method?: number; flags?: number };
  /** Bytes put behind the deflated data, within the size that is stated. */
  behindData?: Uint8Array;
}

export interface ZipAround {
  before?: Uint8Array;
  /** Between the parts and the list of them. */
  beforeList?: Uint8Array;
  after?: Uint8Array;
  comment?: Uint8Array;
}

export function zipFile(parts: readonly ZipPart[], around: ZipAround = {}): Buffer {
  const pieces: Uint8Array[] = [around.before ?? Buffer.alloc(0)];
  const list: Buffer[] = [];
  const size = () => pieces.reduce((sum, piece) => sum + piece.length, 0);
  for (const part of parts) {
    const offset = size();
    const { local, data, descriptor, listed } = written(part, offset);
    pieces.push(local, data, descriptor);
    list.push(listed);
  }
  pieces.push(around.beforeList ?? Buffer.alloc(0));
  const listOffset = size();
  const comment = around.comment ?? Buffer.alloc(0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(Buffer.concat(list).length, 12);
  end.writeUInt32LE(listOffset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...pieces, ...list, end, comment, around.after ?? Buffer.alloc(0)]);
}

function written(part: ZipPart, offset: number) {
  const content = Buffer.from(part.content);
  const claims = part.claims ?? {};
  const data = Buffer.concat([part.stored ? content : deflateRawSync(content), part.behindData ?? Buffer.alloc(0)]);
  const method = claims.method ?? (part.stored ? 0 : 8);
  const flags = (part.descriptor ? 0x8 : 0) | (claims.flags ?? 0);
  const crc = claims.crc ?? crc32(content);
  const size = claims.size ?? content.length;
  const name = Buffer.from(part.name);
  const localName = Buffer.from(claims.localName ?? part.name);

  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(20, 4);
  local.writeUInt16LE(flags, 6);
  local.writeUInt16LE(method, 8);
  const inFront = part.descriptor ? [0, 0, 0] : [crc, data.length, size];
  inFront.forEach((value, index) => void local.writeUInt32LE(value, 14 + 4 * index));
  local.writeUInt16LE(localName.length, 26);

  const behind = Buffer.alloc(16);
  [0x08074b50, crc, data.length, size].forEach((value, index) => void behind.writeUInt32LE(value, 4 * index));
  const descriptor = part.descriptor ? behind.subarray(part.descriptor === 'unsigned' ? 4 : 0) : Buffer.alloc(0);

  const listed = Buffer.alloc(46);
  listed.writeUInt32LE(0x02014b50, 0);
  listed.writeUInt16LE(flags, 8);
  listed.writeUInt16LE(method, 10);
  [crc, data.length, size].forEach((value, index) => void listed.writeUInt32LE(value, 16 + 4 * index));
  listed.writeUInt16LE(name.length, 28);
  listed.writeUInt32LE(offset, 42);
  return { local: Buffer.concat([local, localName]), data, descriptor, listed: Buffer.concat([listed, name]) };
}

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
export const RELATIONSHIP = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** `[Content_Types].xml` of a document, with more said in it. */
export const contentTypes = (more = '', main = `${WORD}.document.main+xml`): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
  `<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
  `<Default Extension="xml" ContentType="application/xml"/>` +
  `<Override PartName="/word/document.xml" ContentType="${main}"/>${more}</Types>`;

/** A part of relationships, with what is given in it. */
export const relationships = (inner: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>` +
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${inner}</Relationships>`;

export const relationship = (type: string, target: string, mode = ''): string =>
  `<Relationship Id="rId1" Type="${type.includes('/') ? type : `${RELATIONSHIP}/${type}`}" Target="${target}"${mode && ` TargetMode="${mode}"`}/>`;

/** A small document with these parts beside, or in the place of, its own. */
export function docx(more: readonly ZipPart[] = [], around: ZipAround = {}): Buffer {
  const own: ZipPart[] = [
    { name: '[Content_Types].xml', content: contentTypes() },
    { name: '_rels/.rels', content: relationships(relationship('officeDocument', 'word/document.xml')) },
    { name: 'word/document.xml', content: '<?xml version="1.0"?><w:document xmlns:w="w"><w:t>Zoë</w:t></w:document>' },
  ];
  const replaced = new Set(more.map(({ name }) => name));
  return zipFile([...own.filter(({ name }) => !replaced.has(name)), ...more], around);
}
