/**
 * Pose relative to a candidate's own resting pose, and the counting of head movements. Yaw comes with the right
 * sign and 0.5–0.7 of its size, pitch with a bias of 5–8° and 0.3–0.4 of its size, roll is accurate: so nothing
 * is read from an absolute angle, and each axis has its own threshold.
 */
import { z } from 'zod';

export const Pose = z.object({ yawDeg: z.number(), pitchDeg: z.number(), rollDeg: z.number() });
export type Pose = z.infer<typeof Pose>;

const AXES = ['yawDeg', 'pitchDeg', 'rollDeg'] as const;
type Axis = (typeof AXES)[number];

/**
 * Measured degrees off the resting pose from which the head counts as turned. Yaw: alerts below 15° are noise;
 * pitch: a nod of 20° measured 7–9°, noise is ±2°; roll: as yaw, for it is accurate and small tilts are common.
 */
export const TURNED_DEG: Readonly<Record<Axis, number>> = { yawDeg: 15, pitchDeg: 8, rollDeg: 15 };
/** A turned head counts as back below this share of the threshold, so that one near it is not counted twice. */
const BACK_SHARE = 0.6;
/** A head that turns on two axes moves once: turns that begin within this time of each other are one. */
const ONE_MOVE_MS = 1000;

/** Resting pose: the median of the first good frames, at least this many over at least this time. */
export const REST_AFTER = { frames: 3, ms: 2000 } as const;
/** A pose further off the camera's axis than this is nobody's resting pose. */
const REST_LIMIT_DEG = 25;

export const couldBeRest = (pose: Pose) => AXES.every((axis) => Math.abs(pose[axis]) <= REST_LIMIT_DEG);

/** The median of each axis. @throws RangeError without poses. */
export function restingPose(poses: readonly Pose[]): Pose {
  const median = (axis: Axis) => {
    const sorted = poses.map((pose) => pose[axis]).sort((a, b) => a - b);
    const middle = sorted[Math.floor(sorted.length / 2)];
    if (middle === undefined) throw new RangeError('A resting pose needs at least one pose.');
    return middle;
  };
  return { yawDeg: median('yawDeg'), pitchDeg: median('pitchDeg'), rollDeg: median('rollDeg') };
}

export function relativePose(pose: Pose, rest: Pose): Pose {
  return {
    yawDeg: pose.yawDeg - rest.yawDeg,
    pitchDeg: pose.pitchDeg - rest.pitchDeg,
    rollDeg: pose.rollDeg - rest.rollDeg,
  };
}

/** Whether a face in this relative pose is turned to the screen. A tilted head still is. */
export const isFacing = (relative: Pose) =>
  Math.abs(relative.yawDeg) < TURNED_DEG.yawDeg && Math.abs(relative.pitchDeg) < TURNED_DEG.pitchDeg;

const Side = z.union([z.literal(-1), z.literal(0), z.literal(1)]);
/** To which side of each axis the head is turned at this moment, and when the last movement began. */
export const Turns = z.object({
  sides: z.object({ yawDeg: Side, pitchDeg: Side, rollDeg: Side }),
  lastMoveMs: z.number().nullable(),
});
export type Turns = z.infer<typeof Turns>;

export const noTurns = (): Turns => ({ sides: { yawDeg: 0, pitchDeg: 0, rollDeg: 0 }, lastMoveMs: null });

/** Follows the head through one more frame; true when a movement begins in it. Coming back to rest is none. */
export function followTurns(turns: Turns, relative: Pose, atMs: number): boolean {
  let begins = false;
  for (const axis of AXES) {
    const side = sideOf(relative[axis], TURNED_DEG[axis], turns.sides[axis]);
    if (side !== 0 && side !== turns.sides[axis]) begins = true;
    turns.sides[axis] = side;
  }
  if (!begins || (turns.lastMoveMs !== null && atMs - turns.lastMoveMs < ONE_MOVE_MS)) return false;
  turns.lastMoveMs = atMs;
  return true;
}

function sideOf(degrees: number, turned: number, before: -1 | 0 | 1): -1 | 0 | 1 {
  const side = degrees < 0 ? -1 : 1;
  const size = Math.abs(degrees);
  if (size >= turned) return side;
  return side === before && size >= turned * BACK_SHARE ? side : 0;
}
