/**
 * Reads the media that the demo plays: WAV to bare PCM, a motion-JPEG file to its pictures. Only the two
 * forms that the demo's own files have; anything else is refused rather than guessed at.
 */

/** Samples a second of every sound in the product. */
export const SAMPLE_RATE = 16_000;
const BYTES_PER_SAMPLE = 2;

/** Bytes of `ms` milliseconds of mono 16-bit sound. */
export function pcmBytes(ms: number): number {
  return Math.round((ms * SAMPLE_RATE) / 1000) * BYTES_PER_SAMPLE;
}

/** Milliseconds that `bytes` of mono 16-bit sound last. */
export function pcmMilliseconds(bytes: number): number {
  return (bytes / BYTES_PER_SAMPLE / SAMPLE_RATE) * 1000;
}

/**
 * The samples of a WAV file: signed 16-bit little-endian, without header.
 * @throws Error when the file is not mono 16-bit PCM at 16 kHz.
 */
export function readWav(file: Buffer): Buffer {
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') {
    throw new Error('not a WAV file');
  }
  let format: { encoding: number; channels: number; rate: number; bits: number } | undefined;
  for (let at = 12; at + 8 <= file.length; ) {
    const name = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    const body = at + 8;
    if (name === 'fmt ') {
      format = {
        encoding: file.readUInt16LE(body),
        channels: file.readUInt16LE(body + 2),
        rate: file.readUInt32LE(body + 4),
        bits: file.readUInt16LE(body + 14),
      };
    }
    if (name === 'data') {
      if (format?.encoding !== 1 || format.channels !== 1 || format.rate !== SAMPLE_RATE || format.bits !== 16) {
        throw new Error(`expected mono 16-bit PCM at ${SAMPLE_RATE} Hz, found ${JSON.stringify(format)}`);
      }
      return file.subarray(body, Math.min(body + size, file.length));
    }
    // Chunks are padded to an even length.
    at = body + size + (size % 2);
  }
  throw new Error('the WAV file has no data');
}

const SOI = Buffer.from([0xff, 0xd8, 0xff]);
const EOI = Buffer.from([0xff, 0xd9]);

/** The JPEG pictures of a motion-JPEG file, which are simply one after the other. */
export function splitMjpeg(file: Buffer): Buffer[] {
  const pictures: Buffer[] = [];
  for (let start = file.indexOf(SOI); start >= 0; ) {
    const next = nextPicture(file, start);
    const end = file.lastIndexOf(EOI, next < 0 ? file.length : next) + EOI.length;
    if (end <= start + SOI.length) throw new Error(`the picture at byte ${start} does not end`);
    pictures.push(file.subarray(start, end));
    start = next;
  }
  return pictures;
}

/** Start of the picture after the one at `start`: an end marker with a start marker right behind it. */
function nextPicture(file: Buffer, start: number): number {
  const boundary = file.indexOf(Buffer.concat([EOI, SOI]), start);
  return boundary < 0 ? -1 : boundary + EOI.length;
}
