/**
 * The vocabularies that cross process borders: roles, states, kinds. The database, the graph and the
 * Redis messages all take their values from here. A new value belongs here and in `contract/graph.graphql`.
 */
import { z } from 'zod';

export const Role = z.enum(['EMPLOYEE', 'CANDIDATE', 'HR', 'ADMIN']);
export type Role = z.infer<typeof Role>;

export const InterviewRoundType = z.enum([
  'TECHNICAL_AI',
  'SCREENING_HUMAN',
  'HR_HUMAN',
  'MANAGERIAL_HUMAN',
  'CULTURAL_FIT_HUMAN',
]);
export type InterviewRoundType = z.infer<typeof InterviewRoundType>;

export const InterviewMode = z.enum(['AI_CONDUCTED', 'HUMAN_AI_ASSISTED', 'HUMAN_ONLY']);
export type InterviewMode = z.infer<typeof InterviewMode>;

export const RoundStatus = z.enum([
  'SCHEDULED',
  'WAITING_FOR_CANDIDATE',
  'WAITING_FOR_INTERVIEWER',
  'IN_PROGRESS',
  'COMPLETED',
  'CANCELLED',
  'NO_SHOW',
]);
export type RoundStatus = z.infer<typeof RoundStatus>;

export const InsightType = z.enum([
  'SPEECH_CONFIDENCE',
  'HESITATION',
  'RESPONSE_LATENCY',
  'HEAD_MOVEMENT',
  'VIDEO_QUALITY',
  'MULTIPLE_FACES',
  'FACE_SWITCH',
  'TAB_SWITCH',
  'BACKGROUND_VOICE',
  'RESUME_CONTRADICTION',
  'FACE_ABSENT',
  'ENGAGEMENT',
  'RESPONSE_QUALITY',
]);
export type InsightType = z.infer<typeof InsightType>;

/** The five types of which an onset is also a `FraudAlert`. */
export const FRAUD_TYPES = [
  'TAB_SWITCH',
  'MULTIPLE_FACES',
  'FACE_SWITCH',
  'FACE_ABSENT',
  'BACKGROUND_VOICE',
] as const satisfies readonly InsightType[];

/** Ordered: a later one is more severe. */
export const AlertSeverity = z.enum(['INFO', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL']);
export type AlertSeverity = z.infer<typeof AlertSeverity>;

export const VerdictDecision = z.enum(['ADVANCE', 'REJECT', 'HOLD', 'REASSESS']);
export type VerdictDecision = z.infer<typeof VerdictDecision>;

export const Speaker = z.enum(['CANDIDATE', 'INTERVIEWER']);
export type Speaker = z.infer<typeof Speaker>;

export const InsightDisposition = z.enum(['UNREVIEWED', 'CONFIRMED', 'DISMISSED']);
export type InsightDisposition = z.infer<typeof InsightDisposition>;

export const AnalyserState = z.enum(['OK', 'DEGRADED', 'DOWN']);
export type AnalyserState = z.infer<typeof AnalyserState>;

export const AnalyserService = z.enum(['speech', 'video', 'fraud', 'nlp', 'aggregator']);
export type AnalyserService = z.infer<typeof AnalyserService>;
