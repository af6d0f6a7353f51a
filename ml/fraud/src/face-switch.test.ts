import { Result } from '@interview/schema/messages';
import { describe, expect, it } from '@jest/globals';
import { compared, faces, open, round, told } from './entries.fixtures.js';

/** One compared picture a second from `fromMs` on. */
const row = (fromMs: number, distances: readonly (number | null)[], options?: Parameters<typeof compared>[2]) =>
  distances.map((distance, i) => compared(fromMs + i * 1000, distance, options));

const switchesOf = async (entries: Parameters<typeof told>[1]) =>
  (await told(await open(), entries)).filter(({ type }) => type === 'FACE_SWITCH');

describe('a face switch', () => {
  it('is told once after three compared pictures above the threshold, and dates back to the first', async () => {
    const findings = await switchesOf(row(0, [0.3, 0.48, 0.7, 0.9, 0.75, 0.8, 0.7]));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      type: 'FACE_SWITCH',
      severity: 'HIGH',
      value: { distance: 0.75, threshold: 0.6, frames: 3 },
      atMs: 2000,
      capturedAtMs: 4000,
      explanation:
        'The face differs from the one that the comparison began with: median distance 0.75 in 3 pictures in a row ' +
        '(threshold: 0.60 in each of 3).',
    });
    const base = { id: round.id, roundId: round.id, service: 'fraud', publishedAtMs: 0, source: 'x', timestampMs: 0 };
    expect(Result.safeParse({ ...findings[0], ...base }).error).toBeUndefined();
  });

  it.each<[string, (number | null)[]]>([
    ['two pictures', [0.4, 0.7, 0.7, 0.4, 0.7, 0.7, 0.4]],
    ['pictures at the threshold', [0.6, 0.6, 0.6, 0.6]],
    ['pictures that alternate', [0.7, 0.5, 0.7, 0.5, 0.7, 0.5, 0.7]],
  ])('is not told from %s', async (_, distances) => {
    expect(await switchesOf(row(0, distances))).toEqual([]);
  });

  it('is neither confirmed nor cleared by pictures that were not compared', async () => {
    expect(await switchesOf(row(0, [0.7, null, 0.7, null, null]))).toEqual([]);
    expect(await switchesOf(row(0, [0.7, null, 0.7, null, null, 0.7]))).toHaveLength(1);
    expect(await switchesOf(row(0, [0.7, 0.7, 0.7, null, null, 0.7, 0.7, 0.7]))).toHaveLength(1);
  });

  it.each(['DARK', 'BLURRED', 'FROZEN'] as const)('takes no %s picture for evidence', async (quality) => {
    expect(await switchesOf(row(0, [0.9, 0.9, 0.9, 0.9], { quality }))).toEqual([]);
    const between = [...row(0, [0.7, 0.7]), ...row(2000, [0.3], { quality }), ...row(3000, [0.7])];
    expect(await switchesOf(between)).toHaveLength(1);
  });

  it('is told again only after the first face was confirmed in between', async () => {
    expect(await switchesOf(row(0, [0.7, 0.7, 0.7, 0.4, 0.4, 0.7, 0.7, 0.7]))).toHaveLength(1);
    const again = await switchesOf(row(0, [0.7, 0.7, 0.7, 0.4, 0.4, 0.4, 0.7, 0.7, 0.7]));
    expect(again.map(({ atMs }) => atMs)).toEqual([0, 6000]);
    expect(new Set(again.map(({ key }) => key)).size).toBe(2);
  });

  it('does not rest on a picture that comes again or late', async () => {
    expect(await switchesOf([compared(0, 0.7), compared(0, 0.7), compared(0, 0.7), compared(0, 0.7)])).toEqual([]);
    expect(await switchesOf([compared(5000, 0.7), compared(6000, 0.7), compared(4000, 0.7)])).toEqual([]);
  });

  it('begins its row anew after half a minute without a comparison, through an absence too', async () => {
    const away = Array.from({ length: 32 }, (_, i) => faces(2000 + i * 1000, 0));
    expect(await switchesOf([...row(0, [0.7, 0.7]), ...away, ...row(34_000, [0.7])])).toEqual([]);
    expect(await switchesOf([...row(0, [0.7, 0.7]), ...away, ...row(34_000, [0.7, 0.7, 0.7])])).toHaveLength(1);
  });
});

describe('a new reference, after another worker took the pictures over', () => {
  it('raises no alert, and hides none that comes after it', async () => {
    const taken = [...row(0, [0.4, 0.7, 0.7]), ...row(3000, [0.2, 0.7], { reference: 2 })];
    expect(await switchesOf(taken)).toEqual([]);
    const after = await switchesOf([...taken, ...row(5000, [0.7, 0.7], { reference: 2 })]);
    expect(after.map(({ atMs }) => atMs)).toEqual([4000]);
  });

  it('compares with who sits there then: the first face coming back is one more switch', async () => {
    const findings = await switchesOf([
      ...row(0, [0.4, 0.8, 0.8, 0.8]),
      ...row(4000, [0.3, 0.3, 0.3], { reference: 2 }),
      ...row(7000, [0.8, 0.8, 0.8], { reference: 2 }),
    ]);
    expect(findings.map(({ atMs }) => atMs)).toEqual([1000, 7000]);
  });
});
