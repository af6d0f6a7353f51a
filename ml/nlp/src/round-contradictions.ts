/** The contradictions of a whole round: its runs of segments against its resume, each as a finding. */
import type { InsightFinding } from '@interview/ml-kit/analyser';
import type { StoredResume } from '@interview/schema/messages';
import type { Run } from './answers.js';
import { type Contradiction, comparisonWith, onceEach } from './contradictions/contradictions.js';

export type ContradictionFinding = Extract<InsightFinding, { type: 'RESUME_CONTRADICTION' }>;

/** Compares a round's runs with its resume; what was judged once is not judged again while the resume is the same. */
export class RoundContradictions {
  private resumeId: string | undefined;
  private compare: ReturnType<typeof comparisonWith> | undefined;

  /** Those that can be told by now, in the order in which they were said. `startedAtMs`: the day that "present" is. */
  of(runs: readonly Run[], resume: StoredResume | null, startedAtMs: number): ContradictionFinding[] {
    if (!resume?.facts) return [];
    if (resume.resumeId !== this.resumeId || !this.compare) {
      this.resumeId = resume.resumeId;
      this.compare = comparisonWith({ facts: resume.facts, text: resume.text }, new Date(startedAtMs));
    }
    const { compare } = this;
    const found = onceEach(runs.flatMap(({ segments, open }) => compare(segments, open)));
    const ends = new Map(runs.flatMap(({ segments }) => segments.map((segment) => [segment.id, segment] as const)));
    return found.flatMap((contradiction) => {
      const [first, last] = [ends.get(contradiction.said.segmentId), ends.get(contradiction.lastSegmentId)];
      if (!first || !last) return [];
      const capturedAtMs = startedAtMs + last.timestampMs + last.durationMs;
      return [findingOf(contradiction, startedAtMs + first.timestampMs, capturedAtMs)];
    });
  }
}

/** Its key is made of the segment, the kind and the name: the same after a takeover, and against a replaced resume. */
export function findingOf(
  { kind, subject, said, resume, severity, explanation }: Omit<Contradiction, 'lastSegmentId'>,
  atMs: number,
  capturedAtMs: number,
): ContradictionFinding {
  return {
    kind: 'insight',
    key: `contradiction:${said.segmentId}:${kind}:${subject ?? ''}`,
    type: 'RESUME_CONTRADICTION',
    severity,
    value: { kind, said, resume },
    explanation,
    atMs,
    capturedAtMs,
  };
}
