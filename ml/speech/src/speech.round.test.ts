/** @jest-environment ./jest-environment.mjs */

import type { Finding, InsightFinding, StreamEntry } from '@interview/ml-kit/analyser';
import type { Logger } from '@interview/runtime/log';
import { Result } from '@interview/schema/messages';
import { jest } from '@jest/globals';
import { CollectingLine } from './collecting.line.js';
import { HeldRecogniser } from './held-recogniser.fixtures.js';
import { PocketsphinxRecogniser } from './pocketsphinx.recogniser.js';
import { findPocketsphinx } from './pocketsphinx-files.js';
import type { Recogniser, Transcript } from './recogniser.js';
import type { NoRecogniser } from './recogniser-choice.js';
import { audioEntry, BEGIN_MS, entriesOf, noise, recording, round, wordErrorRate } from './recordings.fixtures.js';
import { loadSileroVad, type VoiceModel } from './silero-vad.js';
import { SpeechRound, STALLED_AFTER_MS } from './speech.round.js';

/** Recordings are analysed many times over, also on a machine that is busy. */
jest.setTimeout(120_000);

const QUESTION = { id: '7f4df2de-6cf9-4a0e-a6f5-6c1c3b7cb001', text: 'What was hard?', askedAtMs: BEGIN_MS };

/** Hears a word for each half second, and remembers what it was given. */
class CountingRecogniser implements Recogniser {
  readonly name = 'counting';
  readonly heard: Int16Array[] = [];

  async start() {}
  async stop() {}
  openLine() {
    return new CollectingLine((audio) => this.transcribe(audio));
  }
  async transcribe(audio: Int16Array): Promise<Transcript> {
    this.heard.push(audio);
    const words = Array.from({ length: Math.round(audio.length / 8000) }, (_, i) => ({
      text: `w${i}`,
      startMs: i * 500,
      endMs: i * 500 + 400,
      confidence: 0.8,
    }));
    return { text: words.map(({ text }) => text).join(' '), words, recogniser: this.name };
  }
}

const log = { warn: jest.fn<Logger['warn']>() };
let model: VoiceModel;
beforeAll(async () => {
  model = await loadSileroVad();
});
afterAll(() => model.close());

async function analyse(entries: StreamEntry[], analysis: SpeechRound): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const entry of entries) findings.push(...(await analysis.handle(entry)));
  return [...findings, ...(await analysis.finish())];
}
const open = (recogniser: Recogniser | NoRecogniser = new CountingRecogniser(), change = { questions: [QUESTION] }) =>
  new SpeechRound({ model, recogniser, log }, round(change), null);
const insights = (findings: Finding[]) => findings.flatMap((f) => (f.kind === 'insight' ? [f] : []));
/** The insights of a type that there is at least one of. */
function ofType<T extends InsightFinding['type']>(findings: Finding[], type: T) {
  const found = insights(findings).filter((f): f is Extract<InsightFinding, { type: T }> => f.type === type);
  const [first] = found;
  if (!first) throw new Error(`there is no ${type}`);
  return { first, found };
}
const segments = (findings: Finding[]) => findings.flatMap((f) => (f.kind === 'segment' ? [f] : []));
/** What does not depend on when the recogniser answered, nor on which process has heard a voice: see voice-watch.test. */
const sorted = (findings: Finding[]) =>
  findings
    .filter(({ kind }) => kind !== 'observation')
    .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));

