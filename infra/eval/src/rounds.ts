/** The round that every sequence is played in, and what the analysers tell of it. */
import type { Finding, InsightFinding } from '@interview/ml-kit/analyser';
import type { InsightType } from '@interview/schema/enums';
import type { RoundState } from '@interview/schema/messages';

/** Epoch ms at which every sequence begins. */
export const BEGIN_MS = 1_700_000_000_000;

export function roundOf(change: Partial<RoundState> = {}): RoundState {
  return {
    id: '6f1c2a52-3d3c-4c7e-9d53-3f1a5a0c1b11',
    version: 1,
    companyId: 'acme',
    candidateId: 'cora',
    interviewerId: 'ivan',
    status: 'IN_PROGRESS',
    mode: 'HUMAN_AI_ASSISTED',
    consentGiven: true,
    startedAtMs: BEGIN_MS,
    questions: [],
    ...change,
  };
}

/** The id that Redis would give to the n-th entry of a stream. */
export const entryId = (atMs: number, n = 0): string => `${BEGIN_MS + Math.round(atMs)}-${n}`;

/** An insight on the sequence's own time axis. */
export interface ToldInsight {
  finding: InsightFinding;
  atMs: number;
  knownMs: number;
}

/** The insights of one type, alerts at their onset only. */
export function toldOf(findings: readonly Finding[], type: InsightType): ToldInsight[] {
  return findings.flatMap((finding) => {
    if (finding.kind !== 'insight' || finding.type !== type) return [];
    if ('phase' in finding.value && finding.value.phase === 'END') return [];
    return [{ finding, atMs: finding.atMs - BEGIN_MS, knownMs: finding.capturedAtMs - BEGIN_MS }];
  });
}
