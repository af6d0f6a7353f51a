/**
 * However a file of the largest size is made, it is judged within about a second and with at most 64 MB of memory more
 * than the process has already, and the event loop goes on meanwhile. Each in a process of its own, whose peak is
 * measured. A neighbour on the same core makes the same work take more of a processor's time: so the time is compared
 * with that of a yardstick in the same process.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { constants, crc32, deflateRawSync, deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { wordDocument } from '../testing/compound-file.js';
import { objectStream, pdf, stream } from '../testing/pdf-file.js';
import { contentTypes, docx, type ZipPart } from '../testing/zip-file.js';

/** RESUME_MAX_BYTES where nothing else is set. */
const FILE_BYTES = 10 * 1024 * 1024;
/** Of the time that inflating 40 MB and looking at each byte takes: a second where that takes a third of one. */
const MAX_YARDSTICKS = 3;
const MAX_MB = 64;
/** What others wait at most while a file is checked. */
const MAX_STALL_MS = 150;

interface Cost {
  refusal: { code: string; message: string } | null;
  ms: number;
  /** Of all threads: on a machine that does nothing else, the same or more. */
  cpuMs: number;
  peakMb: number;
  stallMs: number;
  yardstickMs: number;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checks-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function costOf(kind: string, bytes: Uint8Array): Promise<Cost> {
  const path = join(folder, `resume.${kind}`);
  await writeFile(path, bytes);
  const child = fileURLToPath(new URL('../testing/check-alone.mjs', import.meta.url));
  const args = ['--conditions=source', '--no-warnings', child, kind, path];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 });
  return JSON.parse(stdout) as Cost;
}

const filled = (text: string, bytes = FILE_BYTES - 2000) => text.repeat(Math.floor(bytes / text.length));
/** Deflated zeros: blocks that each inflate to a megabyte, as often as fit. */
function deflatedZeros(bytes: number): Buffer {
  const block = deflateRawSync(Buffer.alloc(1024 * 1024), { finishFlush: constants.Z_FULL_FLUSH });
  const blocks = Array.from({ length: Math.floor(bytes / block.length) }, () => block);
  return Buffer.concat([...blocks, Buffer.from([3, 0])]);
}
/** A part that is deflated already. */
const raw = (name: string, deflated: Uint8Array, size: number, crc = 0): ZipPart => ({
  name,
  content: deflated,
  stored: true,
  claims: { method: 8, size, crc },
});
const noise = (bytes: number) =>
  Buffer.from(Uint32Array.from({ length: bytes / 4 }, (_, n) => (n * 2654435761) ^ (n << 13)).buffer);

/** What of a PDF that is broken is looked through. */
const BROKEN_BYTES = 4_000_000;
const broken = (content: Buffer) => Buffer.concat([Buffer.from('%PDF-1.7\n'), content]);

/** What the table of a compound file can list without a table of tables. */
const DOC_BYTES = 6 * 1024 * 1024;

