/** Writes small PDFs, right ones and wrong ones. */
import { deflateSync } from 'node:zlib';

export const CATALOG = '<</Type/Catalog/Pages 2 0 R>>';
const PAGES = '<</Type/Pages/Kids[3 0 R]/Count 1>>';
const PAGE = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>';

const bytesOf = (text: string | Uint8Array) => (typeof text === 'string' ? Buffer.from(text, 'latin1') : text);

/** A stream object's content with its dictionary. */
export const stream = (content: string | Uint8Array, dictionary = ''): Buffer =>
  Buffer.concat([
    Buffer.from(`<<${dictionary}/Length ${bytesOf(content).length}>>\nstream\n`, 'latin1'),
    bytesOf(content),
    Buffer.from('\nendstream'),
  ]);

export interface PdfParts {
  catalog?: string;
  /** Objects 5, 6, …: all that stands between `obj` and `endobj`. */
  more?: readonly (string | Uint8Array)[];
  content?: string | Uint8Array;
  header?: string;
  trailer?: string;
  after?: string | Uint8Array;
}

export function pdf(parts: PdfParts = {}): Buffer {
  const { catalog = CATALOG, more = [], content = 'BT (Zo\\(\xeb) Tj ET' } = parts;
  const objects = [catalog, PAGES, PAGE, stream(content), ...more];
  const header = bytesOf(parts.header ?? '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n');
  const pieces: Uint8Array[] = [header];
  const offsets: number[] = [];
  let size = header.length;
  for (const [index, object] of objects.entries()) {
    offsets.push(size);
    const written = [bytesOf(`${index + 1} 0 obj\n`), bytesOf(object), bytesOf('\nendobj\n')];
    pieces.push(...written);
    size += written.reduce((sum, piece) => sum + piece.length, 0);
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const trailer = parts.trailer ?? `<</Size ${objects.length + 1}/Root 1 0 R>>`;
  pieces.push(
    bytesOf(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n${trailer}\nstartxref\n${size}\n%%EOF\n`,
    ),
    bytesOf(parts.after ?? ''),
  );
  return Buffer.concat(pieces);
}

export interface ObjectStreamOptions {
  dictionary?: string;
  /** What a reader is told of where each object begins, in the place of the truth. */
  offsets?: readonly number[];
  deflate?: (content: Buffer) => Uint8Array;
}

/** An object stream with these objects, numbered from 20. */
export function objectStream(objects: readonly string[], options: ObjectStreamOptions = {}): Buffer {
  const { dictionary = '/Filter/FlateDecode', deflate = deflateSync } = options;
  let at = 0;
  const pairs = objects.map((object, index) => {
    const pair = `${20 + index} ${options.offsets?.[index] ?? at}`;
    at += object.length + 1;
    return pair;
  });
  const header = `${pairs.join(' ')} `;
  const content = Buffer.from(`${header}${objects.join(' ')} `, 'latin1');
  return stream(deflate(content), `/Type/ObjStm/N ${objects.length}/First ${header.length}${dictionary}`);
}
