/**
 * What a transcribed segment becomes: the segment itself, and the hesitations in its words. Pure.
 *
 * A hesitation's key counts those of its kind in the segment, not words: a recogniser that writes another word before it
 * when the work is repeated does not make it another hesitation.
 */
import type { Finding, InsightFinding, SegmentFinding } from '@interview/ml-kit/analyser';
import { findFillers } from './fillers.js';
import { meanConfidence, type Transcript } from './recogniser.js';
import { findRepeats } from './repeats.js';
import type { InterimSegment, SpokenSegment, ToldSegment, Transcribed } from './transcription.js';
import type { WordSpan } from './word-span.js';

/** Interim and final text have the same key, so the final text replaces the interim. */
function segmentOf({
  speaker,
  from,
  atMs,
  durationMs,
  capturedAtMs,
}: ToldSegment): Omit<SegmentFinding, 'text' | 'confidence' | 'isFinal'> {
  return { kind: 'segment', key: `segment:${speaker}:${from}`, speaker, atMs, durationMs, capturedAtMs };
}

export function saidSegment(segment: SpokenSegment, { text, words }: Transcript): SegmentFinding {
  return { ...segmentOf(segment), text, confidence: meanConfidence(words), isFinal: true };
}

export function interimSegment({ text, confidence, ...segment }: InterimSegment): SegmentFinding {
  return { ...segmentOf(segment), text, confidence, isFinal: false };
}

/** No words came of a segment: interim text of it that was told is taken back. */
export function noSegment({ segment, interim }: Transcribed): SegmentFinding[] {
  return interim ? [takenBack(segment)] : [];
}

/** Interim text that was told of a segment does not count any more. */
export function takenBack(segment: ToldSegment): SegmentFinding {
  return { ...segmentOf(segment), text: '', confidence: null, isFinal: false };
}

export function hesitationsIn(segment: SpokenSegment, { words, recogniser }: Transcript): Finding[] {
  const repeats = findRepeats(words).map((repeat, nth) => {
    const explanation = `The transcript has "${repeat.text}": the same words again at once.`;
    return hesitation(segment, `repeat:${segment.from}:${nth}`, { ...repeat, kind: 'REPEAT', explanation });
  });
  const fillers = findFillers(words).map((filler, nth) => {
    const lasted = filler.durationMs === null ? '' : ` for ${(filler.durationMs / 1000).toFixed(1)} s`;
    const explanation = `${recogniser} heard the filler "${filler.text}"${lasted}.`;
    return hesitation(segment, `filler:${segment.from}:${nth}`, { ...filler, kind: 'FILLER', explanation });
  });
  return [...repeats, ...fillers];
}

function hesitation(
  segment: SpokenSegment,
  key: string,
  heard: WordSpan & { kind: 'REPEAT' | 'FILLER'; text: string; explanation: string },
): InsightFinding {
  const { kind, text, startMs, durationMs, explanation } = heard;
  return {
    kind: 'insight',
    key,
    type: 'HESITATION',
    severity: 'INFO',
    value: { kind, text, ...(durationMs === null ? {} : { durationMs }) },
    explanation,
    // Without the words' times it is only known that they were said in this segment.
    atMs: startMs === null ? segment.atMs : segment.audioAtMs + startMs,
    capturedAtMs: segment.capturedAtMs,
  };
}
