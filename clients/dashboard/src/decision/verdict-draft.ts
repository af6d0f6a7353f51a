/** What stands in the verdict form, and the input it becomes. The server judges it; nothing is judged twice. */
import type { SubmitVerdictInput, VerdictDecision } from '@interview/sdk/operations';

export const DECISIONS: Readonly<Record<VerdictDecision, string>> = {
  ADVANCE: 'Advance',
  HOLD: 'Hold',
  REASSESS: 'Assess again',
  REJECT: 'Reject',
};

export const SCORES = {
  overallScore: 'Overall',
  technicalScore: 'Technical',
  communicationScore: 'Communication',
  culturalFitScore: 'Cultural fit',
} as const;
export type ScoreField = keyof typeof SCORES;

export interface VerdictDraft extends Record<ScoreField, string> {
  decision: VerdictDecision | '';
  /** One to a line. */
  strengths: string;
  weaknesses: string;
  notes: string;
  privateNotes: string;
}

export const EMPTY_DRAFT: VerdictDraft = {
  decision: '',
  overallScore: '',
  technicalScore: '',
  communicationScore: '',
  culturalFitScore: '',
  strengths: '',
  weaknesses: '',
  notes: '',
  privateNotes: '',
};

/** The fields that a complaint of the server can stand at. */
export const VERDICT_FIELDS = Object.keys(EMPTY_DRAFT);

/** @returns undefined while there is no decision or overall score, which no input can be without */
export function inputOf(roundId: string, draft: VerdictDraft): SubmitVerdictInput | undefined {
  const overallScore = scoreOf(draft.overallScore);
  if (draft.decision === '' || overallScore === null) return undefined;
  return {
    roundId,
    decision: draft.decision,
    overallScore,
    technicalScore: scoreOf(draft.technicalScore),
    communicationScore: scoreOf(draft.communicationScore),
    culturalFitScore: scoreOf(draft.culturalFitScore),
    strengths: linesOf(draft.strengths),
    weaknesses: linesOf(draft.weaknesses),
    notes: draft.notes.trim() || null,
    privateNotes: draft.privateNotes.trim() || null,
  };
}

function scoreOf(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
