import { describe, expect, test } from '@jest/globals';
import { actionName, detailWords } from './audit-wording';

describe('an entry of the audit log', () => {
  test('is called by its action, also by one of a newer server', () => {
    expect(actionName('CONSENT_WITHDRAWN')).toBe('Consent withdrawn');
    expect(actionName('ROUND_EXPORTED')).toBe('ROUND_EXPORTED');
  });

  test('tells its detail in a line', () => {
    expect(detailWords({ from: 'SCHEDULED', to: 'IN_PROGRESS', count: 2, more: null })).toBe(
      'from SCHEDULED, to IN_PROGRESS, count 2, more null',
    );
    expect(detailWords({})).toBe('');
    expect(detailWords(null)).toBe('');
  });
});
