/**
 * What a DOC file (Word 97 to 2003) must not hold: macros, embedded objects, a template elsewhere, a password. Offsets
 * within the document are those of Microsoft's [MS-DOC], sections 2.5.1 to 2.5.6 and 2.9.
 */
import { type CompoundEntry, type CompoundFile, openCompoundFile } from './compound-file.js';
import { cached, type FileBytes, reading } from './file-bytes.js';
import { archiveWatch, refusePdfAtStart, refuseZipAtEnd } from './foreign-data.js';
import { refusal } from './refusal.js';

/** Streams and storages, by name. */
const REFUSED_ENTRIES: readonly [name: RegExp, what: string][] = [
  [/^(macros|vba|_vba_project(_cur)?)$/i, 'holds macros'],
  // Each embedded object has a storage of its own, called by a number.
  [/^_\d+$/, 'holds embedded objects'],
  [/^(.ole10native|package)$/i, 'holds embedded objects'],
];

/** What Office makes of a document with a password. */
const ENCRYPTED_ENTRIES = ['EncryptedPackage', 'EncryptionInfo'];

const WORD_97 = 0xa5ec;
const HEAD_BYTES = 418;
const FLAGS_AT = 10;
const IS_ENCRYPTED = 0x100;
const USES_TABLE_1 = 0x200;
/** Where and how long the strings are that a document is associated with. */
const ASSOCIATED_AT = 410;
const MAX_ASSOCIATED_BYTES = 16 * 1024;
/** Of those strings the one that names the template. */
const TEMPLATE = 1;
const LEADS_OUT = /^\s*(?:[\\/]{2}|[a-z][a-z0-9+.-]+:)/i;

const encrypted = () => refusal('is encrypted: give it without a password');

/** @throws AppError UNSUPPORTED_MEDIA_TYPE that says what is wrong. */
export async function checkDoc(file: FileBytes): Promise<void> {
  const read = cached(reading(file));
  await refusePdfAtStart(read);
  const compound = await openCompoundFile(read, file.sizeBytes);
  if (!compound) throw refusal('is not a well-formed DOC file');
  if (compound.entries.some(({ name }) => ENCRYPTED_ENTRIES.includes(name))) throw encrypted();
  const document = streamCalled(compound, 'WordDocument');
  if (!document) throw refusal('is a file of an old Office program, but not a document of Word');
  for (const { name } of compound.entries) {
    for (const [pattern, what] of REFUSED_ENTRIES) if (pattern.test(name)) throw refusal(what);
  }
  await checkDocument(compound, document);
  if (file.sizeBytes > compound.extent) throw refusal('has data behind its end');
  await refuseZipAtEnd(read, file.sizeBytes);
  const watch = archiveWatch();
  for await (const chunk of await file.read()) watch(chunk as Buffer);
}

const streamCalled = ({ entries }: CompoundFile, wanted: string): CompoundEntry | undefined =>
  entries.find(({ kind, name }) => kind === 'stream' && name === wanted);

async function checkDocument(compound: CompoundFile, document: CompoundEntry): Promise<void> {
  const head = await compound.read(document, 0, HEAD_BYTES);
  if (head.length < HEAD_BYTES || head.readUInt16LE(0) !== WORD_97) {
    throw refusal('is not a document of Word 97 or later, or is damaged');
  }
  const flags = head.readUInt16LE(FLAGS_AT);
  if ((flags & IS_ENCRYPTED) !== 0) throw encrypted();
  const table = streamCalled(compound, (flags & USES_TABLE_1) !== 0 ? '1Table' : '0Table');
  if (!table) throw refusal('is not a well-formed DOC file');
  const length = Math.min(head.readUInt32LE(ASSOCIATED_AT + 4), MAX_ASSOCIATED_BYTES);
  const strings = await compound.read(table, head.readUInt32LE(ASSOCIATED_AT), length);
  if (LEADS_OUT.test(stringAt(strings, TEMPLATE))) throw refusal('refers to a template elsewhere');
}

/** Of a table of strings ([MS-DOC] 2.2.4): two bytes a character, each string behind its length. */
function stringAt(table: Buffer, wanted: number): string {
  let at = 6;
  for (let index = 0; at + 2 <= table.length; index += 1) {
    const end = at + 2 + 2 * table.readUInt16LE(at);
    if (index === wanted) return table.toString('utf16le', at + 2, Math.min(end, table.length));
    at = end;
  }
  return '';
}
