import { describe, expect, it } from '@jest/globals';
import { anyFace as face } from '../fixtures/face.js';
import { FaceDescriptor } from './face-descriptor.js';
import type { FoundFace } from './face-finder.js';
import { IdentityTrack, REFERENCE } from './identity-track.js';

const A = [1, 0];
const B = [0, 1];
interface Shown {
  /** What the face looks like, were it described. */
  like: number[];
  faces?: FoundFace[];
  atMs?: number;
}

/** Shows frames 500 ms apart; tells the identities and how many faces were described. */
function follow(track: IdentityTrack, shown: Shown[]) {
  let described = 0;
  const identities = shown.map(({ like, faces = [face], atMs }, i) => {
    const step = track.look({ atMs: atMs ?? 10_000 + i * 500, issue: 'OK', faces });
    if (step.landmarks) described += 1;
    return track.take(step, step.landmarks ? new FaceDescriptor(Float32Array.from(like)) : null);
  });
  return { identities, described };
}
const times = (count: number, shown: Shown): Shown[] => Array<Shown>(count).fill(shown);
const told = (identities: ReturnType<typeof follow>['identities']) => identities.flatMap((one) => one ?? []);

describe('the reference of a round', () => {
  it('is the mean of the first good frames, and is compared from the next on', () => {
    const near = [0.1, -0.1, 0, 0.1, -0.1].map((off): Shown => ({ like: [1 + off, 0] }));
    const { identities } = follow(new IdentityTrack(0), [...near, { like: A }]);
    expect(identities).toEqual([null, null, null, null, null, { reference: 1, distance: 0 }]);
  });

  it('is not made of turned faces, nor of frames that come too fast', () => {
    const track = new IdentityTrack(0);
    expect(follow(track, times(8, { like: A, faces: [{ ...face, yawDeg: -15 }] })).described).toBe(0);
    const fast = Array.from({ length: 8 }, (_, i): Shown => ({ like: A, atMs: 20_000 + i * (REFERENCE.apartMs / 2) }));
    expect(follow(track, fast).described).toBe(4);
  });

  it('is begun anew when somebody else may have sat down before it stood', () => {
    const { identities } = follow(new IdentityTrack(0), [
      ...times(4, { like: A }),
      { like: A, faces: [] },
      ...times(5, { like: B }),
      { like: B },
    ]);
    expect(told(identities)).toEqual([{ reference: 1, distance: 0 }]);
  });

  it('waits for frames that agree, and leaves out the one that does not', () => {
    const mixed = [A, A, B, B, A].map((like): Shown => ({ like }));
    expect(told(follow(new IdentityTrack(0), mixed).identities)).toEqual([]);
    const { identities } = follow(new IdentityTrack(0), [...[A, A, B, A, A].map((like) => ({ like })), { like: A }]);
    expect(told(identities)).toEqual([{ reference: 1, distance: 0 }]);
  });

  it('has a number from its first frame on, which a successor does not use again', () => {
    const track = new IdentityTrack(0);
    expect(track.references).toBe(0);
    follow(track, times(1, { like: A }));
    expect(track.references).toBe(1);
    const successor = new IdentityTrack(track.references);
    expect(told(follow(successor, times(6, { like: B })).identities)).toEqual([{ reference: 2, distance: 0 }]);
  });

  it('stays when the clock is set back', () => {
    const track = new IdentityTrack(0);
    follow(track, times(6, { like: A }));
    track.restartTimes();
    const { identities } = follow(track, [{ like: B, atMs: 500 }]);
    expect(identities).toEqual([{ reference: 1, distance: Math.round(Math.SQRT2 * 1000) / 1000 }]);
  });

  it('changes nothing by looking', () => {
    const track = new IdentityTrack(0);
    follow(track, times(6, { like: A }));
    const frame = { atMs: 60_000, issue: 'OK', faces: [face] } as const;
    expect(track.look(frame)).toEqual(track.look(frame));
  });
});
