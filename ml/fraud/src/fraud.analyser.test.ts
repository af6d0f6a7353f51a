import { describe, expect, it } from '@jest/globals';
import { compared, faces, finished, heardIn, open, outline, speech, tab, told } from './entries.fixtures.js';

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
    const counts = [0, 0, 0, 1, 0, 0, 2, 2, 2, 1, 1, 1, 1];
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

describe('a face that is back for less than half a second', () => {
  it.each([5, 10, 25])('does not end an absence, at %i pictures a second', async (rate) => {
    const seen = Array.from({ length: 6 * rate }, (_, i) => {
      const ms = (i * 1000) / rate;
      return faces(ms, ms >= 2000 && ms < 2400 ? 1 : ms < 5000 ? 0 : 1);
    });
    expect(outline(await told(await open(), seen))).toEqual([
      ['FACE_ABSENT', 'START', 0],
      ['FACE_ABSENT', 'END', 5000],
    ]);
  });

  it('does not make two alerts of two absences 300 ms apart, and does when they are 1 s apart', async () => {
    const absences = (gapMs: number) =>
      Array.from({ length: 50 }, (_, i) => {
        const ms = i * 100;
        return faces(ms, ms < 1000 || (ms >= 1000 + gapMs && ms < 2000 + gapMs) ? 0 : 1);
      });
    expect(outline(await told(await open(), absences(300)))).toEqual([
      ['FACE_ABSENT', 'START', 0],
      ['FACE_ABSENT', 'END', 2300],
    ]);
    expect(outline(await told(await open(), absences(1000)))).toEqual([
      ['FACE_ABSENT', 'START', 0],
      ['FACE_ABSENT', 'END', 1000],
      ['FACE_ABSENT', 'START', 2000],
      ['FACE_ABSENT', 'END', 3000],
    ]);
  });
});

describe('a picture that was seen before', () => {
  it('is not one more in a row when it comes again, or late', async () => {
    const analysis = await open();
    expect(await told(analysis, [faces(1000, 0), faces(1000, 0), faces(1000, 0), faces(1000, 0)])).toEqual([]);
    expect(await told(analysis, [faces(1200, 0), faces(900, 0), faces(950, 0)])).toEqual([]);
    expect(outline(await told(analysis, [faces(1400, 0)]))).toEqual([['FACE_ABSENT', 'START', 1000]]);
  });

  it('does not break a row either', async () => {
    const analysis = await open();
    const entries = [faces(1000, 1), faces(1200, 0), faces(1400, 0), faces(1000, 1), faces(1600, 0)];
    expect(outline(await told(analysis, entries))).toEqual([['FACE_ABSENT', 'START', 1200]]);
  });

  it('counts where the candidate’s clock was set back, and an open alert keeps its length', async () => {
    const analysis = await open();
    const before = [faces(100_000, 0), faces(101_000, 0), faces(102_000, 0)];
    expect(outline(await told(analysis, before))).toEqual([['FACE_ABSENT', 'START', 100_000]]);
    const [end] = await told(analysis, [faces(43_000, 0), faces(44_000, 1), faces(45_000, 1)]);
    expect(end).toMatchObject({ atMs: 44_000, value: { phase: 'END', durationMs: 3000 } });
  });

  it('counts by the new clock at the round’s end too, whichever stream shows it', async () => {
    const absent = await open();
    await told(absent, [faces(100_000, 0), faces(101_000, 0), faces(43_000, 0), faces(44_000, 0)]);
    expect(await finished(absent)).toEqual([
      expect.objectContaining({
        atMs: 44_000,
        capturedAtMs: 44_000,
        value: { phase: 'END', durationMs: 2000, count: 0 },
      }),
    ]);
    const hidden = await open();
    await told(hidden, [tab(500_000, '1'), tab(100_000, '0'), faces(104_000, 1)]);
    expect(await finished(hidden)).toEqual([
      expect.objectContaining({ atMs: 104_000, value: { phase: 'END', durationMs: 4000 } }),
    ]);
    const heard = await open();
    const other = { timbre: 1, pitch: 10 };
    const stretches = [speech(500_000, null), speech(100_000, other), speech(102_000, other), speech(104_000, other)];
    await told(heard, stretches);
    expect(await finished(heard)).toEqual([expect.objectContaining({ atMs: 106_000, capturedAtMs: 106_000 })]);
  });
});

