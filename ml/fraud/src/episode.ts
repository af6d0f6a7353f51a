/**
 * An alert that lasts: told once at its onset and once at its end. Keys are made of the entry that opened it, so
 * repeated work gives the same ids.
 */
import type { InsightFinding } from '@interview/ml-kit/analyser';
import { AlertSeverity } from '@interview/schema/enums';
import { z } from 'zod';
import { type EpisodeType, endSeverity, onsetSeverity } from './severity.js';
import type { FraudThresholds } from './thresholds.js';

export const Episode = z.object({
  type: z.enum(['TAB_SWITCH', 'MULTIPLE_FACES', 'FACE_ABSENT']),
  key: z.string(),
  startMs: z.number(),
  severity: AlertSeverity,
  /** MULTIPLE_FACES: the most faces seen at once. */
  count: z.int().optional(),
});
export type Episode = z.infer<typeof Episode>;

/** `entryId`: the entry that completed the evidence; `nth`: which of its type in this round, from 1. */
export function openEpisode(
  type: EpisodeType,
  at: { entryId: string; startMs: number; nth: number; count?: number; rules: FraudThresholds['severity'] },
): Episode {
  return {
    type,
    key: `${type}:${at.entryId}`,
    startMs: at.startMs,
    severity: onsetSeverity(type, at.nth, at.rules),
    ...(at.count === undefined ? {} : { count: at.count }),
  };
}

/** The alert. `explanation` says what was measured, against which threshold. */
export function onset(episode: Episode, capturedAtMs: number, explanation: string): InsightFinding {
  const { severity, startMs: atMs } = episode;
  const base = { kind: 'insight', key: `${episode.key}:start`, severity, atMs, capturedAtMs, explanation } as const;
  switch (episode.type) {
    case 'TAB_SWITCH':
      return { ...base, type: 'TAB_SWITCH', value: { phase: 'START' } };
    case 'MULTIPLE_FACES':
      return { ...base, type: 'MULTIPLE_FACES', value: { phase: 'START', count: episode.count ?? 2 } };
    case 'FACE_ABSENT':
      return { ...base, type: 'FACE_ABSENT', value: { phase: 'START', count: 0 } };
  }
}

/** The second insight, which no counter counts. */
export function ending(
  episode: Episode,
  { rules, ...at }: { atMs: number; capturedAtMs: number; rules: FraudThresholds['severity'] },
  what: (seconds: string) => string,
): InsightFinding {
  const durationMs = Math.max(0, at.atMs - episode.startMs);
  const base = {
    kind: 'insight',
    key: `${episode.key}:end`,
    severity: endSeverity(episode.severity, durationMs, rules),
    ...at,
    explanation: what((durationMs / 1000).toFixed(1)),
  } as const;
  switch (episode.type) {
    case 'TAB_SWITCH':
      return { ...base, type: 'TAB_SWITCH', value: { phase: 'END', durationMs } };
    case 'MULTIPLE_FACES':
      return { ...base, type: 'MULTIPLE_FACES', value: { phase: 'END', durationMs, count: episode.count ?? 2 } };
    case 'FACE_ABSENT':
      return { ...base, type: 'FACE_ABSENT', value: { phase: 'END', durationMs, count: 0 } };
  }
}
