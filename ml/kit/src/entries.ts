/** Entries of a round's streams: their keys, their order, and how they are decoded. */
import type { AnalyserService } from '@interview/schema/enums';
import { keys } from '@interview/schema/keys';
import { AudioEntry, FaceObservation, TabEntry, VideoEntry, VoiceObservation } from '@interview/schema/messages';
import type { StreamEntry, StreamName } from './analyser.js';

/** An entry as Redis gave it; decoding waits until it is its turn, so that a bad one fails alone. */
export interface RawEntry {
  stream: StreamName;
  id: string;
  fields: readonly Buffer[];
}

export const STREAM_KEYS: Record<StreamName, (roundId: string) => string> = {
  audio: keys.audio,
  video: keys.video,
  tab: keys.tab,
  faces: keys.faces,
  voices: keys.voices,
};

/** The service that fills a stream; the others are filled by the gateway and the rounds subgraph. */
export const STREAM_PRODUCER: Partial<Record<StreamName, AnalyserService>> = { faces: 'video', voices: 'speech' };

/** Milliseconds of an id: when Redis received the entry. */
export function receivedAtMs(id: string): number {
  return Number(id.split('-', 1)[0]);
}

/** Orders ids (`<ms>-<n>`) as Redis does. */
export function compareIds(a: string, b: string): number {
  const [aMs = '0', aSeq = '0'] = a.split('-');
  const [bMs = '0', bSeq = '0'] = b.split('-');
  return Number(aMs) - Number(bMs) || Number(aSeq) - Number(bSeq);
}

/** The smallest id after this one: what is below it has been handled. */
export function nextId(id: string): string {
  const [ms = '0', seq = '0'] = id.split('-');
  return `${ms}-${BigInt(seq) + 1n}`;
}

/** The value of an entry's field, or undefined. */
export function fieldOf(entry: RawEntry, name: string): Buffer | undefined {
  for (let i = 0; i + 1 < entry.fields.length; i += 2) {
    if (entry.fields[i]?.toString('latin1') === name) return entry.fields[i + 1];
  }
  return undefined;
}

/** Decodes an entry by its stream's definition. @throws ZodError or SyntaxError for an entry that is none. */
export function decodeEntry(raw: RawEntry): StreamEntry {
  const { id } = raw;
  const text = (name: string) => fieldOf(raw, name)?.toString('utf8');
  switch (raw.stream) {
    case 'audio': {
      const data = fieldOf(raw, 'data');
      // Copied: its own buffer starts at offset 0, so that samples can be read through an Int16Array.
      const samples = data && new Uint8Array(data);
      const entry = AudioEntry.parse({
        speaker: text('speaker'),
        capturedAtMs: text('capturedAtMs'),
        data: samples,
      });
      return { stream: 'audio', id, entry };
    }
    case 'video': {
      const entry = VideoEntry.parse({ capturedAtMs: text('capturedAtMs'), data: fieldOf(raw, 'data') });
      return { stream: 'video', id, entry };
    }
    case 'tab': {
      const entry = TabEntry.parse({ visible: text('visible'), capturedAtMs: text('capturedAtMs') });
      return { stream: 'tab', id, entry };
    }
    case 'faces':
      return { stream: 'faces', id, entry: FaceObservation.parse(JSON.parse(text('json') ?? '')) };
    case 'voices':
      return { stream: 'voices', id, entry: VoiceObservation.parse(JSON.parse(text('json') ?? '')) };
  }
}
