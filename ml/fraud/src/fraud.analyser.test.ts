import type { InsightFinding, RoundAnalysis, StreamEntry } from '@interview/ml-kit/analyser';
import type { FaceObservation, RoundState } from '@interview/schema/messages';
import { describe, expect, it } from '@jest/globals';
import { fraudAnalyser } from './fraud.analyser.js';

const round: RoundState = {
  id: '3f0f9d3e-52f5-4d0c-8a5c-0d4a5f1a9b11',
  version: 1,
  companyId: 'acme',
  candidateId: 'cora',
  interviewerId: 'ivan',
  status: 'IN_PROGRESS',
  mode: 'HUMAN_AI_ASSISTED',
  consentGiven: true,
  startedAtMs: 0,
  questions: [],
};

const face = {
  box: [0, 0, 100, 100],
  score: 0.9,
  yawDeg: 0,
  pitchDeg: 0,
  rollDeg: 0,
  mouthOpen: null,
} satisfies FaceObservation['faces'][0];

const tab = (capturedAtMs: number, visible: '0' | '1'): StreamEntry => ({
  stream: 'tab',
  id: `${capturedAtMs}-0`,
  entry: { visible, capturedAtMs },
});

const faces = (capturedAtMs: number, count: number, quality: FaceObservation['quality'] = 'OK'): StreamEntry => ({
  stream: 'faces',
  id: `${capturedAtMs}-0`,
  entry: { capturedAtMs, faces: Array.from({ length: count }, () => face), quality, identity: null },
});

async function open(snapshot: unknown = null): Promise<RoundAnalysis> {
  return fraudAnalyser.open(round, snapshot);
}

/** What the entries lead to, each as type, phase, time. */
async function told(analysis: RoundAnalysis, entries: readonly StreamEntry[]): Promise<InsightFinding[]> {
  const findings = [];
  for (const entry of entries) findings.push(...(await analysis.handle(entry)));
  return findings.filter((finding) => finding.kind === 'insight');
}

const outline = (findings: readonly InsightFinding[]) =>
  findings.map(({ type, value, atMs }) => [type, 'phase' in value ? value.phase : null, atMs]);

describe('tab switches', () => {
  it('are told when the page is hidden, and with their duration when it is visible again', async () => {
    const [start, end] = await told(await open(), [tab(1000, '0'), tab(5000, '1')]);
    expect(start).toMatchObject({ type: 'TAB_SWITCH', severity: 'MEDIUM', value: { phase: 'START' }, atMs: 1000 });
    expect(end).toMatchObject({ type: 'TAB_SWITCH', value: { phase: 'END', durationMs: 4000 }, atMs: 5000 });
  });

  it('are told once, however often the same state is reported', async () => {
    const findings = await told(await open(), [tab(1, '1'), tab(2, '0'), tab(3, '0'), tab(4, '1'), tab(5, '1')]);
    expect(outline(findings)).toEqual([
      ['TAB_SWITCH', 'START', 2],
      ['TAB_SWITCH', 'END', 4],
    ]);
  });

  it('are more severe from the third on, and when one lasted 30 s', async () => {
    const repeated = await told(
      await open(),
      [1, 3, 5].flatMap((ms) => [tab(ms, '0'), tab(ms + 1, '1')]),
    );
    expect(repeated.map(({ severity }) => severity)).toEqual(['MEDIUM', 'MEDIUM', 'MEDIUM', 'MEDIUM', 'HIGH', 'HIGH']);
    const long = await told(await open(), [tab(0, '0'), tab(30_000, '1')]);
    expect(long.map(({ severity }) => severity)).toEqual(['MEDIUM', 'HIGH']);
  });
});

