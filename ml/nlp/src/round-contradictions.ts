/** The contradictions of a whole round: its runs of segments against its resume, each as a finding. */
import type { InsightFinding } from '@interview/ml-kit/analyser';
import type { ResumeFacts, StoredResume, StoredSegment } from '@interview/schema/messages';
import type { Run } from './answers.js';
import { type Contradiction, comparisonWith, onceEach } from './contradictions/contradictions.js';

export type ContradictionFinding = Extract<InsightFinding, { type: 'RESUME_CONTRADICTION' }>;

/** Compares a round's runs with its resume; what was judged once is not judged again while the resume is the same. */
export class RoundContradictions {
  private resumeId: string | undefined;
  private compare: ReturnType<typeof comparisonWith> | undefined;
  private runs: readonly Run[] = [];
  private found: ContradictionFinding[] = [];
  /** Segments are left that were not compared yet. */
  left = false;

  /**
   * Those that can be told by now, in the order in which they were said. The same runs against the same resume are not gone
   * through again. `startedAtMs`: the day that "present" is. `goOn`: whether there is time for one more segment.
   */
  of(
    runs: readonly Run[],
    resume: StoredResume | null,
    { startedAtMs, goOn }: { startedAtMs: number; goOn: () => boolean },
  ): ContradictionFinding[] {
    if (!resume?.facts) {
      this.left = false;
      return [];
    }
    const compare = this.comparison(resume.resumeId, resume.facts, resume.text, startedAtMs);
    if (runs === this.runs && !this.left) return this.found;
    this.runs = runs;
    this.left = false;
    const found: Contradiction[] = [];
    for (const { segments, open, asked } of runs) {
      const compared = compare(segments, { open, asked, goOn });
      found.push(...compared.found);
      this.left = !compared.done;
      if (this.left) break;
    }
    const segments = runs.flatMap((run) => run.segments);
    this.found = onceEach(found).flatMap((one) => contradictionFinding(one, ruleKey(one), segments, startedAtMs));
    return this.found;
  }

  private comparison(resumeId: string, facts: ResumeFacts, text: string | null, startedAtMs: number) {
    if (this.compare && resumeId === this.resumeId) return this.compare;
    this.resumeId = resumeId;
    this.runs = [];
    this.compare = comparisonWith({ facts, text }, new Date(startedAtMs));
    return this.compare;
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
