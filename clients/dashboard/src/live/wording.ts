/** The words and figures of the live page: what a code is called, and how a number reads. */
import type { AlertSeverity, AnalyserState, InsightType, RoundStatus } from '@interview/sdk/operations';

export const INSIGHT_NAMES: Readonly<Record<InsightType, string>> = {
  SPEECH_CONFIDENCE: 'Speech confidence',
  HESITATION: 'Hesitation',
  RESPONSE_LATENCY: 'Response time',
  HEAD_MOVEMENT: 'Head movement',
  VIDEO_QUALITY: 'Picture quality',
  MULTIPLE_FACES: 'More than one face',
  FACE_SWITCH: 'Different face',
  TAB_SWITCH: 'Tab left',
  BACKGROUND_VOICE: 'Background voice',
  RESUME_CONTRADICTION: 'Differs from resume',
  FACE_ABSENT: 'No face',
  ENGAGEMENT: 'Facing the screen',
  RESPONSE_QUALITY: 'Answer',
};

export const SEVERITY_NAMES: Readonly<Record<AlertSeverity, string>> = {
  INFO: 'Info',
  LOW: 'Low',
  MEDIUM: 'Medium',
  HIGH: 'High',
  CRITICAL: 'Critical',
};

export const STATUS_NAMES: Readonly<Record<RoundStatus, string>> = {
  SCHEDULED: 'Scheduled',
  WAITING_FOR_CANDIDATE: 'Waiting for candidate',
  WAITING_FOR_INTERVIEWER: 'Waiting for interviewer',
  IN_PROGRESS: 'In progress',
  COMPLETED: 'Completed',
  CANCELLED: 'Cancelled',
  NO_SHOW: 'No show',
};

/** By the service's name; one that is not here is shown by it. */
export const ANALYSER_NAMES: Readonly<Record<string, string>> = {
  speech: 'Speech',
  video: 'Picture',
  fraud: 'Alerts',
  nlp: 'Answers',
  aggregator: 'Summary',
};

export const ANALYSER_STATE_NAMES: Readonly<Record<AnalyserState, string>> = {
  OK: 'works',
  DEGRADED: 'works in part',
  DOWN: 'does not work',
};

/** `TECHNICAL_AI` → `Technical AI`. */
export function nameOfCode(code: string): string {
  const words = code.split('_').map((word) => (['AI', 'HR'].includes(word) ? word : word.toLowerCase()));
  const text = words.join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Milliseconds from the round's start as on a clock: `1:05`, `1:02:03`. */
export function clockTime(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** What was not measured yet. */
export const UNKNOWN = '–';

/** A share from 0 to 1. */
export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? UNKNOWN : `${Math.round(share * 100)} %`;
}

export function seconds(milliseconds: number | null | undefined): string {
  return milliseconds === null || milliseconds === undefined ? UNKNOWN : `${(milliseconds / 1000).toFixed(1)} s`;
}

export function whole(figure: number | null | undefined): string {
  return figure === null || figure === undefined ? UNKNOWN : String(Math.round(figure));
}