describe('face counts', () => {
  it('say nothing while there is one face', async () => {
    expect(await told(await open(), [faces(0, 1), faces(200, 1), faces(400, 1)])).toEqual([]);
  });

  it('take three pictures in a row at five a second, and date back to the first', async () => {
    const analysis = await open();
    expect(await told(analysis, [faces(1000, 2), faces(1200, 2)])).toEqual([]);
    const [start] = await told(analysis, [faces(1400, 3)]);
    expect(start).toMatchObject({
      type: 'MULTIPLE_FACES',
      severity: 'HIGH',
      value: { phase: 'START', count: 3 },
      atMs: 1000,
      capturedAtMs: 1400,
    });
  });

  it('take two pictures at one a second', async () => {
    const [start] = await told(await open(), [faces(1000, 0), faces(2000, 0)]);
    expect(start).toMatchObject({
      type: 'FACE_ABSENT',
      severity: 'MEDIUM',
      value: { phase: 'START', count: 0 },
      atMs: 1000,
    });
  });

  it('are not believed from a single picture, nor from ones that alternate', async () => {
    const single = [faces(0, 1), faces(200, 0), faces(400, 1), faces(600, 2), faces(800, 1)];
    expect(await told(await open(), single)).toEqual([]);
    const alternating = [faces(0, 0), faces(200, 2), faces(400, 0), faces(600, 2), faces(800, 0)];
    expect(await told(await open(), alternating)).toEqual([]);
  });

  it.each(['DARK', 'BLURRED', 'FROZEN'] as const)('take no %s picture for evidence', async (quality) => {
    const findings = await told(
      await open(),
      Array.from({ length: 20 }, (_, i) => faces(i * 500, 0, quality)),
    );
    expect(findings).toEqual([]);
  });

  it('begin anew after a hole without good pictures', async () => {
    const analysis = await open();
    expect(await told(analysis, [faces(0, 0), faces(10_000, 0)])).toEqual([]);
    expect(outline(await told(analysis, [faces(10_500, 0)]))).toEqual([['FACE_ABSENT', 'START', 10_000]]);
  });

  it('end an episode as carefully as they begin it, and pass from one to another', async () => {
    const counts = [0, 0, 0, 1, 0, 0, 2, 2, 2, 1, 1, 1];
    const findings = await told(
      await open(),
      counts.map((count, i) => faces(i * 200, count)),
    );
    expect(outline(findings)).toEqual([
      ['FACE_ABSENT', 'START', 0],
      ['FACE_ABSENT', 'END', 1200],
      ['MULTIPLE_FACES', 'START', 1200],
      ['MULTIPLE_FACES', 'END', 1800],
    ]);
    expect(findings[1]?.value).toEqual({ phase: 'END', durationMs: 1200, count: 0 });
  });
});

describe('a worker that takes over', () => {
  it('tells exactly what one worker would have told, with the same keys, wherever the change happened', async () => {
    const entries = [
      ...[1, 0, 0, 0, 2, 2, 2, 1, 1].map((count, i) => faces(i * 400, count)),
      tab(4000, '0'),
      tab(5000, '1'),
      tab(6000, '0'),
    ];
    const whole = await open();
    const expected = [...(await told(whole, entries)), ...((await whole.finish?.()) ?? [])];
    for (let cut = 0; cut <= entries.length; cut++) {
      const before = await open();
      const first = await told(before, entries.slice(0, cut));
      const after = await open(JSON.parse(JSON.stringify(before.snapshot())));
      const second = await told(after, entries.slice(cut));
      expect([...first, ...second, ...((await after.finish?.()) ?? [])]).toEqual(expected);
    }
    expect(new Set(expected.map((f) => ('key' in f ? f.key : ''))).size).toBe(expected.length);
  });
});

describe('the end of a round', () => {
  it('closes what is open at the last capture', async () => {
    const analysis = await open();
    await told(analysis, [tab(1000, '0'), faces(2000, 0), faces(3000, 0), faces(9000, 0)]);
    const findings = ((await analysis.finish?.()) ?? []).filter((finding) => finding.kind === 'insight');
    expect(findings.map(({ type, value }) => [type, value])).toEqual([
      ['TAB_SWITCH', { phase: 'END', durationMs: 8000 }],
      ['FACE_ABSENT', { phase: 'END', durationMs: 7000, count: 0 }],
    ]);
  });
});
