/** When the interview page was hidden, from the browser's own visibility events. */
import type { InsightFinding } from '@interview/ml-kit/analyser';
import type { TabEntry } from '@interview/schema/messages';
import { z } from 'zod';
import { Episode, ending, onset, openEpisode } from './episode.js';

export const TabState = z.object({ hidden: Episode.nullable(), switches: z.int() });
export type TabState = z.infer<typeof TabState>;

export const initialTabState = (): TabState => ({ hidden: null, switches: 0 });

/** Handles one event; a state that was known already says nothing. Changes `state`. */
export function handleTab(state: TabState, entryId: string, entry: TabEntry): InsightFinding[] {
  const { capturedAtMs } = entry;
  if (entry.visible === '1') return closeTab(state, capturedAtMs);
  if (state.hidden) return [];
  state.switches += 1;
  state.hidden = openEpisode('TAB_SWITCH', { entryId, startMs: capturedAtMs, nth: state.switches });
  const times = state.switches === 1 ? 'first time' : `${state.switches} times`;
  return [onset(state.hidden, capturedAtMs, `The interview page was hidden (${times} in this round).`)];
}

/** Ends an open episode, at the round's end too. */
export function closeTab(state: TabState, atMs: number): InsightFinding[] {
  if (!state.hidden) return [];
  const episode = state.hidden;
  state.hidden = null;
  return [
    ending(episode, { atMs, capturedAtMs: atMs }, (seconds) => `The interview page was hidden for ${seconds} s.`),
  ];
}
