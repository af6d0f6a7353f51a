/** The analyser of tab visibility, faces and voices: each becomes alerts, told at their onset and at their end. */
import type { Analyser, InsightFinding, RoundAnalysis, StreamEntry } from '@interview/ml-kit/analyser';
import type { FaceObservation, RoundState } from '@interview/schema/messages';
import { z } from 'zod';
import {
  BackgroundVoiceState,
  closeVoice,
  handleVoice,
  initialBackgroundVoiceState,
  passVoice,
  placeOfStretch,
} from './background-voice.js';
import { placeInOrder } from './capture-order.js';
import { closeFaces, FaceState, handleFaces, initialFaceState, moveClock } from './face-count.js';
import { FaceSwitchState, handleIdentity, initialFaceSwitchState, restartRun } from './face-switch.js';
import { followLips, LipsState } from './lips.js';
import { closeTab, handleTab, initialTabState, isClockSetBack, TabState } from './tab-visibility.js';
import { FRAUD_THRESHOLDS, type FraudThresholds } from './thresholds.js';

/**
 * What a checkpoint holds: figures only, nothing that describes a face or a voice. What `fraud/1` did not have yet
 * has a default, so that a round which a worker of that version began is gone on with.
 */
const Snapshot = z.object({
  tab: TabState,
  faces: FaceState,
  faceSwitch: FaceSwitchState.default(initialFaceSwitchState),
  voice: BackgroundVoiceState.default(initialBackgroundVoiceState),
  lips: LipsState.default([]),
  /** Capture time of the last picture that counted. */
  pictureMs: z.number().nullable().default(null),
  /** The latest capture by the candidate's present clock: a hidden page lasts at least until then. */
  lastMs: z.number(),
});
type Snapshot = z.infer<typeof Snapshot>;

const initialState = (): Snapshot => ({
  tab: initialTabState(),
  faces: initialFaceState(),
  faceSwitch: initialFaceSwitchState(),
  voice: initialBackgroundVoiceState(),
  lips: [],
  pictureMs: null,
  lastMs: 0,
});

export const fraudAnalyser = createFraudAnalyser();

/** `thresholds`: others than the product's are for evaluations. */
export function createFraudAnalyser(thresholds: FraudThresholds = FRAUD_THRESHOLDS): Analyser {
  return {
    service: 'fraud',
    source: 'fraud/2',
    streams: ['tab', 'faces', 'voices'],
    open: (round, snapshot) => openAnalysis(round, snapshot, thresholds),
  };
}

function openAnalysis(opened: RoundState, snapshot: unknown, thresholds: FraudThresholds): RoundAnalysis {
  const state = snapshot === null ? initialState() : Snapshot.parse(snapshot);
  let round = opened;
  return {
    handle(entry) {
      state.lastMs = Math.max(state.lastMs, entry.entry.capturedAtMs);
      return measure(state, entry, thresholds);
    },
    roundChanged(changed) {
      round = changed;
    },
    finish: () => [
      // A page that stays hidden is hidden until the round ends, also when its browser sends nothing any more.
      ...closeTab(state.tab, Math.max(state.lastMs, round.endedAtMs ?? 0), thresholds),
      ...closeFaces(state.faces, state.lastMs, thresholds),
      ...closeVoice(state.voice, state.lips, state.lastMs, thresholds),
    ],
    snapshot: () => state,
  };
}

function measure(state: Snapshot, { id, ...read }: StreamEntry, thresholds: FraudThresholds): InsightFinding[] {
  switch (read.stream) {
    case 'tab':
      if (isClockSetBack(state.tab, read.entry.capturedAtMs, thresholds)) state.lastMs = read.entry.capturedAtMs;
      return handleTab(state.tab, id, read.entry, thresholds);
    case 'faces':
      return handlePicture(state, id, read.entry, thresholds);
    case 'voices':
      if (placeOfStretch(state.voice, read.entry) === 'clock-set-back') state.lastMs = read.entry.capturedAtMs;
      return handleVoice(state.voice, id, read.entry, state.lips, thresholds);
    default:
      throw new Error(`The stream ${read.stream} is not read here.`);
  }
}

function handlePicture(
  state: Snapshot,
  id: string,
  seen: FaceObservation,
  thresholds: FraudThresholds,
): InsightFinding[] {
  const { capturedAtMs } = seen;
  const place = placeInOrder(state.pictureMs, capturedAtMs);
  if (place === 'late') return [];
  if (place === 'clock-set-back') {
    moveClock(state.faces, capturedAtMs - (state.pictureMs ?? capturedAtMs));
    restartRun(state.faceSwitch, capturedAtMs);
    state.lastMs = capturedAtMs;
    state.lips.length = 0;
  }
  state.pictureMs = capturedAtMs;
  followLips(state.lips, seen, thresholds.lips);
  return [
    ...handleFaces(state.faces, id, seen, thresholds),
    ...handleIdentity(state.faceSwitch, id, seen, thresholds.faceSwitch),
    // Speech is told seconds after it was captured: pictures end an alert only when it must have come by now.
    ...passVoice(
      state.voice,
      { heardMs: capturedAtMs - thresholds.voice.lateMs, capturedAtMs },
      state.lips,
      thresholds,
    ),
  ];
}
