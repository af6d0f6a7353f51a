import { randomUUID } from 'node:crypto';
import type { FeedAnalysis } from '@interview/ml-kit/feed-analyser';
import type { RoundState, StoredResume, StoredSegment } from '@interview/schema/messages';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createNlpAnalyser } from './nlp.analyser.js';
import { IMPATIENT_LOOK_MS, LOOK_MS, WAIT_AT_END_MS } from './resume-watch.js';
import { labelledResumes } from './testing/labelled-statements.js';

const { readAt, resumes } = labelledResumes();
const startedAtMs = Date.parse(readAt);
const roundId = randomUUID();

const round: RoundState = {
  id: roundId,
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

function stored(name: string, changes: Partial<StoredResume> = {}): StoredResume {
  const resume = resumes[name];
  if (!resume) throw new Error(`There is no resume ${name}.`);
  return { resumeId: randomUUID(), text: resume.text, facts: resume.facts, parseError: null, ...changes };
}

let sequence = 0;
const said = (text: string, timestampMs: number): StoredSegment => ({
  id: randomUUID(),
  roundId,
  sequence: ++sequence,
  speaker: 'CANDIDATE',
  text,
  timestampMs,
  durationMs: 2000,
  confidence: 0.9,
  createdAtMs: 0,
});

/** A source whose answer a test sets: a resume, none, or a failure. */
let answer: StoredResume | null | Error;
let looks = 0;
let analysis: FeedAnalysis;

beforeEach(() => {
  answer = null;
  looks = 0;
  const read = async () => {
    looks += 1;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  analysis = createNlpAnalyser({ resumes: { read }, stopwatch: () => 0 }).open(round);
});

/** What is told at a moment, once what was asked is answered. */
async function toldAt(ms: number, ended = false): Promise<string[]> {
  const ask = () =>
    analysis.findings({ nowMs: startedAtMs + ms, position: { insight: 0, segment: 0, revision: 0 }, ended });
  const first = ask();
  await new Promise((resolve) => setImmediate(resolve));
  return [...first, ...ask()].flatMap((finding) => {
    if (finding.kind === 'status') return [`${finding.state}: ${finding.detail}`];
    return finding.kind === 'insight' && finding.type === 'RESUME_CONTRADICTION' ? [finding.key] : [];
  });
}
const contradictionsAt = async (ms: number, ended = false) =>
  (await toldAt(ms, ended)).filter((one) => one.startsWith('contradiction:'));

describe('the resume of a round', () => {
  it('that is uploaded and read in the middle is compared with what was said before, once', async () => {
    const claim = said('I have ten years of Go.', 1000);
    analysis.add({ insights: [], segments: [claim, said('Anyway, that is me.', 4000)] });
    expect(await toldAt(6000)).toEqual(['OK: There is no resume to compare with what is said.']);
    answer = stored('dev-01', { facts: null, text: null });
    expect(await toldAt(6000 + LOOK_MS)).toEqual([
      'OK: The resume is being read; what is said is compared with it once it is.',
    ]);
    answer = { ...answer, ...stored('dev-01') };
    expect(await toldAt(6000 + LOOK_MS + IMPATIENT_LOOK_MS)).toEqual([
      'OK: What is said is compared with the resume, by rules.',
      `contradiction:${claim.id}:SKILL_YEARS:Go`,
    ]);
    expect(await toldAt(60_000)).toEqual([]);
  });

  it('that is replaced is compared anew, without telling the same again', async () => {
    answer = stored('dev-01');
    const [go, bank] = [said('I have ten years of Go.', 1000), said('I am the CTO of Acme Bank.', 4000)];
    analysis.add({ insights: [], segments: [go, bank, said('So much for that.', 7000)] });
    expect(await contradictionsAt(9000)).toEqual([`contradiction:${go.id}:SKILL_YEARS:Go`]);
    answer = stored('dev-04');
    expect(await contradictionsAt(9000 + LOOK_MS)).toEqual([`contradiction:${bank.id}:JOB_TITLE:Acme Bank`]);
    answer = stored('dev-01');
    expect(await contradictionsAt(9000 + 2 * LOOK_MS)).toEqual([]);
  });

  it('that cannot be reached is told, and compared when it can', async () => {
    answer = new Error('no answer');
    const claim = said('I have ten years of Go.', 1000);
    analysis.add({ insights: [], segments: [claim, said('Anyway, that is me.', 4000)] });
    expect(await toldAt(6000)).toEqual([
      'DEGRADED: The resumes subgraph does not answer: what is said is compared once it does.',
    ]);
    answer = stored('dev-01');
    expect(await contradictionsAt(6000 + IMPATIENT_LOOK_MS)).toEqual([`contradiction:${claim.id}:SKILL_YEARS:Go`]);
  });

  it('that could not be read is told', async () => {
    answer = stored('dev-01', { facts: null, text: null, parseError: 'The file may be a scan.' });
    expect(await toldAt(0)).toEqual(['DEGRADED: The resume could not be read: nothing is compared with it.']);
  });

  it('keeps an ended round until a look after the end was answered', async () => {
    answer = new Error('no answer');
    const claim = said('I have ten years of Go.', 1000);
    analysis.add({ insights: [], segments: [claim] });
    await toldAt(6000, true);
    expect(analysis.waits?.()).toBe(true);
    answer = stored('dev-01');
    expect(await contradictionsAt(6000 + IMPATIENT_LOOK_MS, true)).toEqual([
      `contradiction:${claim.id}:SKILL_YEARS:Go`,
    ]);
    expect(analysis.waits?.()).toBe(false);
  });

  it('is not waited for without end', async () => {
    answer = new Error('no answer');
    await toldAt(0, true);
    await toldAt(WAIT_AT_END_MS, true);
    expect(analysis.waits?.()).toBe(false);
  });

  it('is not asked for at every turn', async () => {
    answer = stored('dev-01');
    for (let ms = 0; ms < LOOK_MS; ms += 500) await toldAt(ms);
    expect(looks).toBe(1);
  });
});

describe('what is found', () => {
  const segments = [
    said('I worked at Beta Foods for', 1000),
    said('ten years.', 3500),
    said('I have twelve years of Go.', 6000),
    said('And I have never used Kafka.', 9000),
  ];

  it('does not depend on how the segments came', async () => {
    answer = stored('dev-01');
    analysis.add({ insights: [], segments });
    const whole = await contradictionsAt(60_000, true);
    analysis = createNlpAnalyser({ resumes: { read: async () => stored('dev-01') }, stopwatch: () => 0 }).open(round);
    const pieces: string[] = [];
    for (const segment of segments) {
      analysis.add({ insights: [], segments: [segment] });
      pieces.push(...(await contradictionsAt(segment.timestampMs + 2500)));
    }
    pieces.push(...(await contradictionsAt(60_000, true)));
    expect(whole).toHaveLength(3);
    expect(pieces).toEqual(whole);
  });

  it('includes what only the interviewer’s question makes a statement', async () => {
    answer = stored('dev-01');
    const asked = { ...said('How long have you used Go?', 1000), speaker: 'INTERVIEWER' as const };
    const reply = said('About ten years.', 4000);
    analysis.add({ insights: [], segments: [asked, reply] });
    expect(await contradictionsAt(60_000, true)).toEqual([`contradiction:${reply.id}:SKILL_YEARS:Go`]);
  });

  it('is judged when the next segment is known, before the answer is over', async () => {
    answer = stored('dev-01');
    const [go, kafka] = segments.slice(2);
    analysis.add({ insights: [], segments: go ? [go] : [] });
    expect(await contradictionsAt(8500)).toEqual([]);
    analysis.add({ insights: [], segments: kafka ? [kafka] : [] });
    expect(await contradictionsAt(11_500)).toEqual([`contradiction:${go?.id}:SKILL_YEARS:Go`]);
  });
});
