/** @jest-environment ./jest-environment.mjs */

import type { Finding } from '@interview/ml-kit/analyser';
import { CollectingLine } from './collecting.line.js';
import { HeldRecogniser } from './held-recogniser.fixtures.js';
import type { Recogniser, RecogniserHealth } from './recogniser.js';
import { BEGIN_MS, entriesOf, recording, round } from './recordings.fixtures.js';
import { loadSileroVad, type VoiceModel } from './silero-vad.js';
import { SpeechRound } from './speech.round.js';

let model: VoiceModel;
beforeAll(async () => {
  model = await loadSileroVad();
});
afterAll(() => model.close());

const log = { warn: () => undefined };
const open = (recogniser: Recogniser, snapshot: unknown = null) =>
  new SpeechRound({ model, recogniser, log }, round(), snapshot);
const segments = (findings: Finding[]) => findings.flatMap((f) => (f.kind === 'segment' ? [f] : []));

describe('a recogniser that listens along', () => {
  const hear = async (analysis: SpeechRound, from: number, to: number) => {
    const findings: Finding[] = [];
    const entries = entriesOf(recording('hesitant_answer'), 100).slice(from * 10, to * 10);
    for (const entry of entries) findings.push(...(await analysis.handle(entry)));
    return findings;
  };

  test('has its interim text told under the id of the segment that it becomes, with what is measured of it', async () => {
    const recogniser = new HeldRecogniser();
    const analysis = open(recogniser);
    await hear(analysis, 0, 4);
    recogniser.segments[0]?.onInterim({ text: 'we had', confidence: 0.7 });
    const interim = segments(await hear(analysis, 4, 4.1));
    expect(interim).toEqual([
      expect.objectContaining({ text: 'we had', isFinal: false, confidence: 0.7, speaker: 'CANDIDATE' }),
    ]);
    expect(interim[0]?.durationMs).toBeCloseTo(900, -2);
    await hear(analysis, 4.1, 8);
    recogniser.say(0, 'we had a problem');
    const said = segments(await hear(analysis, 8, 8.2));
    expect(said).toEqual([expect.objectContaining({ text: 'we had a problem', isFinal: true })]);
    expect(said[0]?.key).toBe(interim[0]?.key);
    for (const { key, atMs } of said) expect(interim[0]).toMatchObject({ key, atMs });
  });

  test('hears the very audio that a recogniser of whole segments is given', async () => {
    const held = new HeldRecogniser();
    const given: Int16Array[] = [];
    const openLine = () =>
      new CollectingLine(async (audio) => {
        given.push(audio);
        return { text: '', words: [], recogniser: 'whole' };
      });
    const whole = open({ name: 'whole', start: async () => {}, stop: async () => {}, openLine });
    await hear(open(held), 0, 15.8);
    await hear(whole, 0, 15.8);
    await whole.finish();
    for (const [i, { audio, ended }] of held.segments.entries()) {
      const whole = given[i] ?? new Int16Array(0);
      if (ended !== undefined) expect(ended).toBe(whole.length);
      expect([...audio.subarray(0, whole.length)]).toEqual([...whole.subarray(0, audio.length)]);
    }
    expect(held.segments).toHaveLength(2);
  });

  test('interim text that comes to nothing is taken back', async () => {
    const recogniser = new HeldRecogniser();
    const analysis = open(recogniser);
    await hear(analysis, 0, 4);
    recogniser.segments[0]?.onInterim({ text: 'we had', confidence: null });
    const [interim] = segments(await hear(analysis, 4, 4.1));
    await hear(analysis, 4.1, 8);
    recogniser.segments[0]?.settle.resolve({ text: '', words: [], recogniser: 'held' });
    expect(segments(await hear(analysis, 8, 8.2))).toEqual([
      expect.objectContaining({ key: interim?.key, text: '', isFinal: false }),
    ]);
  });

  test('a successor takes back interim text that it was told of and that comes to nothing', async () => {
    const recogniser = new HeldRecogniser();
    const first = open(recogniser);
    await hear(first, 0, 4);
    recogniser.segments[0]?.onInterim({ text: 'we had', confidence: null });
    const [interim] = segments(await hear(first, 4, 4.1));
    const heir = new HeldRecogniser();
    const second = open(heir, JSON.parse(JSON.stringify(first.snapshot())));
    await hear(second, 4.1, 8);
    heir.segments[0]?.settle.resolve({ text: '', words: [], recogniser: 'held' });
    expect(segments(await hear(second, 8, 8.2))).toEqual([
      expect.objectContaining({ key: interim?.key, text: '', isFinal: false }),
    ]);
  });

  test('another process goes on with the segment that was being said, from its beginning', async () => {
    const first = open(new HeldRecogniser());
    await hear(first, 0, 5);
    const snapshot = JSON.parse(JSON.stringify(first.snapshot()));
    const recogniser = new HeldRecogniser();
    const second = open(recogniser, snapshot);
    await hear(second, 5, 8);
    // 3.2–6.3 s with 300 ms before and 200 ms after, and what else was heard until the silence was long enough.
    expect(recogniser.segments).toHaveLength(1);
    expect((recogniser.segments[0]?.ended ?? 0) / 16_000).toBeCloseTo(3.6, 0);
    expect(recogniser.segments[0]?.audio.length).toBeGreaterThanOrEqual(recogniser.segments[0]?.ended ?? 0);
  });

  test('fillers are hesitations, each with its time', async () => {
    const recogniser = new HeldRecogniser();
    const analysis = open(recogniser);
    await hear(analysis, 0, 8);
    recogniser.say(0, 'we um had');
    const found = (await hear(analysis, 8, 8.2)).filter((f) => f.kind === 'insight');
    // Counted, not placed among the words: another word before it, when the work is repeated, makes it no other finding.
    expect(found.map(({ key }) => key)).toEqual([expect.stringMatching(/^filler:\d+:0$/)]);
    expect(found).toMatchObject([
      {
        type: 'HESITATION',
        severity: 'INFO',
        value: { kind: 'FILLER', text: 'um', durationMs: 400 },
        explanation: 'held heard the filler "um" for 0.4 s.',
      },
    ]);
    // Half a second after the audio's beginning, which is 300 ms before the speech's at 3.2 s.
    expect(Math.abs(Number(found[0]?.atMs) - BEGIN_MS - 3400)).toBeLessThan(100);
  });
});

test('who fails and who transcribes instead is told, and that it is over', async () => {
  const recogniser: HeldRecogniser & { health?: RecogniserHealth } = new HeldRecogniser();
  const analysis = open(recogniser);
  const tell = async (health: RecogniserHealth) => {
    recogniser.health = health;
    return analysis.tick(BEGIN_MS).flatMap((f) => (f.kind === 'status' ? [`${f.key} ${f.state}: ${f.detail}`] : []));
  };
  const failing = [{ recogniser: 'deepgram', reason: 'could not be reached' }];
  expect(await tell({ transcribing: 'deepgram', failing: [] })).toEqual(['status:1 OK: Transcribed by deepgram.']);
  expect(await tell({ transcribing: 'whisper', failing })).toEqual([
    'status:2 DEGRADED: deepgram could not be reached; whisper transcribes now.',
  ]);
  expect(await tell({ transcribing: 'whisper', failing })).toEqual([]);
  expect(await tell({ transcribing: 'deepgram', failing: [] })).toEqual(['status:3 OK: Transcribed by deepgram.']);
});
