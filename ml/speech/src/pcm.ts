/** Sound as the product carries it: signed 16-bit little-endian mono PCM at 16 kHz. */
export const SAMPLE_RATE = 16_000;
export const SAMPLES_PER_MS = SAMPLE_RATE / 1000;

export const msToSamples = (ms: number): number => Math.round(ms * SAMPLES_PER_MS);
export const samplesToMs = (samples: number): number => samples / SAMPLES_PER_MS;

/**
 * The samples of a chunk, copied: the bytes of an entry may be at an odd address of a larger buffer.
 * @throws RangeError when a sample is cut in half.
 */
export function samplesOf(bytes: Uint8Array): Int16Array {
  if (bytes.byteLength % 2 !== 0) throw new RangeError(`${bytes.byteLength} bytes are not whole 16-bit samples`);
  // Every platform that Node and the speech libraries run on is little-endian.
  return new Int16Array(new Uint8Array(bytes).buffer);
}

export function joinSamples(parts: readonly Int16Array[]): Int16Array {
  const joined = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** The base64 of samples, for snapshots. */
export function encodeSamples(samples: Int16Array): string {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString('base64');
}

export function decodeSamples(base64: string): Int16Array {
  return samplesOf(Buffer.from(base64, 'base64'));
}
