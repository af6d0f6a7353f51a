import { describe, expect, it } from '@jest/globals';
import { followTurns, isFacing, noTurns, type Pose, relativePose, restingPose } from './head-pose.js';

const pose = (yawDeg: number, pitchDeg = 0, rollDeg = 0): Pose => ({ yawDeg, pitchDeg, rollDeg });

/** Counts the movements in poses that come `intervalMs` apart. */
function moves(poses: Pose[], intervalMs = 500): number {
  const turns = noTurns();
  return poses.filter((relative, i) => followTurns(turns, relative, i * intervalMs)).length;
}

describe('the resting pose', () => {
  it('is the median of each axis, so one wrong frame does not shift it', () => {
    expect(restingPose([pose(1, 7, 3), pose(2, 8, 4), pose(24, -20, 20)])).toEqual(pose(2, 7, 4));
  });

  it('is what other poses are told relative to', () => {
    expect(relativePose(pose(-16, 5, 7), pose(1, 7, 3))).toEqual(pose(-17, -2, 4));
  });

  it('cannot be made of nothing', () => {
    expect(() => restingPose([])).toThrow(RangeError);
  });
});

describe('head movements', () => {
  it('are not counted while the head stays near its rest', () => {
    expect(moves([pose(0), pose(9, 4, -8), pose(-10, -5, 10), pose(14, 7, 14)])).toBe(0);
  });

  it('count when they begin, not while they last nor on the way back', () => {
    expect(moves([pose(0), pose(17), pose(18), pose(17), pose(0), pose(0)])).toBe(1);
  });

  it('at the threshold count once: the way back ends further in', () => {
    expect(moves([pose(0), pose(15.2), pose(14.6), pose(15.1), pose(14.5), pose(15.3)])).toBe(1);
  });

  it('to one side and then the other are two, also without a stop between', () => {
    expect(moves([pose(0), pose(-17), pose(18), pose(0)], 1000)).toBe(2);
  });

  it('on several axes at once are one', () => {
    expect(moves([pose(0), pose(17, 9, 0), pose(17, 9, 18), pose(0)])).toBe(1);
  });

  it('include nods and tilts', () => {
    expect(moves([pose(0), pose(0, 9), pose(0), pose(0, 0, 20), pose(0)], 1000)).toBe(2);
  });
});

describe('facing the screen', () => {
  it('holds for a tilted head, and not for one that is turned, raised or lowered', () => {
    expect(isFacing(pose(0, 0, 30))).toBe(true);
    expect([pose(15), pose(-20), pose(0, 8), pose(0, -8)].some(isFacing)).toBe(false);
  });
});
