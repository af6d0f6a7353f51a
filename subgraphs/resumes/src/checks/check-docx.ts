/** What a DOCX file must not hold: macros, embedded objects and archives, templates and links elsewhere, DTDs, bombs. */

import { byteReader } from './byte-reader.js';
import { CONTENT_TYPES, checkContentTypes, checkRelationships, MAX_SMALL_PART } from './docx-relationships.js';
import { type FileBytes, reading } from './file-bytes.js';
import { archiveWatch, BEGINNING_BYTES, foreignBeginning, refusePdfAtStart } from './foreign-data.js';
import { refusal } from './refusal.js';
import { looksLikeXml, xmlWatch } from './xml-watch.js';
import { readZipDirectory, refuseTreacherousNames, shown, type ZipEntry } from './zip-directory.js';
import { type PartWatch, readZipEntries } from './zip-entries.js';

/** Parts that are refused by their name already, whatever is said of them elsewhere. */
const REFUSED_NAMES: readonly [name: RegExp, what: string][] = [
  [/(^|\/)vba(project|data)[^/]*$/i, 'holds macros'],
  [/(^|\/)activex\//i, 'holds ActiveX controls'],
  [/(^|\/)embeddings\/./i, 'holds embedded objects'],
];

/** @throws AppError UNSUPPORTED_MEDIA_TYPE that says what is wrong. */
export async function checkDocx(file: FileBytes): Promise<void> {
  const read = reading(file);
  await refusePdfAtStart(read);
  const directory = await readZipDirectory(read, file.sizeBytes);
  refuseTreacherousNames(directory.entries);
  for (const { name } of directory.entries) {
    for (const [pattern, what] of REFUSED_NAMES) if (pattern.test(name)) throw refusal(`${what} (${shown(name)})`);
  }
  if (!directory.entries.some(({ name }) => name === CONTENT_TYPES)) {
    throw refusal('is a ZIP archive, but not a document of Word');
  }
  const reader = byteReader((await file.read()) as AsyncIterable<Buffer>, archiveWatch());
  try {
    await readZipEntries(reader, directory, watchPart);
  } finally {
    await reader.close();
  }
}

/** Decides by the first bytes what is to be watched for in a part. */
function watchPart({ name }: ZipEntry): PartWatch {
  let beginning: Buffer = Buffer.alloc(0);
  let watch: PartWatch | undefined;
  const decide = () => {
    const foreign = foreignBeginning(beginning);
    if (foreign) throw refusal(`holds ${foreign} (${shown(name)})`);
    watch = isSmallPart(name) ? smallPart(name) : isXml(name, beginning) ? xmlWatch(name) : NOTHING;
    watch.bytes(beginning);
  };
  return {
    bytes(chunk) {
      if (watch) return watch.bytes(chunk);
      beginning = Buffer.concat([beginning, chunk]);
      if (beginning.length >= BEGINNING_BYTES) decide();
    },
    end() {
      if (!watch && beginning.length > 0) decide();
      watch?.end();
    },
  };
}

const NOTHING: PartWatch = { bytes: () => undefined, end: () => undefined };
const isSmallPart = (name: string) => name === CONTENT_TYPES || /\.rels$/i.test(name);
const isXml = (name: string, beginning: Buffer) => /\.(xml|vml|svg)$/i.test(name) || looksLikeXml(beginning);

function smallPart(name: string): PartWatch {
  let xml = '';
  const watch = xmlWatch(name, (text) => {
    xml += text;
    if (xml.length > MAX_SMALL_PART) throw refusal(`is not well-formed (${shown(name)} is too large)`);
  });
  return {
    bytes: watch.bytes,
    end() {
      watch.end();
      if (name === CONTENT_TYPES) checkContentTypes(xml);
      else checkRelationships(xml, name);
    },
  };
}
