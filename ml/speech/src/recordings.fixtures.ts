/** What the tests hear: the recordings in `fixtures/` (see its SOURCES.md), and noise made from a seed. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { StreamEntry } from '@interview/ml-kit/analyser';
import type { Speaker } from '@interview/schema/enums';
import type { RoundState } from '@interview/schema/messages';
import { samplesOf, samplesToMs } from './pcm.js';

/** Epoch ms at which the recordings begin in tests. */
export const BEGIN_MS = 1_700_000_000_000;

/** The samples of a recording of `fixtures/`. */
export function recording(name: string): Int16Array {
  const file = readFileSync(fileURLToPath(new URL(`../fixtures/${name}.wav`, import.meta.url)));
  for (let at = 12; at < file.length; ) {
    const size = file.readUInt32LE(at + 4);
    if (file.toString('latin1', at, at + 4) === 'data') return samplesOf(file.subarray(at + 8, at + 8 + size));
    at += 8 + size + (size % 2);
  }
  throw new Error(`${name}.wav has no samples`);
}

/** White noise, the same for the same seed. */
export function noise(samples: number, amplitude: number, seed = 1): Int16Array {
  let state = seed;
  return Int16Array.from({ length: samples }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.round((state / 2 ** 31 - 1) * amplitude);
  });
}

export function audioEntry(speaker: Speaker, samples: Int16Array, capturedAtMs: number): StreamEntry {
  const data = new Uint8Array(samples.slice().buffer);
  return { stream: 'audio', id: `${Math.round(capturedAtMs)}-0`, entry: { speaker, capturedAtMs, data } };
}

/** Cuts samples into entries of `chunkMs`; `jitter` moves each capture time. */
export function entriesOf(
  samples: Int16Array,
  chunkMs: number,
  options: { speaker?: Speaker; beginMs?: number; jitter?: (index: number) => number } = {},
): StreamEntry[] {
  const { speaker = 'CANDIDATE', beginMs = BEGIN_MS, jitter = () => 0 } = options;
  const size = chunkMs * 16;
  return Array.from({ length: Math.ceil(samples.length / size) }, (_, index) => {
    const from = index * size;
    const capturedAtMs = beginMs + samplesToMs(from) + jitter(index);
    return audioEntry(speaker, samples.subarray(from, from + size), capturedAtMs);
  });
}

export function round(change: Partial<RoundState> = {}): RoundState {
  return {
    id: '0b6e1a52-7f3c-4c7e-9d53-3f1a5a0c1b11',
    version: 1,
    companyId: 'acme',
    candidateId: 'c-1',
    interviewerId: 'i-1',
    status: 'IN_PROGRESS',
    mode: 'HUMAN_AI_ASSISTED',
    consentGiven: true,
    startedAtMs: BEGIN_MS,
    questions: [],
    ...change,
  };
}

/** Share of a text's words that are wrong: substituted, missing or added, by the number that should be there. */
export function wordErrorRate(reference: string, heard: string): number {
  const [said, got] = [reference.split(' '), heard.split(' ')];
  let row = [...got.keys(), got.length];
  for (const [i, word] of said.entries()) {
    const next = [i + 1];
    for (const [j, other] of got.entries()) {
      const [diagonal = 0, above = 0, left = 0] = [row[j], row[j + 1], next[j]];
      next.push(Math.min(above + 1, left + 1, diagonal + (word === other ? 0 : 1)));
    }
    row = next;
  }
  return (row[got.length] ?? 0) / said.length;
}
