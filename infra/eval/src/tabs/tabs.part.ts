/** TAB_SWITCH on drawn histories of a page's visibility: every switch once, with its very onset and duration. */
import type { StreamEntry } from '@interview/ml-kit/analyser';
import { fraudFindings } from '../fraud-side.js';
import type { Part } from '../part.js';
import { BEGIN_MS, entryId } from '../rounds.js';
import { shareText } from '../score-rows.js';
import { scoresOf } from '../scoring/scores.js';
import { DELIVERIES, type TabHistory, tabHistories } from './tab-histories.js';
import { judgeSwitches, outlineOf } from './tab-scores.js';

export const tabs: Part = {
  name: 'tabs',
  summary: 'TAB_SWITCH on drawn histories of visibility, repeated and out of order',
  alwaysMeasured: true,
  async run({ quick }) {
    const histories = tabHistories(quick);
    const played = await Promise.all(histories.map(async (history) => ({ history, ...(await play(history)) })));
    const wrong = played.filter(({ exact }) => !exact);
    const counted = (these: typeof played) =>
      scoresOf(these.map(({ hits, switches, falseAlarms }) => ({ hits, falseAlarms, missed: switches - hits })));
    return {
      set: [
        `${histories.length} histories with ${played.reduce((sum, one) => sum + one.switches, 0)} switches; there is nothing to choose.`,
      ],
      floors: [
        {
          name: 'tab switches',
          wanted: 'exact',
          measured: `${played.length - wrong.length} of ${played.length} histories exact`,
          state: wrong.length === 0 ? 'met' : 'missed',
        },
      ],
      tables: [
        {
          title: 'By delivery',
          rows: DELIVERIES.map((delivery) => {
            const these = played.filter(({ history }) => history.delivery === delivery);
            const scores = counted(these);
            return {
              name: delivery,
              cells: {
                histories: String(these.length),
                switches: String(scores.hits + scores.missed),
                exact: String(scores.hits),
                'told wrongly': String(scores.falseAlarms),
                precision: shareText(scores.precision),
                recall: shareText(scores.recall),
              },
            };
          }),
        },
      ],
      notes: wrong.slice(0, 5).map(({ history }) => `Not exact: ${history.name}.`),
      figures: { exactHistoriesShare: (played.length - wrong.length) / played.length },
    };
  },
};

async function play({ hidden, arriving, endedMs }: TabHistory) {
  const entries = arriving.map(
    ({ capturedAtMs, visible }, n): StreamEntry => ({
      stream: 'tab',
      id: entryId(n * 10),
      entry: { visible, capturedAtMs: BEGIN_MS + capturedAtMs },
    }),
  );
  const findings = await fraudFindings(entries, { endedAtMs: BEGIN_MS + endedMs });
  return { switches: hidden.length, ...judgeSwitches(hidden, endedMs, outlineOf(findings)) };
}
