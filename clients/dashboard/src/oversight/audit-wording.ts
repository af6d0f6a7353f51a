/** What the entries of the audit log are called. A newer server may write actions that stand nowhere here. */
export const ACTIONS: Readonly<Record<string, string>> = {
  ROUND_CREATED: 'Round created',
  ROUND_STATUS_CHANGED: 'Status changed',
  ROUND_CHANGED: 'Round changed',
  CONSENT_GIVEN: 'Consent given',
  CONSENT_WITHDRAWN: 'Consent withdrawn',
  VERDICT_SUBMITTED: 'Verdict submitted',
  FRAUD_ALERT_RAISED: 'Alert raised',
  INSIGHT_REVIEWED: 'Insight reviewed',
  RESUME_UPLOADED: 'Resume uploaded',
  RESUME_ACCESSED: 'Resume read',
  ERASURE_REQUESTED: 'Erasure asked for',
  ERASURE_COMPLETED: 'Erasure done',
};

export function actionName(action: string): string {
  return ACTIONS[action] ?? action;
}

/** `{from: "A", to: "B"}` → `from A, to B`. Details hold ids, codes and figures only. */
export function detailWords(detail: unknown): string {
  if (typeof detail !== 'object' || detail === null) return '';
  return Object.entries(detail)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ');
}
