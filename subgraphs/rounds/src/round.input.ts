/** What clients send about rounds, and the checks that need nothing but the input itself. */
import { type FieldProblem, validationFailed } from '@interview/runtime/errors';
import type { InterviewMode, InterviewRoundType, RoundStatus } from '@interview/schema/enums';
import { DateTime } from '@interview/subgraph-kit/scalars';
import { Field, InputType, Int } from 'type-graphql';
import { InterviewModeEnum, InterviewRoundTypeEnum, RoundStatusEnum } from './round.entity.js';
import { UPDATE_TARGETS } from './round.lifecycle.js';

@InputType()
export class CreateRoundInput {
  @Field()
  externalInterviewId!: string;
  @Field()
  externalCandidateId!: string;
  @Field(() => String, { nullable: true })
  externalInterviewerId?: string | null;
  @Field()
  externalJobRoleId!: string;
  @Field(() => Int, { nullable: true, defaultValue: 1 })
  roundNumber?: number | null;
  @Field(() => InterviewRoundTypeEnum)
  roundType!: InterviewRoundType;
  @Field(() => InterviewModeEnum)
  interviewMode!: InterviewMode;
  @Field(() => DateTime, { nullable: true })
  scheduledAt?: Date | null;
  @Field(() => Int, { nullable: true, defaultValue: 60 })
  scheduledDurationMinutes?: number | null;
}

@InputType()
export class UpdateRoundInput {
  @Field(() => RoundStatusEnum, {
    nullable: true,
    description: 'IN_PROGRESS, COMPLETED or CANCELLED; a move the lifecycle does not allow is VALIDATION_FAILED.',
  })
  status?: RoundStatus | null;
  @Field(() => DateTime, { nullable: true })
  scheduledAt?: Date | null;
  @Field(() => String, {
    nullable: true,
    description: 'HR, ADMIN only. Who was assigned before loses access, and open feeds end, within 5 s.',
  })
  externalInterviewerId?: string | null;
}

@InputType()
export class RoundFilter {
  @Field(() => [RoundStatusEnum], { nullable: true })
  status?: RoundStatus[] | null;
  @Field(() => String, { nullable: true })
  externalInterviewId?: string | null;
  @Field(() => String, { nullable: true })
  externalCandidateId?: string | null;
  @Field(() => String, { nullable: true })
  externalInterviewerId?: string | null;
  @Field(() => String, { nullable: true })
  externalJobRoleId?: string | null;
  @Field(() => DateTime, { nullable: true })
  scheduledFrom?: Date | null;
  @Field(() => DateTime, { nullable: true })
  scheduledTo?: Date | null;
  @Field(() => DateTime, {
    nullable: true,
    description: 'Delta sync: only what changed after this instant, the oldest change first.',
  })
  updatedAfter?: Date | null;
}

const MAX_ID = 255;
const MAX_QUESTION = 2000;
const MAX_DURATION_MINUTES = 24 * 60;

function checkId(path: string, value: string | null | undefined, problems: FieldProblem[]): void {
  if (value === null || value === undefined) return;
  if (value.trim() === '') problems.push({ path, message: 'must not be empty' });
  else if (value.length > MAX_ID) problems.push({ path, message: `must have at most ${MAX_ID} characters` });
  else if (value.includes('\0')) problems.push({ path, message: 'must not contain a NUL character' });
}

function checkNumber(path: string, value: number | null | undefined, max: number, problems: FieldProblem[]): void {
  if (value !== null && value !== undefined && (value < 1 || value > max)) {
    problems.push({ path, message: `must be from 1 to ${max}` });
  }
}

/** @throws AppError VALIDATION_FAILED naming every wrong field. */
export function checkCreate(input: CreateRoundInput): void {
  const problems: FieldProblem[] = [];
  for (const name of [
    'externalInterviewId',
    'externalCandidateId',
    'externalInterviewerId',
    'externalJobRoleId',
  ] as const) {
    checkId(`input.${name}`, input[name], problems);
  }
  checkNumber('input.roundNumber', input.roundNumber, 1000, problems);
  checkNumber('input.scheduledDurationMinutes', input.scheduledDurationMinutes, MAX_DURATION_MINUTES, problems);
  if (problems.length > 0) throw validationFailed(problems);
}

/** @throws AppError VALIDATION_FAILED naming every wrong field. */
export function checkUpdate(input: UpdateRoundInput): void {
  const problems: FieldProblem[] = [];
  if (input.status && !UPDATE_TARGETS.includes(input.status)) {
    problems.push({ path: 'input.status', message: `must be one of ${UPDATE_TARGETS.join(', ')}` });
  }
  checkId('input.externalInterviewerId', input.externalInterviewerId, problems);
  if (problems.length > 0) throw validationFailed(problems);
}

/** @throws AppError VALIDATION_FAILED. */
export function checkQuestion(text: string): void {
  if (text.trim() === '') throw validationFailed([{ path: 'text', message: 'must not be empty' }]);
  if (text.length > MAX_QUESTION) {
    throw validationFailed([{ path: 'text', message: `must have at most ${MAX_QUESTION} characters` }]);
  }
  if (text.includes('\0')) throw validationFailed([{ path: 'text', message: 'must not contain a NUL character' }]);
}