const SAMPLES: Record<string, () => [kind: string, bytes: Buffer]> = {
  'a DOCX that inflates to ten gigabytes': () => [
    'docx',
    docx([raw('word/a.bin', deflatedZeros(FILE_BYTES - 2000), 100)]),
  ],
  'a DOCX of parts that each inflate to a megabyte': () => {
    const zeros = Buffer.alloc(1024 * 1024);
    const [deflated, crc] = [deflateRawSync(zeros), crc32(zeros)];
    return ['docx', docx(Array.from({ length: 900 }, (_, n) => raw(`word/${n}.bin`, deflated, zeros.length, crc)))];
  },
  'a DOCX full of beginnings of declarations': () => [
    'docx',
    docx([{ name: 'word/a.xml', content: filled('<!<!-<!E'), stored: true }]),
  ],
  'a DOCX of much text': () => [
    'docx',
    docx([{ name: 'word/a.xml', content: `<a>${filled('Experience. ', 50_000_000)}</a>` }]),
  ],
  'a DOCX whose relationships are deep': () => [
    'docx',
    docx([{ name: 'word/_rels/a.rels', content: filled('<a>', 1_000_000) }]),
  ],
  'a DOCX whose relationships are many attributes': () => [
    'docx',
    docx([
      {
        name: 'word/_rels/a.rels',
        content: `<a ${Array.from({ length: 70_000 }, (_, n) => `a${n}="&amp;"`).join(' ')}/>`,
      },
    ]),
  ],
  'a DOCX whose types are without end': () => [
    'docx',
    docx([{ name: '[Content_Types].xml', content: contentTypes(filled('<a/>')) }]),
  ],
  'a DOCX of noise': () => [
    'docx',
    docx([{ name: 'word/media/a.png', content: noise(FILE_BYTES - 4096), stored: true }]),
  ],
  'a PDF of open arrays': () => ['pdf', pdf({ more: [filled('[')] })],
  'a PDF of open strings': () => ['pdf', pdf({ more: [filled('(')] })],
  'a PDF of names': () => ['pdf', pdf({ more: [`<<${filled('/#41 1')}>>`] })],
  'a PDF of one name': () => ['pdf', pdf({ more: [`<</${filled('#41')} 1>>`] })],
  'a PDF of numbers': () => ['pdf', pdf({ more: [`[${filled('1 ')}]`] })],
  'a PDF of links': () => ['pdf', pdf({ more: [`[${filled('<</S/URI/URI(a)>>')}]`] })],
  'a PDF of objects': () => ['pdf', pdf({ after: filled('1 0 obj<</S/URI>>endobj ') })],
  'a PDF of words that begin objects': () => ['pdf', pdf({ content: filled('\nobj') })],
  'a PDF of numbers that begin objects': () => ['pdf', pdf({ content: filled('1 0 obj ') })],
  'a PDF of words that begin trailers': () => ['pdf', pdf({ content: filled('trailer%') })],
  'a PDF of comments': () => ['pdf', pdf({ more: [filled('%%EOF\n'), 'null'] })],
  'a PDF of ends of streams, nearly': () => ['pdf', pdf({ content: filled('endstrea') })],
  'a PDF of streams': () => ['pdf', pdf({ more: [filled('<<>>stream endstream ')] })],
  'a PDF of noise': () => ['pdf', pdf({ more: [stream(noise(FILE_BYTES - 4096))] })],
  'a PDF with an object stream that inflates without end': () => [
    'pdf',
    pdf({
      more: [
        objectStream(['1'], { deflate: () => Buffer.concat([Buffer.from([0x78, 0x9c]), deflatedZeros(4_000_000)]) }),
      ],
    }),
  ],
  'a PDF with objects of millions of tokens': () => [
    'pdf',
    pdf({ more: [objectStream([`[${filled('1 ', 20_000_000)}]`])] }),
  ],
  'a PDF with thousands of object streams': () => {
    const one = objectStream(['<<>>']);
    return ['pdf', pdf({ more: Array.from({ length: Math.floor(FILE_BYTES / (one.length + 60)) }, () => one) })];
  },
  'a PDF with object streams that inflate to much each': () => {
    const one = objectStream([`(${' '.repeat(30_000)})`]);
    return ['pdf', pdf({ more: Array.from({ length: 1000 }, () => one) })];
  },
  'a PDF with as many objects in a stream as are looked at': () => [
    'pdf',
    pdf({
      more: [
        objectStream(
          Array.from({ length: 20_000 }, () => '<</S/URI>>'),
          { deflate: (c) => deflateSync(c) },
        ),
      ],
    }),
  ],
  'a broken PDF of noise': () => ['pdf', broken(noise(BROKEN_BYTES))],
  'a broken PDF of names': () => ['pdf', broken(Buffer.from(filled('/#41 1', BROKEN_BYTES)))],
  'a broken PDF of packed streams': () => {
    const one = Buffer.concat([Buffer.from('stream\n'), deflateSync(Buffer.alloc(20_000, 'a'))]);
    return ['pdf', broken(Buffer.concat(Array.from({ length: 1000 }, () => one)))];
  },
  'a broken PDF of packed streams that are as large as is looked at': () => {
    const one = Buffer.concat([Buffer.from('stream\n'), deflateSync(Buffer.alloc(1_900_000, '/A'))]);
    return ['pdf', broken(Buffer.concat(Array.from({ length: 12 }, () => one)))];
  },
  'a broken PDF of what seems to be packed': () => [
    'pdf',
    broken(Buffer.from(filled('stream\nx\x9c', BROKEN_BYTES), 'latin1')),
  ],
  'a DOC of noise': () => ['doc', wordDocument({ more: [{ name: 'Data', content: noise(DOC_BYTES) }] })],
  'a DOC whose longest chain goes round in a circle': () => {
    const bytes = wordDocument({ more: [{ name: 'Data', content: noise(DOC_BYTES) }] });
    // Directory, document and table follow each other in sectors 0, 1 to 8 and 9 to 16; the document is told that what it
    // looks for lies at the end of a table of four gigabytes, whose first sector leads back to itself.
    const [directory, document, tableSector] = [512, 1024, 9];
    bytes.writeUInt32LE(0xffffffff, directory + 2 * 128 + 120);
    bytes.writeUInt32LE(0xfffff000, document + 410);
    const allocation = (bytes.readUInt32LE(76) + 1) * 512;
    bytes.writeUInt32LE(tableSector, allocation + 4 * tableSector);
    return ['doc', bytes];
  },
};

describe('within about a second and 64 MB is judged', () => {
  test.each(Object.entries(SAMPLES))('%s', async (_what, sample) => {
    const [kind, bytes] = sample();
    expect(bytes.length).toBeLessThanOrEqual(FILE_BYTES);
    const cost = await costOf(kind, bytes);
    if (process.env['PRINT_COSTS'])
      process.stderr.write(`${JSON.stringify({ _what, bytes: bytes.length, ...cost })}\n`);
    const { refusal, cpuMs, peakMb, stallMs, yardstickMs } = cost;
    if (refusal) expect(refusal.code).toBe('UNSUPPORTED_MEDIA_TYPE');
    expect(cpuMs / yardstickMs).toBeLessThan(MAX_YARDSTICKS);
    expect(peakMb).toBeLessThan(MAX_MB);
    expect(stallMs).toBeLessThan(MAX_STALL_MS);
  });
});
