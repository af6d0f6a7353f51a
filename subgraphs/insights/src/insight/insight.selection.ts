/** Which insights a client wants to see, for lists (as a condition) and for feeds (as a test). */
import { AlertSeverity, FRAUD_TYPES, type InsightType } from '@interview/schema/enums';
import type { FilterQuery } from '@mikro-orm/core';
import type { Insight } from './insight.entity.js';

export interface InsightSelection {
  types?: InsightType[] | null | undefined;
  minSeverity?: AlertSeverity | null | undefined;
  /** Strictly after this instant. */
  since?: Date | null | undefined;
}

const atLeast = (severity: AlertSeverity): AlertSeverity[] =>
  AlertSeverity.options.slice(AlertSeverity.options.indexOf(severity));

export function selectionWhere(roundId: string, { types, minSeverity, since }: InsightSelection): FilterQuery<Insight> {
  return {
    roundId,
    ...(types ? { type: { $in: types } } : {}),
    ...(minSeverity && minSeverity !== 'INFO' ? { severity: { $in: atLeast(minSeverity) } } : {}),
    ...(since ? { createdAt: { $gt: since } } : {}),
  };
}

export function selectionTest({ types, minSeverity }: InsightSelection): (insight: Insight) => boolean {
  const wantedTypes = types ? new Set(types) : undefined;
  const wantedSeverities = minSeverity ? new Set(atLeast(minSeverity)) : undefined;
  return ({ type, severity }) => (wantedTypes?.has(type) ?? true) && (wantedSeverities?.has(severity) ?? true);
}

const fraudTypes: ReadonlySet<InsightType> = new Set(FRAUD_TYPES);

/** An alert is raised at its onset; the insight that closes an episode is none. */
export const isFraudAlert = ({ type, value }: Insight): boolean =>
  fraudTypes.has(type) && (type === 'FACE_SWITCH' || value['phase'] === 'START');