describe('an answer after 3.2 s of silence, with a pause of 2.5 s', () => {
  test('has its latency and its pause, and each finding fits the contract', async () => {
    const findings = await analyse(entriesOf(recording('hesitant_answer'), 100), open());
    const latencies = ofType(findings, 'RESPONSE_LATENCY');
    expect(latencies.found).toHaveLength(1);
    expect(latencies.first.value.questionId).toBe(QUESTION.id);
    // The recording's speech begins at 3.22 s.
    expect(Math.abs(latencies.first.value.latencyMs - 3220)).toBeLessThan(100);
    const pauses = ofType(findings, 'HESITATION');
    expect(pauses.found).toHaveLength(1);
    expect(Math.abs(Number(pauses.first.value.durationMs) - 2500)).toBeLessThan(100);
    expect(pauses.first.explanation).toBe('Pause of 2.5 s; threshold 1.5 s.');
    expect(insights(findings).map(({ type }) => type)).toContain('SPEECH_CONFIDENCE');
    for (const finding of findings) {
      if (finding.kind === 'observation') continue;
      const times = 'atMs' in finding ? { timestampMs: finding.atMs - BEGIN_MS } : {};
      const base = { id: QUESTION.id, roundId: round().id, service: 'speech', publishedAtMs: 0, source: 'speech/1' };
      expect(Result.safeParse({ ...finding, ...base, ...times }).error).toBeUndefined();
      if (finding.kind === 'insight') expect(finding.explanation).not.toMatch(/nervous|confident\b|anxious|stress/i);
    }
  });

  test('is told while it goes on: the pause when speech resumes, the first segment before the second', async () => {
    const analysis = open();
    const told = new Map<string, number>();
    for (const [i, entry] of entriesOf(recording('hesitant_answer'), 100).entries()) {
      for (const finding of await analysis.handle(entry)) {
        if ('key' in finding) told.set(finding.key.replace(/:.*/, ''), i / 10);
      }
      if (i === 100) break;
    }
    expect(told.get('latency')).toBeLessThan(3.7);
    expect(told.get('segment')).toBeLessThan(7.2);
    expect(told.get('pause')).toBeLessThan(9.3);
  });

  test.each([20, 50, 250, 1000])('gives the same findings in chunks of %d ms', async (chunkMs) => {
    const samples = recording('hesitant_answer');
    const expected = await analyse(entriesOf(samples, 100), open());
    expect(sorted(await analyse(entriesOf(samples, chunkMs), open()))).toEqual(sorted(expected));
  });

  test('is measured within 120 ms under a jitter of ±100 ms', async () => {
    const jitters = noise(200, 100, 7);
    const jitter = (i: number) => (i === 0 ? 0 : (jitters[i] ?? 0));
    const found = await analyse(entriesOf(recording('hesitant_answer'), 100, { jitter }), open());
    expect(Math.abs(ofType(found, 'RESPONSE_LATENCY').first.value.latencyMs - 3220)).toBeLessThan(120);
    expect(Math.abs(Number(ofType(found, 'HESITATION').first.value.durationMs) - 2500)).toBeLessThan(120);
  });

  test('gives the same findings when chunks are sent twice, and the same measures when its silence was never sent', async () => {
    const entries = entriesOf(recording('hesitant_answer'), 100);
    const expected = insights(await analyse(entries, open()));
    const twice = entries.flatMap((entry, i) => (i % 7 === 3 ? [entry, entry] : [entry]));
    expect(insights(await analyse(twice, open())).map(({ key }) => key)).toEqual(expected.map(({ key }) => key));
    const silenceLeftOut = entries.filter((_, i) => i < 5 || i > 28);
    const { first } = ofType(await analyse(silenceLeftOut, open()), 'RESPONSE_LATENCY');
    expect(Math.abs(first.value.latencyMs - 3220)).toBeLessThan(100);
  });

  test('gives the same findings when another process goes on from a snapshot, wherever the cut is', async () => {
    const entries = entriesOf(recording('hesitant_answer'), 250);
    const expected = sorted(await analyse(entries, open()));
    for (const cut of [2, 14, 20, 30, 36, 45, 60]) {
      const first = open();
      const before: Finding[] = [];
      for (const entry of entries.slice(0, cut)) before.push(...(await first.handle(entry)));
      const snapshot = JSON.parse(JSON.stringify(first.snapshot()));
      const second = new SpeechRound(
        { model, recogniser: new CountingRecogniser(), log },
        round({ questions: [QUESTION] }),
        snapshot,
      );
      expect(sorted([...before, ...(await analyse(entries.slice(cut), second))])).toEqual(expected);
    }
  });
});

test("the interviewer's voice is transcribed, ends a pause, and starts the latency", async () => {
  const question = recording('tts_slt_intro'); // 0.3–10.2 s
  const answer = recording('hesitant_answer'); // speech from 3.2 s on
  const entries = [
    ...entriesOf(question, 100, { speaker: 'INTERVIEWER' }),
    ...entriesOf(new Int16Array(16_000 * 10), 100),
    ...entriesOf(answer, 100, { beginMs: BEGIN_MS + 10_000 }),
    ...entriesOf(new Int16Array(16_000 * 15), 100, { speaker: 'INTERVIEWER', beginMs: BEGIN_MS + 10_400 }),
  ].sort((a, b) => Number(a.entry.capturedAtMs) - Number(b.entry.capturedAtMs));
  const findings = await analyse(entries, open(undefined, { questions: [] }));
  expect(new Set(segments(findings).map(({ speaker }) => speaker))).toEqual(new Set(['INTERVIEWER', 'CANDIDATE']));
  const { first } = ofType(findings, 'RESPONSE_LATENCY');
  expect(Math.abs(first.value.latencyMs - 3050)).toBeLessThan(200);
  expect(first.explanation).toContain('the interviewer stopped speaking');
});

test('noise and silence give nothing', async () => {
  const findings = await analyse([...entriesOf(noise(16_000 * 20, 500), 200)], open());
  expect(findings.filter(({ kind }) => kind !== 'status')).toEqual([]);
});

