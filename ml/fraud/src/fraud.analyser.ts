/** The analyser of tab visibility and face counts: each becomes episodes, told at their onset and at their end. */
import type { Analyser, RoundAnalysis, StreamEntry } from '@interview/ml-kit/analyser';
import { z } from 'zod';
import { closeFaces, FaceState, handleFaces, initialFaceState } from './face-count.js';
import { closeTab, handleTab, initialTabState, TabState } from './tab-visibility.js';

/** What a checkpoint holds; `lastMs` is the latest capture seen, at which the round's end closes what is open. */
const Snapshot = z.object({ tab: TabState, faces: FaceState, lastMs: z.number() });

export const fraudAnalyser: Analyser = {
  service: 'fraud',
  source: 'fraud/1',
  streams: ['tab', 'faces'],
  open: (_round, snapshot) => openAnalysis(snapshot),
};

function openAnalysis(snapshot: unknown): RoundAnalysis {
  const state = snapshot === null ? initialState() : Snapshot.parse(snapshot);
  return {
    handle(entry) {
      state.lastMs = Math.max(
        state.lastMs,
        entry.stream === 'tab' || entry.stream === 'faces' ? entry.entry.capturedAtMs : 0,
      );
      return findingsOf(entry);
    },
    finish: () => [...closeTab(state.tab, state.lastMs), ...closeFaces(state.faces, state.lastMs, state.lastMs)],
    snapshot: () => state,
  };

  function findingsOf(entry: StreamEntry) {
    if (entry.stream === 'tab') return handleTab(state.tab, entry.id, entry.entry);
    if (entry.stream === 'faces') return handleFaces(state.faces, entry.id, entry.entry);
    throw new Error(`The stream ${entry.stream} is not read here.`);
  }
}

const initialState = (): z.infer<typeof Snapshot> => ({
  tab: initialTabState(),
  faces: initialFaceState(),
  lastMs: 0,
});
