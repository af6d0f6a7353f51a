import { randomUUID } from 'node:crypto';
import type { InsightResult } from '@interview/schema/messages';
import { describe, expect, it } from '@jest/globals';
import { CYCLE_MS, happeningsBetween, sceneAt, visibilityFrom } from './candidate-script.js';
import { type Delivered, delayFigures, InsightDelays, measuredBetween } from './insight-delays.js';
import type { LoadFigures } from './interview-load.js';
import { medianRows, targetRows } from './load-targets.js';
import { cpuShares, problemsOf } from './load-verdict.js';
import type { Vitals } from './vitals.js';
import { medianBucket, sumOf } from './worker-figures.js';

describe('the script of a candidate', () => {
  it('shows nobody and a second face when it says so', () => {
    for (const { kind, fromMs, toMs } of happeningsBetween(0, 2 * CYCLE_MS)) {
      if (kind === 'TAB_SWITCH') continue;
      const scene = kind === 'FACE_ABSENT' ? 'none' : 'two';
      expect([sceneAt(fromMs).scene, sceneAt(toMs - 1).scene, sceneAt(toMs).scene]).toEqual([scene, scene, 'one']);
    }
  });

  it('repeats, and tells only what lies wholly between two moments', () => {
    const first = happeningsBetween(0, CYCLE_MS);
    expect(first.map(({ kind }) => kind)).toEqual(['TAB_SWITCH', 'MULTIPLE_FACES', 'FACE_ABSENT', 'TAB_SWITCH']);
    const second = happeningsBetween(CYCLE_MS, 2 * CYCLE_MS);
    expect(second.map(({ fromMs }) => fromMs - CYCLE_MS)).toEqual(first.map(({ fromMs }) => fromMs));
    const [{ fromMs, toMs } = { fromMs: 0, toMs: 0 }] = first;
    expect(happeningsBetween(fromMs + 1, toMs + 1)).toEqual([]);
    expect(happeningsBetween(fromMs, toMs)).toHaveLength(1);
  });

  it('hides and shows the page in turns, from any moment on', () => {
    const moments = visibilityFrom(4000);
    const next = () => moments.next().value;
    expect([next(), next(), next()]).toEqual([
      { atMs: 15_000, visible: false },
      { atMs: 18_000, visible: true },
      { atMs: CYCLE_MS + 3000, visible: false },
    ]);
  });
});

const WATCHED = randomUUID();
const insight = (id: string): InsightResult => ({
  id,
  roundId: WATCHED,
  service: 'fraud',
  kind: 'insight',
  type: 'TAB_SWITCH',
  value: { phase: 'START' },
  severity: 'MEDIUM',
  explanation: 'The interview page was hidden.',
  source: 'fraud/1',
  timestampMs: 0,
  capturedAtMs: 1000,
  publishedAtMs: 1010,
});

describe('delays', () => {
  it('pairs what was published with what arrived, whichever is heard of first, and once', () => {
    const delays = new InsightDelays();
    delays.published(insight('a'));
    delays.arrived('a', 1100);
    delays.arrived('b', 1300);
    delays.published(insight('b'));
    delays.arrived('b', 9000);
    delays.published(insight('a'));
    expect(delayFigures(delays.delivered)).toEqual({ count: 2, p50: 100, p90: 300, publishedP50: 10 });
    expect(delays.missing(Number.POSITIVE_INFINITY, new Set([WATCHED]))).toEqual([]);
  });

  it('tells what was published and did not arrive', () => {
    const delays = new InsightDelays();
    delays.published(insight('a'));
    const ours = new Set([WATCHED]);
    expect([1010, 1011].map((beforeMs) => delays.missing(beforeMs, ours).length)).toEqual([0, 1]);
  });

  it('misses nothing of rounds that nobody watches', () => {
    const delays = new InsightDelays();
    delays.published(insight('a'));
    expect(delays.missing(1011, new Set(['another']))).toEqual([]);
  });
});

