/**
 * What belongs to every change of a round, whoever makes it: a new version, the note for the relay, and the audit
 * entries, which follow from the round as it was and as it is, so that nobody can forget one.
 */
import type { Role } from '@interview/schema/enums';
import { type AuditEntry, recordAudit } from '@interview/subgraph-kit/audit/audit';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { Round } from './round.entity.js';
import { noteChange } from './round.relay.js';

/** The audit log's actor for what the clock, and no person, does. */
export const THE_PRODUCT = { id: 'rounds', role: null } as const;

/** What the audit log compares. */
export const snapshot = ({ status, candidateConsentGiven, externalInterviewerId, scheduledAt }: Round) => ({
  status,
  consent: candidateConsentGiven,
  interviewerId: externalInterviewerId,
  scheduledAtMs: scheduledAt?.getTime() ?? null,
});
type Snapshot = ReturnType<typeof snapshot>;

interface Change {
  /** As it is now; locked by the transaction. */
  round: Round;
  before: Snapshot;
  actor: { id: string; role: Role | null };
  at: Date;
}

/** Call it last in the transaction: it holds the company's audit chain until the commit. */
export async function saveChange(tx: SqlEntityManager, ...changes: readonly Change[]): Promise<void> {
  for (const { round, at } of changes) {
    round.version += 1;
    round.updatedAt = at;
    await noteChange(tx, round.id);
  }
  await tx.flush();
  await recordAudit(tx, ...changes.flatMap(auditOf));
}

function auditOf({ round, before, actor }: Change): AuditEntry[] {
  const after = snapshot(round);
  const base = { companyId: round.companyId, actor, roundId: round.id };
  const entries: AuditEntry[] = [];
  if (after.status !== before.status) {
    entries.push({ ...base, action: 'ROUND_STATUS_CHANGED', detail: { from: before.status, to: after.status } });
  }
  if (after.consent !== before.consent) {
    entries.push({ ...base, action: after.consent ? 'CONSENT_GIVEN' : 'CONSENT_WITHDRAWN' });
  }
  const reassigned = after.interviewerId !== before.interviewerId;
  if (reassigned || after.scheduledAtMs !== before.scheduledAtMs) {
    const scheduledAt = round.scheduledAt?.toISOString() ?? null;
    const detail = { scheduledAt, ...(reassigned ? { externalInterviewerId: after.interviewerId } : {}) };
    entries.push({ ...base, action: 'ROUND_CHANGED', detail });
  }
  return entries;
}
