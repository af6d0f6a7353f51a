import type { StreamEntry } from '@interview/ml-kit/analyser';
import { Result } from '@interview/schema/messages';
import { describe, expect, it } from '@jest/globals';
import { faces, heardIn, open, outline, round, speech, told } from './entries.fixtures.js';

const OTHER = { timbre: 1, pitch: -9, level: -18 };

async function toldAtAll(entries: readonly StreamEntry[]) {
  const analysis = await open();
  const findings = [...(await told(analysis, entries)), ...((await analysis.finish?.()) ?? [])];
  return findings.flatMap((f) => (f.kind === 'insight' && f.type === 'BACKGROUND_VOICE' ? [f] : []));
}

/** A picture a second, with the candidate's mouth opening in each. */
const mouth = (fromMs: number, openings: readonly number[]) =>
  openings.map((opening, i) => faces(fromMs + i * 1000, 1, 'OK', opening));

const inOrder = (...entries: StreamEntry[]) =>
  entries.toSorted((one, other) => one.entry.capturedAtMs - other.entry.capturedAtMs);

describe('real recordings', () => {
  it('of a candidate with another voice behind them give one alert, from its beginning to its end', async () => {
    const [start, end, ...more] = await toldAtAll(heardIn('background-voice'));
    expect(more).toEqual([]);
    expect(start).toMatchObject({ severity: 'MEDIUM', atMs: 11_552, value: { phase: 'START' } });
    expect(end).toMatchObject({ severity: 'MEDIUM', atMs: 15_552, value: { phase: 'END', durationMs: 4000 } });
    expect(start?.value.score).toBeGreaterThan(0.85);
    expect(start?.value.evidence).toEqual([
      expect.stringMatching(/^timbre 1\.\d+ deviations from the candidate's own voice \(threshold 0.5\)$/),
      expect.stringMatching(/^pitch 8\.\d semitones below it \(threshold 4\)$/),
      'level 18 dB below it (threshold 5)',
    ]);
    for (const [i, finding] of [start, end].entries()) {
      const base = { id: round.id, roundId: round.id, service: 'fraud', publishedAtMs: 0, source: 'x', timestampMs: i };
      expect(Result.safeParse({ ...finding, ...base }).error).toBeUndefined();
    }
  });

  it('of one speaker alone give none', async () => {
    expect(await toldAtAll(heardIn('one-speaker'))).toEqual([]);
  });
});

describe('a background voice', () => {
  it('takes three seconds of speech and two kinds of evidence', async () => {
    expect(await toldAtAll([speech(0, OTHER)])).toEqual([]);
    expect(await toldAtAll([speech(0, OTHER), speech(2500, OTHER, 900)])).toEqual([]);
    expect(await toldAtAll([speech(0, OTHER), speech(2500, OTHER, 1000)])).toHaveLength(2);
    for (const alone of [{ timbre: 3 }, { pitch: 15 }, { pitch: -15 }, { level: -30 }]) {
      expect(await toldAtAll([0, 2000, 4000, 6000].map((ms) => speech(ms, alone)))).toEqual([]);
    }
    for (const two of [
      { timbre: 1, pitch: 9 },
      { timbre: 1, level: -15 },
      { pitch: 9, level: -15 },
    ]) {
      const [start] = await toldAtAll([speech(0, two), speech(2000, two)]);
      expect(start).toMatchObject({ severity: 'LOW', atMs: 0 });
    }
  });

  it('is not told of a voice that is louder than the candidate’s', async () => {
    expect(await toldAtAll([0, 2000, 4000].map((ms) => speech(ms, { timbre: 0.7, level: 20 })))).toEqual([]);
  });

  it('is MEDIUM with three kinds of evidence, and never more, however long it lasts', async () => {
    const long = Array.from({ length: 60 }, (_, i) => speech(i * 2000, OTHER));
    expect((await toldAtAll(long)).map(({ severity }) => severity)).toEqual(['MEDIUM', 'MEDIUM']);
  });

  it('is one alert as long as no more than six seconds pass without it', async () => {
    const own = { timbre: 0.3 };
    const entries = [
      ...[speech(0, OTHER), speech(2000, OTHER)],
      ...[speech(4000, own), speech(6000, own)],
      ...[speech(8500, OTHER)],
      ...[speech(11_000, own), speech(13_000, own), speech(15_000, own), speech(17_000, own)],
      ...[speech(19_000, OTHER), speech(21_000, OTHER)],
    ];
    expect(outline(await toldAtAll(entries))).toEqual([
      ['BACKGROUND_VOICE', 'START', 0],
      ['BACKGROUND_VOICE', 'END', 10_500],
      ['BACKGROUND_VOICE', 'START', 19_000],
      ['BACKGROUND_VOICE', 'END', 23_000],
    ]);
  });

  it('ends also when nobody speaks any more, as the pictures’ times show', async () => {
    const analysis = await open();
    const pictures = Array.from({ length: 20 }, (_, i) => faces(4000 + i * 1000, 1));
    const findings = await told(analysis, [speech(0, OTHER), speech(2000, OTHER), ...pictures]);
    expect(outline(findings)).toEqual([
      ['BACKGROUND_VOICE', 'START', 0],
      ['BACKGROUND_VOICE', 'END', 4000],
    ]);
    expect(findings[1]?.capturedAtMs).toBe(21_000);
  });

  it('does not rest on what is heard again after a crash, cut elsewhere', async () => {
    expect(await toldAtAll([speech(0, OTHER), speech(0, OTHER), speech(700, OTHER)])).toEqual([]);
  });

  it('adds up over stretches whose times overlap a little, as a clock leans', async () => {
    expect(await toldAtAll([speech(0, OTHER), speech(1998, OTHER)])).toHaveLength(2);
  });

  it('is neither confirmed nor cleared by speech that was not compared', async () => {
    expect(await toldAtAll([speech(0, OTHER), speech(2000, null), speech(4000, null)])).toEqual([]);
    expect(await toldAtAll([speech(0, OTHER), speech(2000, null), speech(4000, OTHER)])).toHaveLength(2);
  });

  it('does not add up over two references, and an alert goes on over them', async () => {
    const second = { ...OTHER, reference: 2 };
    expect(await toldAtAll([speech(0, OTHER), speech(2000, second)])).toEqual([]);
    const lasting = await toldAtAll([speech(0, OTHER), speech(2000, OTHER), speech(4000, second)]);
    expect(outline(lasting)).toEqual([
      ['BACKGROUND_VOICE', 'START', 0],
      ['BACKGROUND_VOICE', 'END', 6000],
    ]);
  });
});

describe('the candidate’s lips', () => {
  const voices = [speech(1000, { timbre: 0.72 }), speech(3000, { timbre: 0.72 })];

  it('that are still while there is speech are evidence', async () => {
    const [start] = await toldAtAll(inOrder(...voices, ...mouth(500, [0.02, 0.03, 0.02, 0.03, 0.02])));
    expect(start?.value.evidence).toEqual([
      expect.stringContaining('timbre 0.72'),
      'lips still: their opening varied by 0.01 in 5 pictures',
    ]);
    expect(await toldAtAll(voices)).toEqual([]);
  });

  it('are none by themselves, as a picture is seldom', async () => {
    const own = [1000, 3000, 5000].map((ms) => speech(ms, {}));
    expect(await toldAtAll(inOrder(...own, ...mouth(500, Array(8).fill(0.02))))).toEqual([]);
  });

  it('that move speak for the candidate', async () => {
    const farther = [1000, 3000].map((ms) => speech(ms, { timbre: 1, pitch: -9 }));
    expect(await toldAtAll(farther)).toHaveLength(2);
    expect(await toldAtAll(inOrder(...farther, ...mouth(500, [0, 0.2, 0.05, 0.3, 0.1])))).toEqual([]);
  });

  it.each<[string, (ms: number) => StreamEntry]>([
    ['are dark', (ms) => faces(ms, 1, 'DARK', 0.02)],
    ['show two faces', (ms) => faces(ms, 2, 'OK', 0.02)],
    ['show no lips', (ms) => faces(ms, 1)],
  ])('are not judged from pictures that %s', async (_, picture) => {
    expect(await toldAtAll(inOrder(...voices, ...[500, 1500, 2500, 3500, 4500].map(picture)))).toEqual([]);
  });
});