test('a segment is handed to the recogniser whole, with a little around it', async () => {
  const recogniser = new CountingRecogniser();
  await analyse(entriesOf(recording('hesitant_answer'), 100), open(recogniser));
  const lengths = recogniser.heard.map((audio) => audio.length / 16_000);
  expect(lengths).toHaveLength(2);
  expect(lengths[0]).toBeCloseTo(3.6, 0);
  expect(lengths[1]).toBeCloseTo(7.2, 0);
});

test('without a recogniser the voice is measured, and a status says what is missing', async () => {
  const findings = await analyse(
    entriesOf(recording('hesitant_answer'), 100),
    open({ missing: 'nothing is installed' }),
  );
  expect(findings.filter(({ kind }) => kind === 'status')).toEqual([
    {
      kind: 'status',
      key: 'status:1',
      state: 'DEGRADED',
      detail: 'No transcript: no speech recogniser is available. Voice is measured all the same.',
    },
  ]);
  expect(insights(findings).map(({ type }) => type)).toEqual(['RESPONSE_LATENCY', 'HESITATION']);
});

test('a recogniser that fails and comes back is told once each, and the rest goes on', async () => {
  const recogniser = new CountingRecogniser();
  const works = recogniser.transcribe.bind(recogniser);
  let calls = 0;
  recogniser.transcribe = (audio) => (++calls === 1 ? Promise.reject(new Error('broken')) : works(audio));
  const findings = await analyse(entriesOf(recording('hesitant_answer'), 100), open(recogniser));
  const states = findings.flatMap((f) => (f.kind === 'status' ? [`${f.key} ${f.state}`] : []));
  expect(states).toEqual(['status:1 OK', 'status:2 DEGRADED', 'status:3 OK']);
  expect(log.warn).toHaveBeenCalledWith(expect.objectContaining({ reason: 'broken' }), 'not transcribed');
  expect(segments(findings)).toHaveLength(1);
});

test('what a speaker said last is transcribed when no more audio comes', async () => {
  const analysis = open();
  const entries = entriesOf(recording('hesitant_answer').subarray(0, 16_000 * 6), 100);
  for (const entry of entries) await analysis.handle(entry);
  const now = BEGIN_MS + 6000;
  expect(analysis.tick(now)).toEqual([]);
  expect(analysis.tick(now + STALLED_AFTER_MS - 1)).toEqual([]);
  analysis.tick(now + STALLED_AFTER_MS);
  await new Promise<void>((resolve) => setImmediate(resolve));
  expect(segments([...analysis.tick(now + STALLED_AFTER_MS + 200)])).toHaveLength(1);
});

test('withdrawn consent forgets the audio and takes it back from the recogniser', async () => {
  const recogniser = new HeldRecogniser();
  const analysis = open(recogniser);
  for (const entry of entriesOf(recording('hesitant_answer').subarray(0, 16_000 * 10), 1000))
    await analysis.handle(entry);
  // One is over, one is being said.
  expect(recogniser.segments.map(({ ended }) => ended !== undefined)).toEqual([true, false]);
  analysis.roundChanged(round({ consentGiven: false }));
  expect(recogniser.segments.map(({ cancelled }) => cancelled)).toEqual([true, true]);
  expect(recogniser.closed).toBe(1);
  expect(analysis.snapshot()).toMatchObject({ tracks: {}, pending: [] });
  expect(await analysis.handle(audioEntry('CANDIDATE', new Int16Array(1600), BEGIN_MS + 9000))).toEqual([]);
  expect(await analysis.finish()).toEqual([]);
});

test('a snapshot is small while nobody speaks', async () => {
  const analysis = open();
  for (const entry of entriesOf(new Int16Array(16_000 * 5), 500)) await analysis.handle(entry);
  expect(JSON.stringify(analysis.snapshot()).length).toBeLessThan(20_000);
});

const files = findPocketsphinx(process.env);
(typeof files === 'string' ? describe.skip : describe)(
  `pocketsphinx (${typeof files === 'string' ? files : 'here'})`,
  () => {
    test('real speech becomes a transcript in the order in which it was spoken', async () => {
      if (typeof files === 'string') throw new Error(files);
      const recogniser = new PocketsphinxRecogniser(files);
      await recogniser.start();
      const findings = await analyse(entriesOf(recording('hesitant_answer'), 200), open(recogniser));
      await recogniser.stop();
      const said = segments(findings);
      expect(said.map(({ atMs }) => Math.round((atMs - BEGIN_MS) / 100))).toEqual([32, 88]);
      const text = said.map((s) => s.text).join(' ');
      expect(
        wordErrorRate(
          'we had a problem with high latency in our order service so i profiled it and found that the database was missing an index after adding it the response time dropped by eighty percent',
          text,
        ),
      ).toBeLessThan(0.2);
      expect(ofType(findings, 'SPEECH_CONFIDENCE').first.value).toMatchObject({
        recogniser: 'pocketsphinx',
        words: text.split(' ').length,
      });
    });
  },
);
