/** What stands in the form for a new round, and the input it becomes. The server judges it. */
import type { CreateRoundInput, InterviewMode, InterviewRoundType } from '@interview/sdk/operations';

export const ROUND_TYPES: Readonly<Record<InterviewRoundType, string>> = {
  TECHNICAL_AI: 'Technical, with AI',
  SCREENING_HUMAN: 'Screening',
  HR_HUMAN: 'HR',
  MANAGERIAL_HUMAN: 'Managerial',
  CULTURAL_FIT_HUMAN: 'Cultural fit',
};

export const MODES: Readonly<Record<InterviewMode, string>> = {
  HUMAN_AI_ASSISTED: 'A person, assisted by AI',
  HUMAN_ONLY: 'A person, nothing is analysed',
  AI_CONDUCTED: 'Conducted by AI',
};

export interface RoundDraft {
  externalInterviewId: string;
  externalCandidateId: string;
  externalInterviewerId: string;
  externalJobRoleId: string;
  roundNumber: string;
  roundType: InterviewRoundType;
  interviewMode: InterviewMode;
  /** As the browser's `datetime-local` writes it, in its own time zone. */
  scheduledAt: string;
  scheduledDurationMinutes: string;
}

export const EMPTY_ROUND: RoundDraft = {
  externalInterviewId: '',
  externalCandidateId: '',
  externalInterviewerId: '',
  externalJobRoleId: '',
  roundNumber: '1',
  roundType: 'TECHNICAL_AI',
  interviewMode: 'HUMAN_AI_ASSISTED',
  scheduledAt: '',
  scheduledDurationMinutes: '60',
};

/** The fields that a complaint of the server can stand at. */
export const ROUND_FIELDS = Object.keys(EMPTY_ROUND);

export function roundInputOf(draft: RoundDraft): CreateRoundInput {
  return {
    externalInterviewId: draft.externalInterviewId.trim(),
    externalCandidateId: draft.externalCandidateId.trim(),
    externalInterviewerId: draft.externalInterviewerId.trim() || null,
    externalJobRoleId: draft.externalJobRoleId.trim(),
    roundType: draft.roundType,
    interviewMode: draft.interviewMode,
    scheduledAt: draft.scheduledAt ? new Date(draft.scheduledAt).toISOString() : null,
    ...numberIn('roundNumber', draft.roundNumber),
    ...numberIn('scheduledDurationMinutes', draft.scheduledDurationMinutes),
  };
}

/** Left out where nothing stands: the graph has its own default. */
function numberIn<K extends string>(field: K, text: string): Partial<Record<K, number>> {
  return text.trim() === '' ? {} : ({ [field]: Number(text) } as Record<K, number>); // one key, which K names
}
