import type { Finding } from '@interview/ml-kit/analyser';
import { describe, expect, it } from '@jest/globals';
import type { FoundFace } from './face-finder.js';
import { type MeasuredFrame, measureFrame, newRoundMeasures, type RoundMeasures } from './frame-measures.js';

const GOOD = { luma: 130, contrast: 60, sharpness: 500 };
const face: FoundFace = {
  box: [100.4, 40, 200, 210],
  score: 0.8765,
  yawDeg: 1.234,
  pitchDeg: 7,
  rollDeg: 3,
  landmarks: null,
};

const frame = (atMs: number, more: Partial<MeasuredFrame> = {}): MeasuredFrame => ({
  id: `${atMs}-0`,
  capturedAtMs: atMs,
  figures: { ...GOOD, fingerprint: `${atMs}` },
  faces: [face],
  identity: null,
  ...more,
});
const frozen = (atMs: number) => frame(atMs, { figures: { ...GOOD, fingerprint: 'same' } });

function measureAll(measures: RoundMeasures, frames: MeasuredFrame[]): Finding[] {
  return frames.flatMap((one) => measureFrame(measures, one));
}
const kinds = (findings: Finding[]) =>
  findings.flatMap((finding) => (finding.kind === 'insight' ? [finding.type] : []));
const every = (stepMs: number, toMs: number, fromMs = 0) =>
  Array.from({ length: (toMs - fromMs) / stepMs + 1 }, (_, i) => fromMs + i * stepMs);

describe('the measures of a round', () => {
  it('observe each frame with rounded figures', () => {
    expect(measureFrame(newRoundMeasures(), frame(1000))).toEqual([
      {
        kind: 'observation',
        stream: 'faces',
        observation: {
          capturedAtMs: 1000,
          quality: 'OK',
          faces: [{ box: [100, 40, 200, 210], score: 0.88, yawDeg: 1.23, pitchDeg: 7, rollDeg: 3, mouthOpen: null }],
          identity: null,
        },
      },
    ]);
  });

  it('take pose from good frames with exactly one face only', () => {
    const dark = { ...GOOD, luma: 10, fingerprint: 'dark' };
    for (const unusable of [{ faces: [] }, { faces: [face, face] }, { figures: dark }]) {
      const measures = newRoundMeasures();
      const findings = measureAll(
        measures,
        every(500, 20_000).map((atMs) => frame(atMs, unusable)),
      );
      expect(kinds(findings)).not.toContain('HEAD_MOVEMENT');
    }
    expect(
      kinds(
        measureAll(
          newRoundMeasures(),
          every(500, 10_000).map((atMs) => frame(atMs)),
        ),
      ),
    ).toContain('HEAD_MOVEMENT');
  });

  it('tell a camera that froze, and that it moves again', () => {
    const measures = newRoundMeasures();
    const findings = measureAll(measures, [
      ...every(1000, 8000).map(frozen),
      ...every(1000, 11_000, 9000).map((atMs) => frame(atMs)),
    ]);
    const told = findings.flatMap((f) => (f.kind === 'insight' && f.type === 'VIDEO_QUALITY' ? [f.value.issue] : []));
    expect(told).toEqual(['FROZEN', 'OK']);
  });

  it('observe a frame that was overtaken, and let it change nothing else', () => {
    const measures = newRoundMeasures();
    measureAll(measures, [frame(5000), frame(6000)]);
    const before = structuredClone(measures);
    const findings = measureFrame(measures, frame(5500));
    expect(findings.map(({ kind }) => kind)).toEqual(['observation']);
    expect(measures).toEqual(before);
  });

  it('go on after the clock was set back, with the resting pose that they know', () => {
    const measures = newRoundMeasures();
    measureAll(
      measures,
      every(1000, 65_000, 60_000).map((atMs) => frame(atMs)),
    );
    const rest = measures.pose.rest;
    expect(rest).not.toBeNull();
    const findings = measureAll(
      measures,
      every(1000, 10_000).map((atMs) => frame(atMs)),
    );
    expect(measures.pose.rest).toEqual(rest);
    expect(kinds(findings)).toContain('HEAD_MOVEMENT');
  });
});
