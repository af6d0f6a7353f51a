/** What the audit log says of a fraud alert: which insight, of what type, how severe. */
import type { InsightResult } from '@interview/schema/messages';
import type { AuditEntry } from '@interview/subgraph-kit/audit/audit';

export const alertEntry = ({ id, roundId, source, type, severity }: InsightResult, companyId: string): AuditEntry => ({
  companyId,
  actor: { id: source, role: null },
  action: 'FRAUD_ALERT_RAISED',
  roundId,
  detail: { insightId: id, type, severity },
});
