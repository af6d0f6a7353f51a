/**
 * The messages that carry media, as clients send them: binary or base64. Reading one names every wrong field
 * at once.
 */
import { type FieldProblem, validationFailed } from '@interview/runtime/errors';

/** Signed 16-bit mono samples at 16 kHz. */
export const AUDIO_BYTES_PER_SECOND = 16_000 * 2;
const MAX_AUDIO_BYTES = AUDIO_BYTES_PER_SECOND;
export const MAX_FRAME_BYTES = 512 * 1024;
/** A client's clock may be wrong by this much; more is a timestamp in another unit. */
const MAX_CLOCK_SKEW_MS = 24 * 3600 * 1000;

export interface MediaMessage {
  roundId: string;
  data: Buffer;
  capturedAtMs: number;
}

export interface VisibilityMessage {
  roundId: string;
  visible: boolean;
  capturedAtMs: number;
}

/** @throws AppError VALIDATION_FAILED. `{roundId, chunk, timestamp}`: PCM of at most a second, whole samples. */
export function readAudioChunk(message: unknown, nowMs: number): MediaMessage {
  return readMedia(message, 'chunk', nowMs, (data) => {
    if (data.length > MAX_AUDIO_BYTES) return `must hold at most ${MAX_AUDIO_BYTES} bytes, one second`;
    return data.length % 2 === 0 ? undefined : 'must hold whole 16-bit samples';
  });
}

/** @throws AppError VALIDATION_FAILED. `{roundId, frame, timestamp}`: one JPEG picture. */
export function readVideoFrame(message: unknown, nowMs: number): MediaMessage {
  return readMedia(message, 'frame', nowMs, (data) => {
    if (data.length > MAX_FRAME_BYTES) return `must hold at most ${MAX_FRAME_BYTES} bytes`;
    return data[0] === 0xff && data[1] === 0xd8 && data[2] === 0xff ? undefined : 'must be a JPEG picture';
  });
}

/** @throws AppError VALIDATION_FAILED. `{roundId, visible, timestamp}`. */
export function readVisibility(message: unknown, nowMs: number): VisibilityMessage {
  const { roundId, visible, timestamp } = fieldsOf(message);
  const problems = [...roundProblems(roundId), ...timeProblems(timestamp, nowMs)];
  if (typeof visible !== 'boolean') problems.push({ path: 'visible', message: 'must be true or false' });
  if (problems.length > 0) throw validationFailed(problems);
  // Each was checked above.
  return { roundId: idOf(roundId), visible: visible as boolean, capturedAtMs: timestamp as number };
}

/** @throws AppError VALIDATION_FAILED. `{roundId}`. */
export function readRoundId(message: unknown): string {
  const { roundId } = fieldsOf(message);
  const problems = roundProblems(roundId);
  if (problems.length > 0) throw validationFailed(problems);
  return idOf(roundId);
}

function readMedia(
  message: unknown,
  field: 'chunk' | 'frame',
  nowMs: number,
  problemOf: (data: Buffer) => string | undefined,
): MediaMessage {
  const { roundId, timestamp, [field]: raw } = fieldsOf(message);
  const problems = [...roundProblems(roundId), ...timeProblems(timestamp, nowMs)];
  const data = bytesOf(raw);
  const problem = data && data.length > 0 ? problemOf(data) : 'must be binary or base64, and not empty';
  if (problem) problems.push({ path: field, message: problem });
  if (problems.length > 0 || !data) throw validationFailed(problems);
  // Both were checked above.
  return { roundId: idOf(roundId), data, capturedAtMs: timestamp as number };
}

/** How many bytes of memory a message with media takes up, whatever else is wrong with it. */
export function mediaWeight(message: unknown): number {
  const { chunk, frame } = fieldsOf(message);
  const media = chunk ?? frame;
  if (typeof media === 'string') return media.length;
  return ArrayBuffer.isView(media) || media instanceof ArrayBuffer ? media.byteLength : 0;
}

const fieldsOf = (message: unknown): Record<string, unknown> =>
  typeof message === 'object' && message !== null ? { ...message } : {};

/** Of a value that `roundProblems` found right. A UUID is the same in capitals. */
const idOf = (roundId: unknown): string => String(roundId).toLowerCase();

function roundProblems(roundId: unknown): FieldProblem[] {
  return typeof roundId === 'string' ? [] : [{ path: 'roundId', message: 'must be the id of a round' }];
}

function timeProblems(timestamp: unknown, nowMs: number): FieldProblem[] {
  const sane = typeof timestamp === 'number' && Math.abs(timestamp - nowMs) <= MAX_CLOCK_SKEW_MS;
  return sane ? [] : [{ path: 'timestamp', message: 'must be the time of capture in epoch milliseconds' }];
}

/** @returns undefined for what is neither binary nor base64. */
function bytesOf(value: unknown): Buffer | undefined {
  if (Buffer.isBuffer(value)) return value;
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer) return Buffer.from(value);
  if (typeof value !== 'string' || value.length % 4 !== 0) return undefined;
  const padding = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0;
  const data = Buffer.from(value, 'base64');
  // Node leaves out what is not base64, so the length tells whether anything was.
  return data.length === (value.length / 4) * 3 - padding ? data : undefined;
}
