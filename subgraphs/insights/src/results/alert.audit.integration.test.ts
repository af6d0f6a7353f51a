/** Alerts in the audit log. */

import { describe, expect, it } from '@jest/globals';
import { anInsight, append, storeInsights, useInsightsWorld, world } from '../testing/insights-world.js';
import { storeResults } from './result.store.js';

useInsightsWorld();

describe('a fraud alert', () => {
  it('is audited when it is stored: its onset, once, by whom it was raised', async () => {
    const round = await world.addRound();
    const onset = { type: 'TAB_SWITCH', severity: 'HIGH', source: 'fraud/1', value: { phase: 'START' } };
    const end = { ...onset, value: { phase: 'END', durationMs: 10 } };
    const face = { ...onset, type: 'FACE_SWITCH', value: { distance: 1, threshold: 0.6, frames: 3 } };
    const [first, , , last] = await storeInsights(
      round,
      anInsight(round.id, onset as never),
      anInsight(round.id, end as never),
      anInsight(round.id),
      anInsight(round.id, face as never),
    );
    if (first) await append(first);
    await storeInsights(round, anInsight(round.id));
    const entries = (await world.audited()).filter((entry) => entry.round_id === round.id);
    expect(entries).toEqual([
      {
        action: 'FRAUD_ALERT_RAISED',
        actor_id: 'fraud/1',
        round_id: round.id,
        detail: { insightId: first?.id, type: 'TAB_SWITCH', severity: 'HIGH' },
      },
      expect.objectContaining({ detail: { insightId: last?.id, type: 'FACE_SWITCH', severity: 'HIGH' } }),
    ]);
  });

  it('goes into its own company’s chain, many of one batch in their order', async () => {
    const rounds = [await world.addRound(), await world.addRound()];
    const alert = (roundId: string) =>
      anInsight(roundId, { type: 'TAB_SWITCH', severity: 'LOW', value: { phase: 'START' } } as never);
    const results = Array.from({ length: 20 }, (_, n) => alert(rounds[n % 2]?.id ?? ''));
    const companyOf = (roundId: string) => rounds.find(({ id }) => id === roundId)?.companyId ?? '';
    await storeResults(world.foundation.orm, { results, companyOf, now: new Date() });
    for (const round of rounds) {
      const audited = (await world.audited()).filter((entry) => entry.round_id === round.id);
      expect(audited.map(({ detail }) => detail['insightId'])).toEqual(
        results.filter(({ roundId }) => roundId === round.id).map(({ id }) => id),
      );
    }
    expect(await world.sql('select * from audit.broken_links()')).toEqual([]);
  });
});
