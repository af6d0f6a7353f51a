import { describe, expect, it } from '@jest/globals';
import { anyFace as face } from '../fixtures/face.js';
import type { FoundFace } from './face-finder.js';
import {
  comparableFace,
  IDENTITY,
  type IdentityFrame,
  isDue,
  newSchedule,
  noteDistance,
  seeFrame,
} from './identity-schedule.js';

type Shown = Partial<Omit<IdentityFrame, 'atMs'>> & { distance?: number };

/** Shows frames 500 ms apart; tells which of them were compared. */
function compared(shown: Shown[], stepMs = 500): boolean[] {
  let schedule = newSchedule();
  return shown.map(({ distance = 0.2, ...frame }, i) => {
    const one: IdentityFrame = { atMs: 10_000 + i * stepMs, issue: 'OK', faces: [face], ...frame };
    schedule = seeFrame(schedule, one);
    if (!comparableFace(one) || !isDue(schedule, one.atMs)) return false;
    schedule = noteDistance(schedule, one.atMs, distance);
    return true;
  });
}
const times = <T>(count: number, value: T): T[] => Array<T>(count).fill(value);
const [yes, no] = [true, false];

describe('which frames are compared', () => {
  it('three at first, then one in 2 s', () => {
    expect(compared(times(11, {}))).toEqual([yes, yes, yes, no, no, no, yes, no, no, no, yes]);
  });

  it('each one while the face may be another, until that is settled too', () => {
    const other = { distance: 0.66 };
    const seen = compared([{}, {}, {}, {}, {}, {}, ...times(12, other)]);
    expect(seen.slice(6)).toEqual([...times(6, yes), no, no, no, yes, no, no]);
  });

  it('each one again when the candidate is back', () => {
    const seen = compared([...times(7, { distance: 0.66 }), {}, {}, {}, {}, {}, {}]);
    expect(seen).toEqual([...times(6, yes), no, no, no, yes, yes, yes, no]);
  });

  it.each<[string, Shown]>([
    ['nobody was there', { faces: [] }],
    ['several were there', { faces: [face, face] }],
    ['the picture was dark', { issue: 'DARK' }],
    ['the picture was blurred', { issue: 'BLURRED' }],
  ])('three at once after %s', (_, sign) => {
    expect(compared([{}, {}, {}, {}, sign, {}, {}, {}, {}])).toEqual([yes, yes, yes, no, no, yes, yes, yes, no]);
  });

  it('three at once after the box jumped, not while it moves along', () => {
    const at = (x: number): Shown => ({ faces: [{ ...face, box: [x, 100, 150, 150] }] });
    const along = [at(200), at(200), at(230), at(260), at(290)];
    expect(compared([...along, at(20), at(20), at(20), at(20)])).toEqual([
      ...times(3, yes),
      no,
      no,
      ...times(3, yes),
      no,
    ]);
  });

  it('one at once after a hole in time', () => {
    expect(compared(times(3, {}), IDENTITY.holeMs + 1)).toEqual([yes, yes, yes]);
  });

  it('none that shows too little of the face', () => {
    const small = { ...face, box: [200, 100, 40, 40] as FoundFace['box'] };
    const turned = { ...face, yawDeg: -25 };
    const withoutMesh = { ...face, landmarks: null };
    for (const unusable of [small, turned, withoutMesh]) {
      expect(compared([{ faces: [unusable] }, { faces: [unusable] }])).toEqual([no, no]);
    }
  });
});
