/**
 * Writing to the audit log (guide, 8.4), in the transaction that makes the change: the entry is there if and
 * only if the change is. It holds ids, codes and enum values, never a name, a text or a note: nothing in it has
 * to be erased with a candidate.
 */
import type { Role } from '@interview/schema/enums';
import type { SqlEntityManager } from '@mikro-orm/postgresql';

/** A sentence on each: what has happened when such an entry is there. */
export const AUDIT_ACTIONS = {
  ROUND_CREATED: 'A round was created.',
  ROUND_STATUS_CHANGED: 'A round went from one status to another.',
  ROUND_CHANGED: 'A round was planned anew or assigned to another interviewer.',
  CONSENT_GIVEN: 'The candidate agreed to the analysis.',
  CONSENT_WITHDRAWN: 'The candidate took the consent back.',
  VERDICT_SUBMITTED: 'The verdict on a round was submitted.',
  FRAUD_ALERT_RAISED: 'An analyser raised a fraud alert.',
  INSIGHT_REVIEWED: 'A person confirmed or dismissed an insight, or took that back.',
  RESUME_UPLOADED: 'A resume was uploaded for a round.',
  RESUME_ACCESSED: 'A resume file was served.',
  ERASURE_REQUESTED: 'The erasure of a candidate was ordered.',
  ERASURE_COMPLETED: 'Nothing is held about the candidate any more.',
} as const;
export type AuditAction = keyof typeof AUDIT_ACTIONS;

export interface AuditEntry {
  companyId: string;
  /** A viewer, or a part of the product under its own name and without a role. */
  actor: { id: string; role: Role | null };
  action: AuditAction;
  roundId: string | null;
  detail?: Record<string, string | number | boolean | null>;
}

/** An entry as the database's `audit.append` takes it, for functions there that append by themselves. */
export const auditRow = ({ companyId, actor, action, roundId, detail }: AuditEntry) => ({
  company_id: companyId,
  actor_id: actor.id,
  actor_role: actor.role,
  action,
  round_id: roundId,
  detail: detail ?? {},
});

/**
 * Appends the entries, in one statement. Make it the last statement of the transaction: it holds the company's
 * chain until the commit.
 */
export async function recordAudit(tx: SqlEntityManager, ...entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await tx.execute('select audit.append(?::jsonb)', [JSON.stringify(entries.map(auditRow))]);
}
