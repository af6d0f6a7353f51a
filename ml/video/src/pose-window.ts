/**
 * HEAD_MOVEMENT and ENGAGEMENT: pose and eyes over windows of measured time, that is of frames of good quality with
 * exactly one face. Everything is weighed by the time between captures, never by the count of frames, for a
 * camera may send five frames a second or one.
 */
import { z } from 'zod';
import { GAZE } from './gaze.js';
import {
  couldBeRest,
  followTurns,
  isFacing,
  noTurns,
  Pose,
  REST_AFTER,
  relativePose,
  restingPose,
  TURNED_DEG,
  Turns,
} from './head-pose.js';
import type { VideoInsight } from './video-insight.js';

/** The first insight comes within 10 s also at one frame a second; after a minute one in 30 s is enough to read. */
export const WINDOW = { firstMs: 9000, laterMs: 30_000, laterAfterMs: 60_000 } as const;
/** A frame stands for the time since the one before, at most for this long: what was not seen is not measured. */
const FRAME_LIMIT_MS = 2000;
/** After this long without a measurable frame the window is closed: what comes then is another situation. */
const PAUSE_MS = 30_000;
/** Less measured time than this makes no insight. */
const LEAST_MS = 5000;
/** Movements a minute below which the head is "stable", and from which its moving is "frequent". There is no norm. */
export const MOVEMENT_LEVELS = { moderate: 8, frequent: 20 } as const;
/** Below this share of facing the severity is LOW instead of INFO; it is never higher. */
const FACING_NOTED_BELOW = 0.5;

/** What is measured of one frame of good quality with exactly one face. */
export const PoseSample = z.object({ atMs: z.number(), spanMs: z.number(), pose: Pose, gaze: z.number().nullable() });
export type PoseSample = z.infer<typeof PoseSample>;

const OpenWindow = z.object({
  /** Id of the entry at which the window began. */
  id: z.string(),
  lastMs: z.number(),
  measuredMs: z.number(),
  moves: z.int(),
  facingMs: z.number(),
  /** Time in which the eyes were located, and in which they were turned to the screen. */
  eyesMs: z.number(),
  eyeContactMs: z.number(),
  /** The last pose, relative to the resting one. */
  relative: Pose,
});
type OpenWindow = z.infer<typeof OpenWindow>;

export const PoseTrack = z.object({
  firstMs: z.number().nullable(),
  /** This candidate's resting pose; null until enough good frames were seen, which wait in `waiting`. */
  rest: Pose.nullable(),
  waiting: z.array(z.object({ id: z.string(), sample: PoseSample })),
  turns: Turns,
  window: OpenWindow.nullable(),
});
export type PoseTrack = z.infer<typeof PoseTrack>;

export const newPoseTrack = (): PoseTrack => ({
  firstMs: null,
  rest: null,
  waiting: [],
  turns: noTurns(),
  window: null,
});

/** Takes in one measurable frame; `spanMs` is the time since the frame before. Returns the insights that it completes. */
export function trackPose(track: PoseTrack, id: string, sample: PoseSample): VideoInsight[] {
  track.firstMs ??= sample.atMs;
  if (track.rest) return addSample(track, track.rest, id, sample);
  track.waiting.push({ id, sample });
  const candidates = track.waiting.filter((waiting) => couldBeRest(waiting.sample.pose));
  const [first] = candidates;
  if (!first || candidates.length < REST_AFTER.frames || sample.atMs - first.sample.atMs < REST_AFTER.ms) {
    // A head that is never near the axis must not collect frames for ever.
    if (track.waiting.length > 100) track.waiting.shift();
    return [];
  }
  const rest = restingPose(candidates.map((waiting) => waiting.sample.pose));
  const waited = track.waiting;
  track.rest = rest;
  track.waiting = [];
  return waited.flatMap((waiting) => addSample(track, rest, waiting.id, waiting.sample));
}

/** Tells what the open window holds, at the round's end. */
export function finishPose(track: PoseTrack): VideoInsight[] {
  const { window } = track;
  track.window = null;
  return window ? closeWindow(window, window.lastMs) : [];
}

function addSample(track: PoseTrack, rest: Pose, id: string, sample: PoseSample): VideoInsight[] {
  const { atMs } = sample;
  const before = track.window;
  const paused = before !== null && atMs - before.lastMs > PAUSE_MS;
  const told = paused ? closeWindow(before, atMs) : [];
  const relative = relativePose(sample.pose, rest);
  const window = before && !paused ? before : emptyWindow(id, sample, relative);
  if (followTurns(track.turns, relative, atMs)) window.moves += 1;
  addTime(window, sample, relative);
  track.window = window;
  if (window.measuredMs < windowLength(track, atMs)) return told;
  track.window = null;
  return [...told, ...closeWindow(window, atMs)];
}

