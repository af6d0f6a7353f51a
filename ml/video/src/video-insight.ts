/** The insights that this service makes, out of all that the port knows. */
import type { InsightFinding } from '@interview/ml-kit/analyser';

export type VideoInsight = Extract<InsightFinding, { type: 'VIDEO_QUALITY' | 'HEAD_MOVEMENT' | 'ENGAGEMENT' }>;
