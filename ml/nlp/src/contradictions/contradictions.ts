/**
 * What a candidate said against what the resume says: a pure function of the segments and the facts.
 *
 * A claim is looked for in a segment and the one after it, so it is judged when the next segment is known or the answer is
 * over: what is found does not depend on how segments arrive. Each statement is told once, when it is first made.
 */
import type { AlertSeverity } from '@interview/schema/enums';
import type { ContradictionKind } from '@interview/schema/insight-values';
import type { ResumeFacts } from '@interview/schema/messages';
import { withAskedTopic } from './asked-topic.js';
import { clausesOf } from './clauses.js';
import { employerDifferences } from './employer-claims.js';
import { itemsOf } from './items.js';
import { type Difference, type ResumeView, viewResume } from './resume-view.js';
import { deniedSkills, skillYearDifferences } from './skill-claims.js';
import { CONFIDENCE_FLOOR, LARGE_GAP_FACTOR, SEGMENT_CHARACTERS } from './thresholds.js';
import { quoteOf, type SaidSegment, tokensOf } from './tokens.js';
import { totalDifferences } from './total-claims.js';
import { unlistedEmployers } from './unlisted-employers.js';

export type { SaidSegment } from './tokens.js';

export interface ComparedResume {
  facts: ResumeFacts;
  /** The whole text, where it is known; a name that stands anywhere in it is not missing. */
  text: string | null;
}

export interface Contradiction {
  kind: ContradictionKind;
  /** The skill or the employer; null for all work. */
  subject: string | null;
  said: { quote: string; segmentId: string };
  /** The segment that the quote ends in. */
  lastSegmentId: string;
  resume: { quote: string };
  severity: Extract<AlertSeverity, 'LOW' | 'MEDIUM'>;
  explanation: string;
}

/**
 * The contradictions of a run of the candidate's segments that follow each other (an answer).
 * @param run in the order in which they were said; the interviewer's are not among them.
 * @param asked what was asked before it, where that is known.
 * @param now the day that "present" in the resume is: the round's.
 * @example contradictionsIn([{ id, text: 'ten years of go', confidence: 0.9 }], { facts, text: null }, new Date())
 */
export function contradictionsIn(
  run: readonly SaidSegment[],
  resume: ComparedResume,
  now: Date,
  asked = '',
): Contradiction[] {
  return onceEach(comparisonWith(resume, now)(run, { asked }).found);
}

/**
 * The same for many runs against one resume, each segment judged once. While a run is open, what its last segment says is
 * not judged yet. What is said again is found again: see `onceEach`. `goOn` is asked before each segment that was not judged
 * before: what it leaves is judged by a later call, in the same order, so that findings do not depend on it.
 */
export function comparisonWith({ facts, text }: ComparedResume, now: Date) {
  const resume = viewResume(facts, text ?? '', now);
  const judged = new Map<string, Contradiction[]>();
  return (
    run: readonly SaidSegment[],
    { open = false, asked = '', goOn = () => true }: { open?: boolean; asked?: string; goOn?: () => boolean },
  ): { found: Contradiction[]; done: boolean } => {
    const found: Contradiction[] = [];
    for (let at = 0; at < run.length - (open ? 1 : 0); at += 1) {
      const before = at === 0 ? asked : '';
      const key = `${[at - 1, at, at + 1].map((index) => run[index]?.id ?? '').join(' ')} ${before}`;
      const known = judged.get(key);
      if (!known && !goOn()) return { found, done: false };
      const begun = known ?? beginningIn(run, at, resume, before);
      judged.set(key, begun);
      found.push(...begun);
    }
    return { found, done: true };
  };
}

/** Those whose words begin in one segment. The segment before it tells who is spoken of. */
function beginningIn(run: readonly SaidSegment[], at: number, resume: ResumeView, asked: string): Contradiction[] {
  const from = Math.max(0, at - 1);
  const window = run.slice(from, at + 2).map((one) => ({ ...one, text: one.text.slice(0, SEGMENT_CHARACTERS) }));
  const clauses = withAskedTopic(clausesOf(itemsOf(tokensOf(window), resume.names)), asked, resume.names);
  return clauses
    .flatMap((clause) => [
      ...skillYearDifferences(clause, resume),
      ...deniedSkills(clause, resume),
      ...employerDifferences(clause, resume),
      ...unlistedEmployers(clause, resume),
      ...totalDifferences(clause, resume),
    ])
    .filter(({ first }) => first.first.segment === at - from)
    .flatMap((difference) => toContradiction(difference, window));
}

function toContradiction(difference: Difference, window: readonly SaidSegment[]): Contradiction[] {
  const { kind, subject, first, last, resumeQuote, explanation } = difference;
  const [begins, ends] = [window[first.first.segment], window[last.last.segment]];
  if (!begins || !ends) return [];
  const used = window.slice(first.first.segment, last.last.segment + 1);
  return [
    {
      kind,
      subject,
      said: { quote: quoteOf(window, first.first, last.last), segmentId: begins.id },
      lastSegmentId: ends.id,
      resume: { quote: resumeQuote },
      severity: severityOf(difference, used),
      explanation,
    },
  ];
}

/** LOW, unless the recogniser was sure of the words and the figures are far apart. Never higher than MEDIUM. */
function severityOf({ tolerances }: Difference, used: readonly SaidSegment[]): Contradiction['severity'] {
  const sure = used.every(({ confidence }) => confidence !== null && confidence >= CONFIDENCE_FLOOR);
  return sure && tolerances !== null && tolerances >= LARGE_GAP_FACTOR ? 'MEDIUM' : 'LOW';
}

/** The same figures said again are no second contradiction: the first time stays. */
export function onceEach(found: readonly Contradiction[]): Contradiction[] {
  const unique = new Map<string, Contradiction>();
  for (const one of found) {
    const key = `${one.kind} ${one.subject ?? ''} ${one.explanation}`;
    if (!unique.has(key)) unique.set(key, one);
  }
  return [...unique.values()];
}
