/**
 * Which frames are worth comparing. A comparison costs nearly half a search, so a face that nothing happened to is
 * compared once in a while, and each frame of one that may have changed until it is settled which it is: the same face
 * or another. What is decided follows from the frames' own times and contents, never from this machine's clock.
 */
import type { FoundFace } from './face-finder.js';
import type { QualityIssue } from './picture-quality.js';

export const IDENTITY = {
  /** A settled face is compared this often. */
  everyMs: 2000,
  /**
   * Distance above which a face may be another one and is looked at closer. The same person's median is 0.48, others
   * begin at 0.62 (1st percentile): a little below the 0.6 that `fraud` alerts above.
   */
  sameUpTo: 0.55,
  /** So many comparisons in a row settle that it is the same face, or another one: three are what `fraud` asks for. */
  settledAfter: { same: 3, other: 6 },
  /** After this long without a frame anybody may sit there. Above the 2 s to which a busy machine slows down. */
  holeMs: 3000,
  /** A box that overlaps the one before by less than this share of their union has jumped. */
  leastOverlap: 0.4,
  /** Faces that are turned further (measured degrees: about half of the true yaw) are not compared. */
  pose: { yawDeg: 20, pitchDeg: 25, rollDeg: 40 },
  /** Width of the box, in pixels of the searched picture, below which there is too little to compare. */
  leastWidth: 60,
} as const;

/** A frame as the schedule sees it. */
export interface IdentityFrame {
  atMs: number;
  issue: QualityIssue;
  faces: readonly FoundFace[];
}

export interface Schedule {
  lastFrameMs: number | null;
  lastBox: FoundFace['box'] | null;
  lastComparedMs: number | null;
  /** What the last comparisons said, and how many of them in a row. Null when something happened since. */
  run: { same: boolean; length: number } | null;
}

export const newSchedule = (): Schedule => ({ lastFrameMs: null, lastBox: null, lastComparedMs: null, run: null });

/** The one face of the frame, when it can be compared at all. */
export function comparableFace({ faces, issue }: IdentityFrame): FoundFace | null {
  const [face, ...others] = faces;
  if (!face?.landmarks || others.length > 0 || issue !== 'OK') return null;
  const { pose, leastWidth } = IDENTITY;
  const axes = ['yawDeg', 'pitchDeg', 'rollDeg'] as const;
  return face.box[2] >= leastWidth && axes.every((axis) => Math.abs(face[axis]) <= pose[axis]) ? face : null;
}

/** The schedule after seeing the frame, before it is compared. */
export function seeFrame(before: Schedule, frame: IdentityFrame): Schedule {
  const [face, ...others] = frame.faces;
  const alone = face !== undefined && others.length === 0;
  const box = alone ? face.box : null;
  return {
    ...before,
    lastFrameMs: frame.atMs,
    lastBox: box,
    run: box === null || mayHaveChanged(before, frame, box) ? null : before.run,
  };
}

/** Absence, several faces, pictures that show too little, a jump, a hole in time: behind each, faces can be swapped. */
function mayHaveChanged(before: Schedule, { atMs, issue }: IdentityFrame, box: FoundFace['box']): boolean {
  if (before.lastFrameMs === null || before.lastBox === null || issue !== 'OK') return true;
  return atMs - before.lastFrameMs > IDENTITY.holeMs || overlap(before.lastBox, box) < IDENTITY.leastOverlap;
}

/** Whether a comparable face of the frame just seen is to be compared. */
export function isDue({ run, lastComparedMs }: Schedule, atMs: number): boolean {
  if (run === null || lastComparedMs === null) return true;
  const settled = run.length >= (run.same ? IDENTITY.settledAfter.same : IDENTITY.settledAfter.other);
  return !settled || atMs - lastComparedMs >= IDENTITY.everyMs;
}

/** The schedule after a comparison. */
export function noteDistance(schedule: Schedule, atMs: number, distance: number): Schedule {
  const same = distance <= IDENTITY.sameUpTo;
  const length = schedule.run?.same === same ? schedule.run.length + 1 : 1;
  return { ...schedule, lastComparedMs: atMs, run: { same, length } };
}

/** Intersection over union of two boxes. */
function overlap(a: FoundFace['box'], b: FoundFace['box']): number {
  const along = (from: 0 | 1) =>
    Math.max(0, Math.min(a[from] + sizeOf(a, from), b[from] + sizeOf(b, from)) - Math.max(a[from], b[from]));
  const shared = along(0) * along(1);
  return shared / (a[2] * a[3] + b[2] * b[3] - shared);
}

const sizeOf = (box: FoundFace['box'], axis: 0 | 1) => (axis === 0 ? box[2] : box[3]);
