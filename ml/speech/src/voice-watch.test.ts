/** @jest-environment ./jest-environment.mjs */

import type { Finding, StreamEntry } from '@interview/ml-kit/analyser';
import { VoiceObservation } from '@interview/schema/messages';
import { jest } from '@jest/globals';
import { BEGIN_MS, entriesOf, recording, round } from './recordings.fixtures.js';
import { loadSileroVad, type VoiceModel } from './silero-vad.js';
import { SpeechRound } from './speech.round.js';

/** Recordings are analysed many times over, also on a machine that is busy. */
jest.setTimeout(120_000);

let model: VoiceModel;
beforeAll(async () => {
  model = await loadSileroVad();
});
afterAll(() => model.close());

const open = (snapshot: unknown = null) =>
  new SpeechRound(
    { model, recogniser: { missing: 'not wanted here' }, log: { warn: () => undefined } },
    round(),
    snapshot,
  );

const observations = (findings: readonly Finding[]) =>
  findings.flatMap((f) => (f.kind === 'observation' && f.stream === 'voices' ? [f.observation] : []));

async function heard(entries: readonly StreamEntry[], analysis = open()): Promise<VoiceObservation[]> {
  const findings: Finding[] = [];
  for (const entry of entries) findings.push(...(await analysis.handle(entry)));
  return observations([...findings, ...(await analysis.finish())]);
}

/** Seconds from the beginning. */
const at = (ms: number) => (ms - BEGIN_MS) / 1000;
const between = (all: readonly VoiceObservation[], from: number, to: number) =>
  all.filter(({ startMs, capturedAtMs }) => at(startMs) >= from && at(capturedAtMs) <= to);
/** The distances of those that were compared. */
const compared = (all: readonly VoiceObservation[]) => all.flatMap(({ own }) => (own ? [own] : []));

// 0–10.4 s the candidate, 11.4–15.4 s another voice at −18 dB, 16.4–26.7 s the candidate.
const background = () => recording('background_voice');

describe('a recording with a voice in the background', () => {
  test('has the candidate’s voice first, then far distances in timbre, pitch and level, then near ones again', async () => {
    const all = await heard(entriesOf(background(), 100));
    for (const observation of all) expect(VoiceObservation.safeParse(observation).error).toBeUndefined();
    expect(compared(between(all, 0, 8))).toEqual([]);
    const others = compared(between(all, 11, 16));
    expect(others.length).toBeGreaterThanOrEqual(2);
    for (const own of others) {
      expect(own.timbre).toBeGreaterThan(0.9);
      expect(own.pitch).toBeLessThan(-6);
      expect(own.level).toBeLessThan(-14);
    }
    const again = compared(between(all, 16, 27));
    expect(again.length).toBeGreaterThanOrEqual(4);
    for (const own of again) {
      expect(own.timbre).toBeLessThan(0.55);
      expect(Math.abs(own.pitch)).toBeLessThan(3);
      expect(Math.abs(own.level)).toBeLessThan(4);
    }
    expect(new Set(compared(all).map(({ reference }) => reference))).toEqual(new Set([1]));
  });

  test.each([20, 250, 1000])('gives the same in chunks of %d ms', async (chunkMs) => {
    expect(await heard(entriesOf(background(), chunkMs))).toEqual(await heard(entriesOf(background(), 100)));
  });

  test('gives the same when chunks come twice', async () => {
    const entries = entriesOf(background(), 100);
    const twice = entries.flatMap((entry, i) => (i % 7 === 3 ? [entry, entry] : [entry]));
    expect(await heard(twice)).toEqual(await heard(entries));
  });

  test('is told within 3.7 s of each stretch’s beginning: 2 s of it, 0.5 s of pause, 1 s of waiting', async () => {
    const analysis = open();
    for (const [i, entry] of entriesOf(background(), 100).entries()) {
      for (const { startMs } of observations(await analysis.handle(entry))) {
        expect((i + 1) / 10 - at(startMs)).toBeLessThan(3.7);
      }
    }
  });
});

test('while the interviewer speaks, and a second after it, nothing is measured: it may be their echo', async () => {
  const candidate = entriesOf(background(), 100);
  // The interviewer speaks from 11.3 to 15.5 s.
  const interviewer = entriesOf(recording('tts_slt_intro').subarray(16_000 * 2, 16_000 * 6.2), 100, {
    speaker: 'INTERVIEWER',
    beginMs: BEGIN_MS + 11_300,
  });
  const inOrder = (delayMs: number) =>
    [
      ...candidate.map((entry) => ({ entry, sentMs: entry.entry.capturedAtMs })),
      ...interviewer.map((entry) => ({ entry, sentMs: entry.entry.capturedAtMs + delayMs })),
    ]
      .toSorted((one, other) => one.sentMs - other.sentMs)
      .map(({ entry }) => entry);
  for (const delayMs of [0, 600]) {
    const all = await heard(inOrder(delayMs));
    const during = all.filter(({ startMs, capturedAtMs }) => at(capturedAtMs) > 11.3 && at(startMs) < 16.2);
    expect(during).toEqual([]);
    expect(compared(between(all, 16, 27)).length).toBeGreaterThanOrEqual(3);
  }
});

describe('another process that takes over', () => {
  test('learns the voice anew under the next number, and finds no voice in what it goes on from', async () => {
    const first = open();
    const entries = entriesOf(background(), 100);
    for (const entry of entries.slice(0, 60)) await first.handle(entry);
    const snapshot = JSON.parse(JSON.stringify(first.snapshot()));
    expect(snapshot.voices).toEqual({ references: 1 });
    const rest = [...entries.slice(60, 100), ...entriesOf(background(), 100, { beginMs: BEGIN_MS + 10_000 })];
    const all = await heard(rest, open(snapshot));
    expect(compared(between(all, 6, 14))).toEqual([]);
    const others = compared(between(all, 21, 26));
    expect(others.length).toBeGreaterThanOrEqual(2);
    for (const own of others) expect(own).toMatchObject({ reference: 2 });
  });

  test('goes on from a state of before voices were heard', async () => {
    const { voices: _, ...former } = JSON.parse(JSON.stringify(open().snapshot()));
    const all = await heard(entriesOf(background(), 100), open(former));
    expect(compared(all)[0]?.reference).toBe(1);
  });
});

test('withdrawn consent forgets the voice', async () => {
  const analysis = open();
  for (const entry of entriesOf(background().subarray(0, 16_000 * 12), 500)) await analysis.handle(entry);
  analysis.roundChanged(round({ consentGiven: false }));
  analysis.roundChanged(round());
  const all = await heard(entriesOf(background(), 500, { beginMs: BEGIN_MS + 60_000 }), analysis);
  expect(compared(between(all, 60, 68))).toEqual([]);
  expect(compared(all)[0]?.reference).toBe(2);
});

test('noise and silence are no voice', async () => {
  expect(await heard(entriesOf(new Int16Array(16_000 * 5), 200))).toEqual([]);
});
