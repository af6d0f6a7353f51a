import type { InsightFinding } from '@interview/ml-kit/analyser';
import { describe, expect, it } from '@jest/globals';
import { faces, open, outline, round, tab, told } from './entries.fixtures.js';

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

  const exactly = [
    ['TAB_SWITCH', { phase: 'START' }, 1000],
    ['TAB_SWITCH', { phase: 'END', durationMs: 200 }, 1200],
    ['TAB_SWITCH', { phase: 'START' }, 5000],
    ['TAB_SWITCH', { phase: 'END', durationMs: 4000 }, 9000],
  ];
  const measures = (findings: readonly InsightFinding[]) =>
    findings
      .map(({ type, value, atMs }) => [type, value, atMs])
      .toSorted(([, , one], [, , other]) => Number(one) - Number(other));

  it.each<[string, [number, '0' | '1'][]]>([
    [
      'in order',
      [
        [1000, '0'],
        [1200, '1'],
        [5000, '0'],
        [9000, '1'],
      ],
    ],
    [
      'twice each',
      [
        [1000, '0'],
        [1000, '0'],
        [1200, '1'],
        [1200, '1'],
        [5000, '0'],
        [1000, '0'],
        [9000, '1'],
        [5000, '0'],
      ],
    ],
    [
      'with a switch the wrong way round',
      [
        [1200, '1'],
        [1000, '0'],
        [5000, '0'],
        [9000, '1'],
      ],
    ],
    [
      'with the end of one after the start of the next',
      [
        [1000, '0'],
        [5000, '0'],
        [1200, '1'],
        [9000, '1'],
      ],
    ],
    [
      'all the wrong way round',
      [
        [9000, '1'],
        [5000, '0'],
        [1200, '1'],
        [1000, '0'],
      ],
    ],
    [
      'with the first switch after the second',
      [
        [5000, '0'],
        [9000, '1'],
        [1000, '0'],
        [1200, '1'],
      ],
    ],
  ])('are exact when their events come %s', async (_, events) => {
    const findings = await told(
      await open(),
      events.map(([ms, visible]) => tab(ms, visible)),
    );
    expect(measures(findings)).toEqual(exactly);
    expect(new Set(findings.map(({ key }) => key)).size).toBe(findings.length);
  });

  it('do not take back an end that was told: the one that comes late counts as no other', async () => {
    const findings = await told(await open(), [tab(1000, '0'), tab(9000, '1'), tab(3000, '1')]);
    expect(measures(findings)).toEqual([
      ['TAB_SWITCH', { phase: 'START' }, 1000],
      ['TAB_SWITCH', { phase: 'END', durationMs: 8000 }, 9000],
    ]);
  });

  it('last until the round ends where the page stays hidden, as its end is known', async () => {
    const analysis = await open();
    await told(analysis, [tab(1000, '0'), faces(3000, 1)]);
    analysis.roundChanged?.({ ...round, status: 'COMPLETED', endedAtMs: 61_000 });
    expect(await analysis.finish?.()).toEqual([
      expect.objectContaining({ atMs: 61_000, severity: 'HIGH', value: { phase: 'END', durationMs: 60_000 } }),
    ]);
  });

  it('begin anew after consent was withdrawn: what was hidden before has no end, and the next switch is the first', async () => {
    await told(await open(), [tab(1000, '0')]);
    // After a withdrawal the kit opens an analysis from nothing; only what comes from then on is measured.
    const [start, end, ...more] = await told(await open(), [tab(50_000, '1'), tab(60_000, '0'), tab(61_000, '1')]);
    expect(start).toMatchObject({
      atMs: 60_000,
      severity: 'MEDIUM',
      explanation: expect.stringContaining('first time'),
    });
    expect(end).toMatchObject({ value: { phase: 'END', durationMs: 1000 } });
    expect(more).toEqual([]);
  });

  it('are followed over a clock that was set back', async () => {
    const findings = await told(await open(), [
      tab(500_000, '0'),
      tab(510_000, '1'),
      tab(100_000, '0'),
      tab(104_000, '1'),
    ]);
    expect(outline(findings).slice(2)).toEqual([
      ['TAB_SWITCH', 'START', 100_000],
      ['TAB_SWITCH', 'END', 104_000],
    ]);
  });

  it('keep what they remember small, and exact, over thousands of events', async () => {
    const analysis = await open();
    let told0 = 0;
    for (let i = 0; i < 1000; i++) {
      const hidden = Array.from({ length: 3 }, (_, n) => tab(i * 10_000 + n * 1000, '0'));
      told0 += (await told(analysis, [...hidden, tab(i * 10_000 + 5000, '1')])).length;
    }
    expect(told0).toBe(2000);
    expect(JSON.stringify(analysis.snapshot()).length).toBeLessThan(8000);
  });

  it('stay bounded while a page floods, and each is told once', async () => {
    const analysis = await open();
    // A hundred a second for a minute, all of them within the time in which events may overtake each other.
    const flood = Array.from({ length: 6000 }, (_, i) => tab(i * 10, i % 2 === 0 ? '0' : '1'));
    const findings = await told(analysis, flood);
    expect(new Set(findings.map(({ key }) => key)).size).toBe(6000);
    // One of long ago, as its neighbours are forgotten, must not make a switch of its own.
    expect(await told(analysis, [tab(5, '0'), tab(20, '0')])).toEqual([]);
    expect(JSON.stringify(analysis.snapshot()).length).toBeLessThan(80_000);
    expect(outline(await told(analysis, [tab(61_000, '0'), tab(60_990, '1')]))).toEqual([
      ['TAB_SWITCH', 'START', 61_000],
    ]);
  });

  it('do not grow while the page stays hidden and says so again and again', async () => {
    const analysis = await open();
    const [start, ...others] = await told(
      analysis,
      Array.from({ length: 5000 }, (_, i) => tab(i * 1000, '0')),
    );
    expect([start?.atMs, others]).toEqual([0, []]);
    expect(JSON.stringify(analysis.snapshot()).length).toBeLessThan(8000);
    const [end] = await told(analysis, [tab(5_000_000, '1')]);
    expect(end?.value).toEqual({ phase: 'END', durationMs: 5_000_000 });
  });
});