describe('a load', () => {
  const sample = (second: number, lagMs = 300): Vitals => ({
    atMs: second * 1000,
    memoryMb: {},
    cpuMs: { video: second * 500, gateway: second * 100 },
    ownCpuMs: second * 50,
    machineMs: second * 900,
    lagMs: { audio: lagMs, video: 0, faces: 0, tab: 0, voices: 0 },
    unstored: 0,
  });
  const alert = (type: string, second: number, delayMs: number): Delivered => ({
    type,
    phase: 'START',
    roundId: 'r',
    timestampMs: 0,
    capturedAtMs: second * 1000,
    publishedAtMs: second * 1000,
    arrivedAtMs: second * 1000 + delayMs,
  });
  const seconds = Array.from({ length: 21 }, (_, second) => second);
  const carried: LoadFigures = {
    candidates: 4,
    picturesPerSecond: 1,
    fromMs: 0,
    toMs: 20_000,
    delivered: seconds.flatMap((s) => [alert('FACE_ABSENT', s, 200), alert('TAB_SWITCH', s, 80)]),
    undelivered: [],
    pictures: { sent: 1000, measured: 995 },
    audio: { sent: 400, handled: 400 },
    expected: [],
    missed: [],
    vitals: seconds.map((second) => sample(second)),
    lateMs: [],
    dead: 0,
    failures: [],
  };
  const problems = (change: Partial<LoadFigures>) => problemsOf({ ...carried, ...change });

  it('is carried with few pictures left out, steady lag and delays within the target', () => {
    expect(problems({})).toEqual([]);
  });

  it('is not carried with more pictures lost, any audio lost, or anything given up', () => {
    expect(problems({ pictures: { sent: 1000, measured: 989 } })).toEqual(['11 of 1000 pictures were not measured']);
    expect(problems({ audio: { sent: 400, handled: 399 } })).toEqual(['1 of 400 pieces of audio were not handled']);
    expect(problems({ dead: 1 })).toHaveLength(1);
    expect(
      problems({
        undelivered: [
          { type: 'TAB_SWITCH', phase: 'START', roundId: 'r', timestampMs: 1, capturedAtMs: 1, publishedAtMs: 2 },
        ],
      }),
    ).toHaveLength(1);
    expect(problems({ failures: ['refused'] })).toEqual(['refused']);
  });

  it('is not carried where media wait longer and longer, or long at the end', () => {
    expect(problems({ vitals: seconds.map((s) => sample(s, 300 + 150 * s)) })).toHaveLength(2);
    expect(problems({ vitals: seconds.map((s) => sample(s, 2500)) })).toEqual(['media waited 2.5 s at the end']);
    // One pause of the machine is no lag.
    expect(problems({ vitals: seconds.map((s) => sample(s, s === 10 ? 4000 : 300)) })).toEqual([]);
  });

  it('is not carried where the median alert is late, or there is none to tell by', () => {
    const late = seconds.map((s) => alert('MULTIPLE_FACES', s, s < 10 ? 100 : 301));
    const tabs = seconds.map((s) => alert('TAB_SWITCH', s, 80));
    expect(problems({ delivered: [...late, ...tabs] })).toEqual(['alerts about faces took 301 ms in the median']);
    expect(problems({ delivered: tabs })).toEqual(['there were no alerts about faces']);
  });

  it('tells no delay of what only the end of its round brought', () => {
    const inTime = alert('FACE_ABSENT', 19, 200);
    const closed = { ...inTime, publishedAtMs: 27_000, arrivedAtMs: 27_100 };
    const early = alert('FACE_ABSENT', 3, 200);
    const moments = { fromMs: 4000, toMs: 20_000, drainedMs: 22_000 };
    expect(measuredBetween([early, inTime, closed], moments)).toEqual([inTime]);
  });

  describe('against its targets', () => {
    const cpu = cpuShares(carried);
    const climbTo = (most: number, change: Partial<LoadFigures> = {}) => ({
      provider: 'none' as const,
      climb: {
        picturesPerSecond: 1,
        result: { most, bounded: true },
        carried: { load: { ...carried, candidates: most, ...change }, cpu, problems: [] },
        failed: undefined,
        broken: [],
      },
    });
    const states = (climbs: Parameters<typeof targetRows>[0]) => targetRows(climbs).map(({ cells }) => cells['']);
    const unmeasured = ['not measured', 'not measured', 'not measured'];

    it('is met with ten candidates and medians within 300 ms; what was not tried is not measured', () => {
      expect(states([climbTo(10)])).toEqual(['met', 'met', 'met', ...unmeasured]);
    });

    it('is not met with fewer, whose medians say nothing of ten', () => {
      expect(states([climbTo(8)])).toEqual(['not met', 'not measured', 'not measured', ...unmeasured]);
    });

    it('is not met with a median above 300 ms, at any load', () => {
      const late = seconds.map((s) => alert('FACE_ABSENT', s, 301));
      const [faces, tabs] = medianRows('soak', 10, { candidates: 8, delivered: late });
      expect([faces?.cells[''], tabs?.cells['']]).toEqual(['not met', 'not measured']);
    });
  });

  it('is not carried where the transcript falls behind', () => {
    const segments = seconds.map((s) => alert('SEGMENT', s, 1000 + 200 * s));
    expect(problems({ delivered: [...carried.delivered, ...segments] })).toEqual(['the transcript fell back by 4.0 s']);
  });

  it('tells whose the processor was', () => {
    const { byService, product, generator, others } = cpuShares(carried);
    expect(byService).toEqual({ video: 0.5, gateway: 0.1 });
    expect([product, generator, others].map((share) => share?.toFixed(2))).toEqual(['0.60', '0.05', '0.25']);
  });
});

describe("a worker's metrics", () => {
  const text = [
    '# HELP ml_entries_total Entries handled, by stream',
    'ml_entries_total{stream="audio",service="speech"} 40',
    'ml_entries_total{stream="video",service="video"} 7',
    'ml_entries_total_other{stream="audio"} 1000',
    'ml_capture_to_publish_seconds_bucket{le="0.1",stream="tab"} 2',
    'ml_capture_to_publish_seconds_bucket{le="0.25",stream="tab"} 9',
    'ml_capture_to_publish_seconds_bucket{le="+Inf",stream="tab"} 10',
  ].join('\n');

  it('are summed over the series that hold the labels', () => {
    expect(sumOf(text, 'ml_entries_total', ['stream="audio"'])).toBe(40);
    expect(sumOf(text, 'ml_entries_total')).toBe(47);
    expect(sumOf(text, 'ml_none_total')).toBe(0);
  });

  it('tell in which bucket a median lies', () => {
    expect(medianBucket(text, 'ml_capture_to_publish_seconds')).toBe(0.25);
    expect(medianBucket(text, 'ml_none_seconds')).toBeUndefined();
  });
});
