/** What the audit log says of fraud alerts: which insight, of what type, how severe. */
import type { StoredInsight } from '@interview/schema/messages';
import type { AuditEntry } from '@interview/subgraph-kit/audit/audit';
import { isFraudAlert } from '../insight/insight.selection.js';

/** An entry for each alert among the insights. */
export const alertEntries = (
  insights: readonly StoredInsight[],
  companyOf: (roundId: string) => string,
): AuditEntry[] =>
  insights.filter(isFraudAlert).map(({ id, roundId, source, type, severity }) => ({
    companyId: companyOf(roundId),
    actor: { id: source, role: null },
    action: 'FRAUD_ALERT_RAISED',
    roundId,
    detail: { insightId: id, type, severity },
  }));
