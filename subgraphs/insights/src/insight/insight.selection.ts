/** Which insights a client wants to see, for lists (as a condition) and for feeds (as a test). */
import { AlertSeverity, FRAUD_TYPES, type InsightType } from '@interview/schema/enums';
import type { Condition } from '../sequence-list.js';
import type { Insight } from './insight.entity.js';

export interface InsightSelection {
  types?: InsightType[] | null | undefined;
  minSeverity?: AlertSeverity | null | undefined;
  /** Strictly after this instant. */
  since?: Date | null | undefined;
}

const atLeast = (severity: AlertSeverity): AlertSeverity[] =>
  AlertSeverity.options.slice(AlertSeverity.options.indexOf(severity));

export function selectionCondition({ types, minSeverity, since }: InsightSelection): Condition {
  const parts: [sql: string, parameter: string | Date][] = [];
  if (types) parts.push(["insight_type = any(string_to_array(?, ',')::insights.insight_type[])", types.join(',')]);
  if (minSeverity && minSeverity !== 'INFO') parts.push(['severity >= ?::insights.alert_severity', minSeverity]);
  if (since) parts.push(['created_at > ?', since]);
  return { sql: parts.map(([sql]) => `and ${sql}`).join(' '), parameters: parts.map(([, parameter]) => parameter) };
}

export function selectionTest({ types, minSeverity }: InsightSelection): (insight: Insight) => boolean {
  const wantedTypes = types ? new Set(types) : undefined;
  const wantedSeverities = minSeverity ? new Set(atLeast(minSeverity)) : undefined;
  return ({ type, severity }) => (wantedTypes?.has(type) ?? true) && (wantedSeverities?.has(severity) ?? true);
}

const fraudTypes: ReadonlySet<InsightType> = new Set(FRAUD_TYPES);

/** An alert is raised at its onset; the insight that closes an episode is none. */
export const isFraudAlert = ({ type, value }: Pick<Insight, 'type' | 'value'>): boolean =>
  fraudTypes.has(type) && (type === 'FACE_SWITCH' || value['phase'] === 'START');
