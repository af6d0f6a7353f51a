/** Alerts in the audit log. */
import { describe, expect, it } from '@jest/globals';
import { anInsight, append, storeInsights, useInsightsWorld, world } from '../testing/insights-world.js';

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
});