const emptyWindow = (id: string, { atMs }: PoseSample, relative: Pose): OpenWindow => ({
  id,
  lastMs: atMs,
  measuredMs: 0,
  moves: 0,
  facingMs: 0,
  eyesMs: 0,
  eyeContactMs: 0,
  relative,
});

function addTime(window: OpenWindow, { atMs, spanMs, gaze }: PoseSample, relative: Pose): void {
  const span = Math.min(spanMs, FRAME_LIMIT_MS);
  window.lastMs = atMs;
  window.measuredMs += span;
  window.relative = relative;
  if (isFacing(relative)) window.facingMs += span;
  if (gaze === null) return;
  window.eyesMs += span;
  if (Math.abs(gaze) < GAZE.limit) window.eyeContactMs += span;
}

const windowLength = (track: PoseTrack, atMs: number) =>
  atMs - (track.firstMs ?? atMs) < WINDOW.laterAfterMs ? WINDOW.firstMs : WINDOW.laterMs;

function closeWindow(window: OpenWindow, capturedAtMs: number): VideoInsight[] {
  if (window.measuredMs < LEAST_MS) return [];
  const times = { atMs: window.lastMs, capturedAtMs };
  const movement = headMovement(window, times);
  return window.eyesMs > 0 ? [movement, engagement(window, times)] : [movement];
}

type Times = { atMs: number; capturedAtMs: number };

function headMovement(window: OpenWindow, times: Times): VideoInsight {
  const movesPerMinute = round((window.moves * 60_000) / window.measuredMs, 1);
  const { moderate, frequent } = MOVEMENT_LEVELS;
  const level = movesPerMinute < moderate ? 'stable' : movesPerMinute < frequent ? 'moderate' : 'frequent';
  const { yawDeg, pitchDeg, rollDeg } = window.relative;
  return {
    kind: 'insight',
    key: `head-movement/${window.id}`,
    type: 'HEAD_MOVEMENT',
    severity: level === 'frequent' ? 'LOW' : 'INFO',
    value: {
      level,
      movesPerMinute,
      yawDeg: degrees(yawDeg),
      pitchDeg: degrees(pitchDeg),
      rollDeg: degrees(rollDeg),
    },
    explanation:
      `The head turned ${howOften(window.moves)} in ${seconds(window.measuredMs)} of good pictures with one face: ` +
      `${movesPerMinute} a minute (stable below ${moderate}, frequent from ${frequent}). A turn is a measured ` +
      `${TURNED_DEG.yawDeg}° of yaw, ${TURNED_DEG.pitchDeg}° of pitch or ${TURNED_DEG.rollDeg}° of roll off this ` +
      `candidate's own resting pose.`,
    ...times,
  };
}

function engagement(window: OpenWindow, times: Times): VideoInsight {
  const facingShare = round(window.facingMs / window.measuredMs, 3);
  const eyeContactShare = round(window.eyeContactMs / window.eyesMs, 3);
  return {
    kind: 'insight',
    key: `engagement/${window.id}`,
    type: 'ENGAGEMENT',
    severity: facingShare < FACING_NOTED_BELOW ? 'LOW' : 'INFO',
    value: { facingShare, eyeContactShare, windowMs: Math.round(window.measuredMs) },
    explanation:
      `In ${seconds(window.measuredMs)} of good pictures with one face, the face was turned to the screen for ` +
      `${percent(facingShare)} (yaw within ${TURNED_DEG.yawDeg}° and pitch within ${TURNED_DEG.pitchDeg}° of this ` +
      `candidate's own resting pose) and the eyes for ${percent(eyeContactShare)} (irises within ${GAZE.limit} eye ` +
      `widths of the expected place).`,
    ...times,
  };
}

const round = (value: number, digits: number) => Number(value.toFixed(digits));
/** A difference of two angles stays an angle. */
const degrees = (value: number) => round(Math.max(-180, Math.min(180, value)), 1);
const seconds = (ms: number) => `${round(ms / 1000, 1)} s`;
const percent = (share: number) => `${Math.round(share * 100)} %`;
const howOften = (count: number) => (count === 1 ? 'once' : `${count} times`);
