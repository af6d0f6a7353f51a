import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import type { Finding, StreamEntry } from '@interview/ml-kit/analyser';
import { INSIGHT_VALUES } from '@interview/schema/insight-values';
import { FaceObservation } from '@interview/schema/messages';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readCamera, readPicture } from '../fixtures/fixtures.js';
import { RememberingFinder } from '../fixtures/remembering-finder.js';
import { FaceDescriptor } from './face-descriptor.js';
import type { FaceFinder } from './face-finder.js';
import { FramePace } from './frame-pace.js';
import { HumanFaceFinder } from './human-face-finder.js';
import { RoundPace } from './round-pace.js';
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
  const finder = new RememberingFinder(new HumanFaceFinder());
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

  it('compares the candidate with how they began: near, turned and rolled too, and the other face far', () => {
    const compared = observationsOf(findings).flatMap(({ capturedAtMs, identity }) =>
      identity ? [{ atMs: capturedAtMs - START_MS, ...identity }] : [],
    );
    const between = (fromMs: number, toMs: number) =>
      compared.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).map(({ distance }) => distance);
    expect(new Set(compared.map(({ reference }) => reference))).toEqual(new Set([1]));
    const same = [...between(0, 12_000), ...between(23_000, 26_000)];
    expect(same.length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...same)).toBeLessThan(0.55);
    expect(Math.max(...between(23_000, 26_000))).toBeLessThan(0.3);
    expect(between(17_000, 20_000).length).toBeGreaterThanOrEqual(6);
    expect(Math.min(...between(17_000, 20_000))).toBeGreaterThan(0.6);
    // Two faces, none, too dark, too blurred: there is nothing to compare.
    expect([...between(12_000, 17_000), ...between(20_000, 23_000)]).toEqual([]);
  });

  it('compares another face on each frame from its first on, so that a switch is known after three', () => {
    const other = observationsOf(findings).filter(({ capturedAtMs }) => capturedAtMs - START_MS >= 17_000);
    expect(other.slice(0, 6).map(({ identity }) => identity !== null)).toEqual(Array(6).fill(true));
  });

  it('does not pay for a comparison on each frame of a face that stays', () => {
    const quiet = observationsOf(findings).filter(({ capturedAtMs }) => capturedAtMs - START_MS < 12_000);
    expect(quiet.filter(({ identity }) => identity).length).toBeLessThanOrEqual(6);
  });

  it('observes the lips: open in a smile, closed in the other face', () => {
    const lips = (atMs: number) =>
      observationsOf(findings).find(({ capturedAtMs }) => capturedAtMs === START_MS + atMs)?.faces[0]?.mouthOpen;
    expect(lips(0)).toBeGreaterThan(0.12);
    expect(lips(18_000)).toBeLessThan(0.05);
  });

  it('finds the same when every few seconds another worker goes on from the snapshot, but for who it compares with', async () => {
    const again: Finding[] = [];
    let analysis = new VideoAnalysis(finder, null);
    for (const [i, { atMs, jpeg }] of frames.entries()) {
      if (i % 10 === 9) analysis = new VideoAnalysis(finder, JSON.parse(JSON.stringify(analysis.snapshot())));
      again.push(...(await analysis.handle(videoEntry(atMs, jpeg))));
    }
    again.push(...analysis.finish());
    expect(withoutIdentity(again)).toEqual(withoutIdentity(findings));
  });

  it('begins a new reference after a takeover, and says so by its number', async () => {
    const references: number[] = [];
    let analysis = new VideoAnalysis(finder, null);
    for (const [i, { atMs, jpeg }] of frames.slice(0, 20).entries()) {
      if (i === 10) analysis = new VideoAnalysis(finder, JSON.parse(JSON.stringify(analysis.snapshot())));
      const observed = observationsOf(await analysis.handle(videoEntry(atMs, jpeg)));
      references.push(...observed.flatMap(({ identity }) => identity?.reference ?? []));
    }
    expect(references.toSorted()).toEqual(references);
    expect(new Set(references)).toEqual(new Set([1, 2]));
  });

  it('keeps what a face looks like out of snapshots and findings', async () => {
    const analysis = new VideoAnalysis(finder, null);
    const told: Finding[] = [];
    for (const { atMs, jpeg } of frames.slice(0, 12)) {
      told.push(...(await analysis.handle(videoEntry(atMs, jpeg))));
      const text = JSON.stringify([told, analysis.snapshot()]) + inspect(analysis, { depth: 20, showHidden: true });
      expect(longestRowOfNumbers(text)).toBeLessThanOrEqual(4);
    }
    expect(observationsOf(told).some(({ identity }) => identity)).toBe(true);
    expect(longestRowOfNumbers(JSON.stringify({ x: [0.1, -2, 3e-5, 4, 5] }))).toBe(5);
  });
});

const withoutIdentity = (findings: Finding[]) =>
  findings.map((finding) =>
    finding.kind === 'observation' && finding.stream === 'faces'
      ? { ...finding, observation: { ...finding.observation, identity: null } }
      : finding,
  );

/** A box is four numbers, a descriptor 128. */
function longestRowOfNumbers(text: string): number {
  const rows = text.match(/-?\d[\d.e+-]*(?:\s*,\s*-?\d[\d.e+-]*)+/g) ?? [];
  return Math.max(1, ...rows.map((row) => row.split(',').length));
}

describe('frames that cannot be used', () => {
  const noFaces: FaceFinder = {
    start: async () => {},
    find: async () => [],
    describe: async () => new FaceDescriptor(new Float32Array()),
    stop: async () => {},
  };
  const broken = new Uint8Array([0xff, 0xd8, 0xff, 1, 2, 3]);

  it('are counted, and told as a status after five in a row and when frames can be read again', async () => {
    const analysis = new VideoAnalysis(noFaces, null);
    const told: Finding[] = [];
    for (let i = 0; i < 7; i++) told.push(...(await analysis.handle(videoEntry(i * 500, broken))));
    expect(told).toEqual([expect.objectContaining({ kind: 'status', key: `status/${START_MS}-0`, state: 'DEGRADED' })]);
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
      { capturedAtMs: START_MS, faces: [], quality: 'OK', identity: null },
    ]);
  });

  it('of a busy machine are left out, and their rate is told as a status until all are measured again', async () => {
    let nowMs = 0;
    const pace = new FramePace(() => nowMs);
    const analysis = new VideoAnalysis(noFaces, null, new RoundPace(pace, 0));
    const told: Finding[] = [];
    let waitedMs = 400;
    for (let atMs = 0; atMs < 40_000; atMs += 500) {
      nowMs = atMs;
      if (atMs === 12_000) waitedMs = 0;
      const entry = videoEntry(atMs, readPicture('no_face'));
      const waiting = { stream: 'video', id: entry.id, capturedAtMs: entry.entry.capturedAtMs, waitedMs } as const;
      if (!analysis.skips(waiting)) told.push(...(await analysis.handle(entry)));
    }
    expect(told.filter(({ kind }) => kind === 'status')).toEqual([
      expect.objectContaining({
        state: 'DEGRADED',
        detail: expect.stringMatching(/^The machine is busy: [01]\.\d pictures a second are measured\.$/),
      }),
      expect.objectContaining({ state: 'OK', detail: null }),
    ]);
    expect(observationsOf(told).length).toBeLessThan(70);
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
