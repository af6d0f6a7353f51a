import { describe, expect, it } from '@jest/globals';
import type { Pose } from './head-pose.js';
import { finishPose, newPoseTrack, type PoseTrack, trackPose } from './pose-window.js';
import type { VideoInsight } from './video-insight.js';

const REST: Pose = { yawDeg: 1, pitchDeg: 7, rollDeg: 3 };
const turned = (yawDeg: number): Pose => ({ ...REST, yawDeg: REST.yawDeg + yawDeg });

interface Frame {
  pose?: Pose;
  gaze?: number | null;
  /** Time since the frame before, measurable or not; by default the distance of the frames. */
  spanMs?: number;
}

/** Feeds frames `intervalMs` apart from `fromMs` on. */
function feed(track: PoseTrack, frames: Frame[], intervalMs: number, fromMs = 0): VideoInsight[] {
  return frames.flatMap(({ pose = REST, gaze = 0, spanMs = intervalMs }, i) => {
    const atMs = fromMs + i * intervalMs;
    return trackPose(track, `${atMs}-0`, { atMs, spanMs, pose, gaze });
  });
}
const still = (frames: number): Frame[] => Array.from({ length: frames }, () => ({}));
const oneFacing = (insights: VideoInsight[]) => insights.flatMap((i) => (i.type === 'ENGAGEMENT' ? [i.value] : []));
const movement = (insights: VideoInsight[]) => insights.flatMap((i) => (i.type === 'HEAD_MOVEMENT' ? [i.value] : []));

describe('a window of pose and eyes', () => {
  it.each([200, 500, 1000])('is told within 10 s with a frame each %d ms', (intervalMs) => {
    const insights = feed(newPoseTrack(), still(10_000 / intervalMs + 1), intervalMs);
    expect(insights.map(({ type }) => type)).toEqual(['HEAD_MOVEMENT', 'ENGAGEMENT']);
    expect(insights[0]?.capturedAtMs).toBeLessThanOrEqual(10_000);
  });

  it('says the pose relative to the resting one, and counts from the first frame on', () => {
    const frames = still(10);
    frames[1] = { pose: turned(20) };
    frames[8] = { pose: turned(-18) };
    const [value] = movement(feed(newPoseTrack(), frames, 1000));
    expect(value).toEqual({ level: 'moderate', movesPerMinute: 13.3, yawDeg: -18, pitchDeg: 0, rollDeg: 0 });
  });

  it('weighs frames by time: a slow frame turned away counts as long as it stood', () => {
    const track = newPoseTrack();
    const insights = feed(track, still(21), 200);
    insights.push(...feed(track, [{ pose: turned(30) }, { pose: turned(30) }, {}], 2000, 6000));
    const [value] = oneFacing(insights);
    // 4.2 s and 2 s facing, 4 s not.
    expect(value?.facingShare).toBeCloseTo(6.2 / 10.2, 2);
  });

  it('measures eye contact only where the eyes were located', () => {
    const frames: Frame[] = [
      ...Array.from({ length: 4 }, () => ({ gaze: 0.05 })),
      ...Array.from({ length: 4 }, () => ({ gaze: -0.3 })),
      ...Array.from({ length: 2 }, () => ({ gaze: null })),
    ];
    expect(oneFacing(feed(newPoseTrack(), frames, 1000))).toEqual([
      { facingShare: 1, eyeContactShare: 0.5, windowMs: 9000 },
    ]);
  });

  it('that never saw the eyes tells no engagement', () => {
    const insights = feed(
      newPoseTrack(),
      Array.from({ length: 10 }, () => ({ gaze: null })),
      1000,
    );
    expect(insights.map(({ type }) => type)).toEqual(['HEAD_MOVEMENT']);
  });

  it('is LOW when the face was turned away most of the time, and never more', () => {
    const away = [...still(4), ...Array.from({ length: 40 }, () => ({ pose: turned(30) }))];
    const severities = feed(newPoseTrack(), away, 1000).map(({ type, severity }) => `${type} ${severity}`);
    expect(severities).toContain('ENGAGEMENT LOW');
    expect(severities.filter((line) => !/ (INFO|LOW)$/.test(line))).toEqual([]);
  });

  it('is called frequent from 20 movements a minute', () => {
    const shaking = [...still(3), { pose: turned(20) }, {}, { pose: turned(-20) }, {}, { pose: turned(20) }, {}];
    expect(movement(feed(newPoseTrack(), shaking, 1000))[0]).toMatchObject({ level: 'frequent', movesPerMinute: 20 });
  });

  it('grows to 30 s after the first minute', () => {
    const times = feed(newPoseTrack(), still(200), 1000).flatMap(({ type, capturedAtMs }) =>
      type === 'HEAD_MOVEMENT' ? [capturedAtMs] : [],
    );
    const distances = times.slice(1).map((atMs, i) => atMs - (times[i] ?? 0));
    expect(distances.slice(0, 5)).toEqual([9000, 9000, 9000, 9000, 9000]);
    expect(distances.at(-1)).toBe(30_000);
  });

  it('waits for a resting pose near the axis of the camera', () => {
    const track = newPoseTrack();
    expect(
      feed(
        track,
        Array.from({ length: 20 }, () => ({ pose: turned(40) })),
        1000,
      ),
    ).toEqual([]);
    expect(track.rest).toBeNull();
    feed(track, still(3), 1000, 20_000);
    expect(track.rest).toEqual(REST);
  });

  it('is closed by half a minute without a frame that could be measured', () => {
    const track = newPoseTrack();
    feed(track, still(7), 1000);
    const [told] = feed(track, [{ spanMs: 1000 }], 1000, 60_000);
    expect(told).toMatchObject({ type: 'HEAD_MOVEMENT', atMs: 6000, capturedAtMs: 60_000, key: 'head-movement/0-0' });
  });

  it('that is open at the end is told when it holds 5 s, and not when it holds less', () => {
    const long = newPoseTrack();
    feed(long, still(6), 1000);
    expect(finishPose(long).map(({ type }) => type)).toEqual(['HEAD_MOVEMENT', 'ENGAGEMENT']);
    expect(finishPose(long)).toEqual([]);
    const short = newPoseTrack();
    feed(short, still(4), 1000);
    expect(finishPose(short)).toEqual([]);
  });
});
