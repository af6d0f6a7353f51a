/** How much is done in one call: a whole round that comes at once is gone through in slices, and nothing is done twice. */
import type { RoundState, StoredSegment } from '@interview/schema/messages';
import { describe, expect, it } from '@jest/globals';
import { createNlpAnalyser, SLICE_MS } from './nlp.analyser.js';
import { labelledResumes } from './testing/labelled-statements.js';

const startedAtMs = Date.parse(labelledResumes().readAt);
const id = (at: number) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;
const round: RoundState = {
  id: id(0),
  version: 1,
  companyId: 'acme',
  candidateId: 'cora',
  interviewerId: 'ivan',
  status: 'IN_PROGRESS',
  mode: 'HUMAN_AI_ASSISTED',
  consentGiven: true,
  startedAtMs,
  questions: [],
};

const SAID = [
  'I have ten years of Go.',
  'I have never used Kafka.',
  'I was a chief at Acme Logistics.',
  'That is all.',
];
let textsRead = 0;
/** Answers of four segments, with a silence after each. */
const segments = Array.from({ length: 80 }, (_, at): StoredSegment => {
  const segment = {
    id: id(at + 1),
    roundId: round.id,
    sequence: at + 1,
    speaker: 'CANDIDATE' as const,
    timestampMs: at * 4000 + Math.floor(at / 4) * 20_000,
    durationMs: 3000,
    confidence: 0.9,
    createdAtMs: startedAtMs,
  };
  return Object.defineProperty({ ...segment, text: '' }, 'text', {
    get: () => {
      textsRead += 1;
      return SAID[at % 4] ?? '';
    },
  });
});

async function opened(stopwatch: () => number) {
  const dev = labelledResumes().resumes['dev-01'];
  if (!dev) throw new Error('There is no resume dev-01.');
  const resume = {
    resumeId: id(1),
    roundId: round.id,
    candidateId: 'cora',
    text: dev.text,
    facts: dev.facts,
    parseError: null,
  };
  const analysis = createNlpAnalyser({ resumes: { read: async () => resume }, stopwatch }).open(round);
  const ask = (ended = true, ms = 3_600_000) =>
    analysis
      .findings({ nowMs: startedAtMs + ms, position: { insight: 0, segment: 0, revision: 0 }, ended })
      .flatMap((finding) => (finding.kind === 'insight' ? [finding.key] : []));
  ask(false, 0);
  await new Promise((resolve) => setImmediate(resolve));
  return { analysis, ask };
}

describe('a round that comes at once', () => {
  it('is gone through a slice at each call, and waited for, with the same findings', async () => {
    const whole = await opened(() => 0);
    whole.analysis.add({ insights: [], segments });
    const expected = whole.ask();
    expect(expected.length).toBeGreaterThan(20);

    let nowMs = 0;
    // Each look at the clock takes a quarter of a slice.
    const sliced = await opened(() => (nowMs += SLICE_MS / 4));
    sliced.analysis.add({ insights: [], segments });
    const calls: string[][] = [];
    do calls.push(sliced.ask());
    while (sliced.analysis.waits?.() && calls.length < 1000);
    expect(calls.length).toBeGreaterThan(10);
    expect(Math.max(...calls.map((keys) => keys.length))).toBeLessThan(20);
    expect(calls.flat().toSorted()).toEqual(expected.toSorted());
  });

  it('is not gone through again while nothing is new', async () => {
    const { analysis, ask } = await opened(() => 0);
    analysis.add({ insights: [], segments });
    const before = textsRead;
    expect(ask(false, 3_600_000)).not.toEqual([]);
    expect(textsRead).toBeGreaterThan(before);
    const after = textsRead;
    for (let call = 1; call < 10; call += 1) expect(ask(false, 3_600_000 + call)).toEqual([]);
    expect(textsRead).toBe(after);
  });
});
