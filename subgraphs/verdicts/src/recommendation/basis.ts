/**
 * What a recommendation may rest on: insights that nobody dismissed, of the types that say something about
 * answers or about rules of the interview. The insights subgraph shows them in a view of its own (docs/adr/0011).
 *
 * Left out on purpose: HESITATION, RESPONSE_LATENCY, SPEECH_CONFIDENCE, ENGAGEMENT and HEAD_MOVEMENT. Pauses,
 * pace, accent, gaze and bearing differ with a stammer, a second language or a disability, and say nothing about
 * fitness for a job. VIDEO_QUALITY is about the camera.
 */
import { type AlertSeverity, FRAUD_TYPES, type InsightDisposition, type InsightType } from '@interview/schema/enums';
import type { SqlEntityManager } from '@mikro-orm/postgresql';

export const BASIS_TYPES = [
  'RESPONSE_QUALITY',
  'RESUME_CONTRADICTION',
  ...FRAUD_TYPES,
] as const satisfies InsightType[];
export type BasisType = (typeof BASIS_TYPES)[number];

export interface BasisInsight {
  id: string;
  roundId: string;
  type: BasisType;
  severity: AlertSeverity;
  /** From the round's start. */
  timestampMs: number;
  /** Shaped by type: `INSIGHT_VALUES` of schema/. */
  value: unknown;
  disposition: Exclude<InsightDisposition, 'DISMISSED'>;
}

interface BasisRow {
  id: string;
  round_id: string;
  type: BasisType;
  severity: AlertSeverity;
  timestamp_ms: string;
  value: unknown;
  disposition: BasisInsight['disposition'];
}

/** One statement for any number of rounds; each round's in the order of its time. */
export async function loadBasis(
  em: SqlEntityManager,
  roundIds: readonly string[],
): Promise<Map<string, BasisInsight[]>> {
  const rows = await em.execute<BasisRow[]>(
    `select id, round_id, type, severity, timestamp_ms, value, disposition from insights.verdict_basis
     where round_id = any(string_to_array(?, ',')::uuid[]) and disposition <> 'DISMISSED'
       and type::text = any(string_to_array(?, ','))
     order by timestamp_ms, id`,
    [roundIds.join(','), BASIS_TYPES.join(',')],
  );
  return Map.groupBy(
    rows.map(({ round_id, timestamp_ms, ...rest }) => ({
      ...rest,
      roundId: round_id,
      timestampMs: Number(timestamp_ms),
    })),
    ({ roundId }) => roundId,
  );
}
