import { randomUUID } from 'node:crypto';
import type { Finding, StreamEntry } from '@interview/ml-kit/analyser';
import { INSIGHT_VALUES } from '@interview/schema/insight-values';
import { FaceObservation } from '@interview/schema/messages';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readCamera, readPicture } from '../fixtures/fixtures.js';
import type { FaceFinder } from './face-finder.js';
import { HumanFaceFinder } from './human-face-finder.js';
import { VideoAnalysis } from './video.analysis.js';

const START_MS = 1_700_000_000_000;

const videoEntry = (atMs: number, data: Uint8Array<ArrayBuffer>): StreamEntry => ({
  stream: 'video',
  id: `${START_MS + atMs}-0`,
  entry: { capturedAtMs: START_MS + atMs, data },
});

const insightsOf = (findings: Finding[]) => findings.filter((finding) => finding.kind === 'insight');
const observationsOf = (findings: Finding[]) =>
  findings.flatMap((finding) =>
    finding.kind === 'observation' && finding.stream === 'faces' ? [finding.observation] : [],
  );

describe('a camera of 26 s', () => {
  const finder = new HumanFaceFinder();
  const frames = readCamera();
  let findings: Finding[];
  beforeAll(async () => {
    await finder.start();
    findings = [];
    const analysis = new VideoAnalysis(finder, null);
    for (const { atMs, jpeg } of frames) findings.push(...(await analysis.handle(videoEntry(atMs, jpeg))));
    findings.push(...analysis.finish());
  }, 60_000);
  afterAll(() => finder.stop());

  it('tells every frame to fraud, with the count of faces that the picture shows', () => {
    const observations = observationsOf(findings);
    expect(observations.map(({ capturedAtMs }) => capturedAtMs - START_MS)).toEqual(frames.map(({ atMs }) => atMs));
    for (const observation of observations) {
      const atMs = observation.capturedAtMs - START_MS;
      const shown = atMs >= 12_000 && atMs < 15_000 ? 2 : atMs >= 15_000 && atMs < 17_000 ? 0 : 1;
      expect({ atMs, faces: FaceObservation.parse(observation).faces.length }).toEqual({ atMs, faces: shown });
    }
  });

  it('tells dark, blurred and good pictures at their onsets, each once', () => {
    const told = insightsOf(findings)
      .filter((insight) => insight.type === 'VIDEO_QUALITY')
      .map(({ value, atMs }) => [value.issue, atMs - START_MS]);
    expect(told).toEqual([
      ['DARK', 20_000],
      ['BLURRED', 21_600],
      ['OK', 23_200],
    ]);
  });

  it('observes the turned and the rolled head', () => {
    const pose = (atMs: number) =>
      observationsOf(findings).find(({ capturedAtMs }) => capturedAtMs === START_MS + atMs)?.faces[0];
    expect(pose(8400)?.yawDeg).toBeLessThan(-12);
    expect(pose(10_000)?.yawDeg).toBeGreaterThan(12);
    expect(pose(10_800)?.rollDeg).toBeGreaterThan(18);
  });

  it('tells head movement and engagement within 10 s, and again at the end', () => {
    const windows = insightsOf(findings).filter(({ type }) => type !== 'VIDEO_QUALITY');
    expect(windows.map(({ type }) => type)).toEqual(['HEAD_MOVEMENT', 'ENGAGEMENT', 'HEAD_MOVEMENT', 'ENGAGEMENT']);
    expect((windows[0]?.capturedAtMs ?? 0) - START_MS).toBeLessThanOrEqual(10_000);
    const [first, second] = windows.flatMap((w) => (w.type === 'HEAD_MOVEMENT' ? [w.value] : []));
    // One turn in the first 9 s; the other way and a roll in the rest.
    expect(first?.level).toBe('stable');
    expect(first?.movesPerMinute).toBeCloseTo(6.5, 0);
    expect(second).toMatchObject({ level: 'moderate' });
    const [facing] = windows.flatMap((w) => (w.type === 'ENGAGEMENT' ? [w.value] : []));
    expect(facing?.facingShare).toBeGreaterThan(0.8);
    expect(facing?.facingShare).toBeLessThan(0.95);
    expect(facing?.eyeContactShare).toBeGreaterThan(0.9);
  });

  it('gives each insight a key of its own, a value of its type and no severity above LOW', () => {
    const insights = insightsOf(findings);
    expect(new Set(insights.map(({ key }) => key)).size).toBe(insights.length);
    for (const { type, value, severity } of insights) {
      expect(INSIGHT_VALUES[type].parse(value)).toEqual(value);
      expect(['INFO', 'LOW']).toContain(severity);
    }
  });

  it('finds the same when every few seconds another worker goes on from the snapshot', async () => {
    const again: Finding[] = [];
    let analysis = new VideoAnalysis(finder, null);
    for (const [i, { atMs, jpeg }] of frames.entries()) {
      if (i % 10 === 9) analysis = new VideoAnalysis(finder, JSON.parse(JSON.stringify(analysis.snapshot())));
      again.push(...(await analysis.handle(videoEntry(atMs, jpeg))));
    }
    again.push(...analysis.finish());
    expect(again).toEqual(findings);
  });
});

describe('frames that cannot be used', () => {
  const noFaces: FaceFinder = { start: async () => {}, find: async () => [], stop: async () => {} };
  const broken = new Uint8Array([0xff, 0xd8, 0xff, 1, 2, 3]);

  it('are counted, and told as a status after five in a row and when frames can be read again', async () => {
    const analysis = new VideoAnalysis(noFaces, null);
    const told: Finding[] = [];
    for (let i = 0; i < 7; i++) told.push(...(await analysis.handle(videoEntry(i * 500, broken))));
    expect(told).toEqual([
      expect.objectContaining({ kind: 'status', key: `status/${START_MS + 2000}-0`, state: 'DEGRADED' }),
    ]);
    const after = await analysis.handle(videoEntry(4000, readPicture('no_face')));
    expect(after[0]).toEqual({ kind: 'status', key: `status/${START_MS + 4000}-0`, state: 'OK', detail: null });
    expect(observationsOf(after)).toHaveLength(1);
  });

  it('leave no trace when the finder fails, so that the entry can be delivered again', async () => {
    let fails = true;
    const finder: FaceFinder = {
      ...noFaces,
      find: async () => {
        if (fails) throw new Error('the thread died');
        return [];
      },
    };
    const analysis = new VideoAnalysis(finder, null);
    const before = analysis.snapshot();
    const entry = videoEntry(0, readPicture('no_face'));
    await expect(analysis.handle(entry)).rejects.toThrow('the thread died');
    expect(analysis.snapshot()).toEqual(before);
    fails = false;
    expect(observationsOf(await analysis.handle(entry))).toEqual([
      { capturedAtMs: START_MS, faces: [], quality: 'OK' },
    ]);
  });

  it('start anew from a snapshot that is not of this version', async () => {
    const analysis = new VideoAnalysis(noFaces, { version: 0, something: randomUUID() });
    expect(observationsOf(await analysis.handle(videoEntry(0, readPicture('no_face'))))).toHaveLength(1);
  });

  it('of other streams find nothing', async () => {
    const analysis = new VideoAnalysis(noFaces, null);
    const tab: StreamEntry = { stream: 'tab', id: '1-0', entry: { visible: '0', capturedAtMs: START_MS } };
    expect(await analysis.handle(tab)).toEqual([]);
  });
});
