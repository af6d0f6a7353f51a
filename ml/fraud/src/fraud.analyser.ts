/** The analyser of tab visibility and faces: each becomes alerts, told at their onset and at their end. */
import type { Analyser, RoundAnalysis } from '@interview/ml-kit/analyser';
import type { FaceObservation, RoundState } from '@interview/schema/messages';
import { z } from 'zod';
import { closeFaces, FaceState, handleFaces, initialFaceState, moveClock } from './face-count.js';
import { placeInOrder } from './face-order.js';
import { FaceSwitchState, handleIdentity, initialFaceSwitchState, restartRun } from './face-switch.js';
import { closeTab, handleTab, initialTabState, TabState } from './tab-visibility.js';
import { FRAUD_THRESHOLDS, type FraudThresholds } from './thresholds.js';

/**
 * What a checkpoint holds: figures only, nothing that describes a face or a voice. What `fraud/1` did not have yet
 * has a default, so that a round which a worker of that version began is gone on with.
 */
const Snapshot = z.object({
  tab: TabState,
  faces: FaceState,
  faceSwitch: FaceSwitchState.default(initialFaceSwitchState),
  /** Capture time of the last picture that counted. */
  pictureMs: z.number().nullable().default(null),
  /** The latest capture seen, at which the round's end closes what is open. */
  lastMs: z.number(),
});
type Snapshot = z.infer<typeof Snapshot>;

const initialState = (): Snapshot => ({
  tab: initialTabState(),
  faces: initialFaceState(),
  faceSwitch: initialFaceSwitchState(),
  pictureMs: null,
  lastMs: 0,
});

export const fraudAnalyser = createFraudAnalyser();

/** `thresholds`: others than the product's are for evaluations. */
export function createFraudAnalyser(thresholds: FraudThresholds = FRAUD_THRESHOLDS): Analyser {
  return {
    service: 'fraud',
    source: 'fraud/2',
    streams: ['tab', 'faces'],
    open: (round, snapshot) => openAnalysis(round, snapshot, thresholds),
  };
}

function openAnalysis(opened: RoundState, snapshot: unknown, thresholds: FraudThresholds): RoundAnalysis {
  const state = snapshot === null ? initialState() : Snapshot.parse(snapshot);
  let round = opened;
  return {
    handle(entry) {
      state.lastMs = Math.max(state.lastMs, entry.entry.capturedAtMs);
      if (entry.stream === 'tab') return handleTab(state.tab, entry.id, entry.entry, thresholds);
      if (entry.stream === 'faces') return handlePicture(state, entry.id, entry.entry, thresholds);
      throw new Error(`The stream ${entry.stream} is not read here.`);
    },
    roundChanged(changed) {
      round = changed;
    },
    finish: () => [
      // A page that stays hidden is hidden until the round ends, also when its browser sends nothing any more.
      ...closeTab(state.tab, Math.max(state.lastMs, round.endedAtMs ?? 0), thresholds),
      ...closeFaces(state.faces, state.lastMs, state.lastMs, thresholds),
    ],
    snapshot: () => state,
  };
}

function handlePicture(state: Snapshot, id: string, seen: FaceObservation, thresholds: FraudThresholds) {
  const { capturedAtMs } = seen;
  const place = placeInOrder(state.pictureMs, capturedAtMs);
  if (place === 'late') return [];
  if (place === 'clock-set-back') {
    moveClock(state.faces, capturedAtMs - (state.pictureMs ?? capturedAtMs));
    restartRun(state.faceSwitch, capturedAtMs);
  }
  state.pictureMs = capturedAtMs;
  return [
    ...handleFaces(state.faces, id, seen, thresholds),
    ...handleIdentity(state.faceSwitch, id, seen, thresholds.faceSwitch),
  ];
}
