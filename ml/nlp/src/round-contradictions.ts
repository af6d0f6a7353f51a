/** The contradictions of a whole round: its runs of segments against its resume, each as a finding. */
import type { InsightFinding } from '@interview/ml-kit/analyser';
import type { StoredResume, StoredSegment } from '@interview/schema/messages';
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
    const found = onceEach(runs.flatMap(({ segments, ...of }) => compare(segments, of)));
    const segments = runs.flatMap((run) => run.segments);
    return found.flatMap((one) => contradictionFinding(one, ruleKey(one), segments, startedAtMs));
  }
}

/** Made of the segment, the kind and the name: the same after a takeover, and against a replaced resume. */
const ruleKey = ({ said, kind, subject }: Contradiction) => `contradiction:${said.segmentId}:${kind}:${subject ?? ''}`;

/** As it is told; nothing where its segments are not among those given. */
export function contradictionFinding(
  { kind, said, resume, severity, explanation, lastSegmentId }: Contradiction,
  key: string,
  segments: readonly StoredSegment[],
  startedAtMs: number,
): ContradictionFinding[] {
  const first = segments.find(({ id }) => id === said.segmentId);
  const last = segments.find(({ id }) => id === lastSegmentId);
  if (!first || !last) return [];
  return [
    {
      kind: 'insight',
      key,
      type: 'RESUME_CONTRADICTION',
      severity,
      value: { kind, said, resume },
      explanation,
      atMs: startedAtMs + first.timestampMs,
      capturedAtMs: startedAtMs + last.timestampMs + last.durationMs,
    },
  ];
}
