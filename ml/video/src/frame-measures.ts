/**
 * What a round's frames come to: the pure part of the analysis. A frame goes in as figures, findings come out;
 * the state is JSON and steps forward here only.
 */
import type { Finding } from '@interview/ml-kit/analyser';
import type { FaceObservation } from '@interview/schema/messages';
import { z } from 'zod';
import type { FoundFace } from './face-finder.js';
import { gazeError } from './gaze.js';
import { mouthOpen } from './mouth-open.js';
import { followStillness, judgePicture, type PictureFigures, type QualityIssue, Stillness } from './picture-quality.js';
import { finishPose, newPoseTrack, PoseTrack, trackPose } from './pose-window.js';
import { newQualityWatch, QualityWatch, watchQuality } from './quality-watch.js';

/** One decoded and searched frame. `id` is its entry's. */
export interface MeasuredFrame {
  id: string;
  capturedAtMs: number;
  figures: PictureFigures;
  /** Boxes in pixels of the frame as it was sent. */
  faces: readonly FoundFace[];
  /** How far the one face is from the round's reference, where it was compared. */
  identity: FaceObservation['identity'];
}

/** Where a frame stands among those before it. */
export interface FramePlace {
  /** `late`: overtaken by another; `reset`: the clock was set anew, so earlier times mean nothing any more. */
  order: 'next' | 'late' | 'reset';
  still: Stillness;
  issue: QualityIssue;
}

/** A clock that steps back by more than this was set anew; by less, frames overtook each other. */
const CLOCK_STEP_MS = 10_000;

export const RoundMeasures = z.object({
  lastMs: z.number().nullable(),
  still: Stillness.nullable(),
  quality: QualityWatch,
  pose: PoseTrack,
});
export type RoundMeasures = z.infer<typeof RoundMeasures>;

export const newRoundMeasures = (): RoundMeasures => ({
  lastMs: null,
  still: null,
  quality: newQualityWatch(),
  pose: newPoseTrack(),
});

/** Places a frame among those before it. Changes nothing. */
export function placeFrame(
  { lastMs, still: before }: RoundMeasures,
  { capturedAtMs: atMs, figures }: Pick<MeasuredFrame, 'capturedAtMs' | 'figures'>,
): FramePlace {
  const backMs = lastMs === null ? -1 : lastMs - atMs;
  const order = backMs < 0 ? 'next' : backMs <= CLOCK_STEP_MS ? 'late' : 'reset';
  const still = followStillness(order === 'next' ? before : null, figures.fingerprint, atMs);
  return { order, still, issue: judgePicture(figures, still, atMs) };
}

/** Takes in one frame: its observation, and the insights that it completes. A late frame is observed only. */
export function measureFrame(measures: RoundMeasures, frame: MeasuredFrame): Finding[] {
  const { id, capturedAtMs: atMs, figures } = frame;
  const { order, still, issue } = placeFrame(measures, frame);
  if (order === 'late') return [observe(frame, issue)];
  if (order === 'reset') restartTimes(measures);
  const spanMs = measures.lastMs === null ? 0 : atMs - measures.lastMs;
  measures.lastMs = atMs;
  measures.still = still;
  const findings: Finding[] = [observe(frame, issue)];
  const quality = watchQuality(measures.quality, { id, atMs, issue, figures });
  if (quality) findings.push(quality);
  const [face, ...others] = frame.faces;
  if (issue === 'OK' && face && others.length === 0) {
    const pose = { yawDeg: face.yawDeg, pitchDeg: face.pitchDeg, rollDeg: face.rollDeg };
    const gaze = gazeError(face.landmarks?.eyes, face.yawDeg);
    findings.push(...trackPose(measures.pose, id, { atMs, spanMs, pose, gaze }));
  }
  return findings;
}

/** What is still open at the round's end. */
export const finishMeasures = (measures: RoundMeasures): Finding[] => finishPose(measures.pose);

/** Forgets what rests on times, and keeps what was told and the resting pose. */
function restartTimes(measures: RoundMeasures): void {
  measures.lastMs = null;
  measures.still = null;
  measures.quality.pending = null;
  measures.pose = { ...newPoseTrack(), rest: measures.pose.rest };
}

function observe(frame: MeasuredFrame, quality: FaceObservation['quality']): Finding {
  const faces = frame.faces.map(({ box, score, yawDeg, pitchDeg, rollDeg, landmarks }) => ({
    box: box.map(Math.round) as typeof box,
    score: round(score),
    yawDeg: round(yawDeg),
    pitchDeg: round(pitchDeg),
    rollDeg: round(rollDeg),
    mouthOpen: roundOrNull(mouthOpen(landmarks?.lips)),
  }));
  const observation = { capturedAtMs: frame.capturedAtMs, faces, quality, identity: frame.identity };
  return { kind: 'observation', stream: 'faces', observation };
}

const round = (value: number) => Math.round(value * 100) / 100;
const roundOrNull = (value: number | null) => (value === null ? null : round(value));
