/** What a verdict is submitted with, and what may be wrong with it. */
import type { FieldProblem } from '@interview/runtime/errors';
import type { VerdictDecision } from '@interview/schema/enums';
import { Field, ID, InputType, Int } from 'type-graphql';
import { VerdictDecisionEnum } from './verdict.entity.js';

/**
 * Generous for what a person writes, small enough that a verdict in a list or a feed stays a small message.
 * Characters are Unicode code points.
 */
export const LIMITS = { listEntries: 50, entryCharacters: 1000, notesCharacters: 10_000 } as const;

@InputType()
export class SubmitVerdictInput {
  @Field(() => ID)
  roundId!: string;
  @Field(() => VerdictDecisionEnum)
  decision!: VerdictDecision;
  @Field(() => Int)
  overallScore!: number;
  @Field(() => Int, { nullable: true })
  technicalScore?: number | null;
  @Field(() => Int, { nullable: true })
  communicationScore?: number | null;
  @Field(() => Int, { nullable: true })
  culturalFitScore?: number | null;
  @Field(() => [String], {
    nullable: true,
    defaultValue: [],
    description: `At most ${LIMITS.listEntries}, each of at most ${LIMITS.entryCharacters} characters.`,
  })
  strengths?: string[] | null;
  @Field(() => [String], { nullable: true, defaultValue: [], description: 'As `strengths`.' })
  weaknesses?: string[] | null;
  @Field(() => String, { nullable: true, description: `At most ${LIMITS.notesCharacters} characters.` })
  notes?: string | null;
  @Field(() => String, {
    nullable: true,
    description: `At most ${LIMITS.notesCharacters} characters. HR and ADMIN alone can read them back.`,
  })
  privateNotes?: string | null;
}

const SCORES = ['overallScore', 'technicalScore', 'communicationScore', 'culturalFitScore'] as const;

/** Every wrong field, with its path in the mutation's arguments; empty when the input is right. */
export function problemsOf(input: SubmitVerdictInput): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const check = (path: string, message: string | undefined) => {
    if (message) problems.push({ path: `input.${path}`, message });
  };
  for (const name of SCORES) check(name, problemOfScore(input[name]));
  for (const name of ['strengths', 'weaknesses'] as const) {
    const entries = input[name] ?? [];
    if (entries.length > LIMITS.listEntries) check(name, `must have at most ${LIMITS.listEntries} entries`);
    entries.slice(0, LIMITS.listEntries).forEach((entry, index) => {
      check(
        `${name}.${index}`,
        entry.trim() === '' ? 'must not be empty' : problemOfText(entry, LIMITS.entryCharacters),
      );
    });
  }
  for (const name of ['notes', 'privateNotes'] as const) {
    check(name, problemOfText(input[name] ?? '', LIMITS.notesCharacters));
  }
  return problems;
}

function problemOfScore(score: number | null | undefined): string | undefined {
  if (score === null || score === undefined) return undefined;
  return Number.isInteger(score) && score >= 1 && score <= 10 ? undefined : 'must be a whole number from 1 to 10';
}

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
function problemOfText(text: string, limit: number): string | undefined {
  if (text.length > limit && [...text].length > limit) return `must have at most ${limit} characters`;
  if (text.includes('\0') || !text.isWellFormed()) return 'must be text without NUL characters and broken surrogates';
  return undefined;
}