describe('a worker that takes over', () => {
  it('tells exactly what one worker would have told, with the same keys, wherever the change happened', async () => {
    const entries = [
      ...[1, 0, 0, 0, 2, 2, 2, 1, 1].map((count, i) => faces(i * 400, count)),
      tab(4000, '0'),
      tab(5000, '1'),
      tab(6000, '0'),
      tab(5500, '1'),
      ...[0.4, 0.7, 0.8, 0.7, 0.7, 0.3, 0.3, 0.3, 0.7, 0.7, 0.7].map((distance, i) =>
        compared(7000 + i * 400, distance),
      ),
      ...heardIn('background-voice'),
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

it('goes on from what a worker of the version before left', async () => {
  const former = {
    tab: { hidden: { type: 'TAB_SWITCH', key: 'TAB_SWITCH:7-0', startMs: 1000, severity: 'MEDIUM' }, switches: 2 },
    faces: {
      present: 'none',
      candidate: { presence: 'one', pictures: 1, firstMs: 5000, lastMs: 5000, most: 1 },
      episode: { type: 'FACE_ABSENT', key: 'FACE_ABSENT:9-0', startMs: 2000, severity: 'MEDIUM' },
      alerts: 1,
    },
    lastMs: 5000,
  };
  const findings = await told(await open(former), [tab(6000, '1'), faces(6000, 1), tab(7000, '0')]);
  expect(findings.map(({ key, value, severity }) => [key.replace(/\d+-0:start/, '…'), value, severity])).toEqual([
    ['TAB_SWITCH:7-0:end', { phase: 'END', durationMs: 5000 }, 'MEDIUM'],
    ['FACE_ABSENT:9-0:end', { phase: 'END', durationMs: 3000, count: 0 }, 'MEDIUM'],
    ['TAB_SWITCH:…', { phase: 'START' }, 'HIGH'],
  ]);
  const untouched = { ...former, tab: { hidden: null, switches: 0 } };
  expect(await told(await open(untouched), [tab(6000, '1')])).toEqual([]);
});

describe('the end of a round', () => {
  it('closes what is open at the last capture', async () => {
    const analysis = await open();
    await told(analysis, [tab(1000, '0'), faces(2000, 0), faces(4000, 0), faces(7000, 0), faces(9000, 0)]);
    expect((await finished(analysis)).map(({ type, value }) => [type, value])).toEqual([
      ['TAB_SWITCH', { phase: 'END', durationMs: 8000 }],
      ['FACE_ABSENT', { phase: 'END', durationMs: 7000, count: 0 }],
    ]);
  });
});

describe('an absence of which nothing is measured any more', () => {
  const begun = [faces(1000, 0), faces(2000, 0), faces(2500, 0)];

  it('does not grow to the round’s end while only sound and the page are heard of', async () => {
    const analysis = await open();
    await told(analysis, begun);
    await told(analysis, [speech(600_000, null), tab(1_200_000, '1')]);
    expect(await finished(analysis)).toEqual([
      expect.objectContaining({
        severity: 'MEDIUM',
        atMs: 2500,
        value: { phase: 'END', durationMs: 1500, count: 0 },
        explanation: expect.stringContaining('no picture of good quality came for more than 3 s'),
      }),
    ]);
  });

  it('ends before a hole, and what comes after it is confirmed anew', async () => {
    const analysis = await open();
    await told(analysis, begun);
    const after = await told(analysis, [faces(42_000, 0), faces(42_500, 0)]);
    expect(after.map(({ severity, value }) => [severity, value])).toEqual([
      ['MEDIUM', { phase: 'END', durationMs: 1500, count: 0 }],
      ['MEDIUM', { phase: 'START', count: 0 }],
    ]);
    expect(outline(after)).toEqual([
      ['FACE_ABSENT', 'END', 2500],
      ['FACE_ABSENT', 'START', 42_000],
    ]);
  });

  it('ends when pictures are too dark to tell for as long, told by the first that shows it', async () => {
    const analysis = await open();
    await told(analysis, begun);
    const dark = await told(analysis, [faces(4000, 0, 'DARK'), faces(5500, 0, 'DARK'), faces(6000, 0, 'DARK')]);
    expect(dark).toEqual([expect.objectContaining({ atMs: 2500, capturedAtMs: 6000 })]);
  });

  it('goes on over a hole that is no longer than a row’s', async () => {
    const analysis = await open();
    await told(analysis, [...begun, faces(5500, 0)]);
    expect((await finished(analysis)).map(({ value }) => value)).toEqual([
      { phase: 'END', durationMs: 4500, count: 0 },
    ]);
  });
});
