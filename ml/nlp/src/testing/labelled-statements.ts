/**
 * The labelled statements in fixtures/: what people may say against a resume, half of it with a contradiction. Rules and
 * thresholds were chosen on the half `choose`; `score` was written before the rules, see README.md for its first run.
 */
import { readFileSync } from 'node:fs';
import { ContradictionKind } from '@interview/schema/insight-values';
import { ResumeFacts } from '@interview/schema/messages';
import { z } from 'zod';
import { contradictionsIn } from '../contradictions/contradictions.js';

const Expected = z.object({ kind: ContradictionKind, subject: z.string().optional() });

const LabelledStatement = z.object({
  id: z.string(),
  half: z.enum(['choose', 'score']),
  /**
   * Of the scored ones: `before` the rules, by the same hand; `after` them, in other words, and then repaired by;
   * `fresh` after that: no rule was changed for them.
   */
  written: z.enum(['with the rules', 'before', 'after', 'fresh']),
  /** Key of the resume in fixtures/resumes.json. */
  resume: z.string(),
  said: z.array(z.object({ speaker: z.enum(['CANDIDATE', 'INTERVIEWER']), text: z.string() })),
  /** The recogniser's, of each segment. */
  confidence: z.number(),
  expected: z.array(Expected),
});
export type LabelledStatement = z.infer<typeof LabelledStatement>;

const Resumes = z.object({
  /** The day that "present" is in them. */
  readAt: z.iso.datetime(),
  resumes: z.record(z.string(), z.object({ text: z.string(), facts: ResumeFacts })),
});

const read = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${file}`, import.meta.url), 'utf8'));

export const labelledResumes = () => Resumes.parse(read('resumes.json'));

export const labelledStatements = (half: LabelledStatement['half']): LabelledStatement[] =>
  z
    .object({ statements: z.array(LabelledStatement) })
    .parse(read('labelled-statements.json'))
    .statements.filter((statement) => statement.half === half);

/** Long answers that fit the resume they are compared with. */
export const cleanAnswers = () =>
  z
    .object({ answers: z.array(z.object({ resume: z.string(), segments: z.array(z.string()) })) })
    .parse(read('clean-answers.json')).answers;

/** Right, told but not there, and missed, each named. A finding is right when its kind and its subject are. */
export interface Score {
  right: string[];
  wrong: string[];
  missed: string[];
  precision: number;
  recall: number;
  f1: number;
}

export function scoreStatements(statements: readonly LabelledStatement[]): Score {
  const { readAt, resumes } = labelledResumes();
  const [right, wrong, missed]: [string[], string[], string[]] = [[], [], []];
  for (const { id, resume: name, said, confidence, expected } of statements) {
    const resume = resumes[name];
    if (!resume) throw new Error(`${id} names a resume that is not there: ${name}.`);
    const run = said.flatMap(({ speaker, text }, at) =>
      speaker === 'CANDIDATE' ? [{ id: `${id}/${at}`, text, confidence }] : [],
    );
    const asked = said.flatMap(({ speaker, text }) => (speaker === 'INTERVIEWER' ? [text] : [])).join(' ');
    const left = expected.map(({ kind, subject }) => nameOf(id, kind, subject));
    for (const { kind, subject } of contradictionsIn(run, resume, new Date(readAt), asked)) {
      const found = nameOf(id, kind, subject ?? undefined);
      const at = left.indexOf(found);
      if (at < 0) wrong.push(found);
      else right.push(...left.splice(at, 1));
    }
    missed.push(...left);
  }
  const precision = right.length / Math.max(1, right.length + wrong.length);
  const recall = right.length / Math.max(1, right.length + missed.length);
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { right, wrong, missed, precision, recall, f1 };
}

const nameOf = (id: string, kind: ContradictionKind, subject?: string) =>
  `${id} ${kind}${subject === undefined ? '' : ` ${subject.toLowerCase()}`}`;
