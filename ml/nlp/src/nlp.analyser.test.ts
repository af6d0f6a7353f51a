import { randomUUID } from 'node:crypto';
import type { RoundState, StoredSegment } from '@interview/schema/messages';
import { describe, expect, it } from '@jest/globals';
import { createNlpAnalyser } from './nlp.analyser.js';
import { shareTakenUp } from './response-quality.js';
import { countSpecifics, wordsOf } from './words.js';

const nlpAnalyser = createNlpAnalyser({ resumes: { read: async () => null }, stopwatch: () => 0 });
const startedAtMs = 1_700_000_000_000;
const questionId = '0d5c2a7e-93a1-4f0e-8f7d-1f2d3c4b5a69';

const round = (questions: RoundState['questions'] = []): RoundState => ({
  id: '3f0f9d3e-52f5-4d0c-8a5c-0d4a5f1a9b11',
  version: 1,
  companyId: 'acme',
  candidateId: 'cora',
  interviewerId: 'ivan',
  status: 'IN_PROGRESS',
  mode: 'HUMAN_AI_ASSISTED',
  consentGiven: true,
  startedAtMs,
  questions,
});

let sequence = 0;
const said = (timestampMs: number, text: string, changes: Partial<StoredSegment> = {}): StoredSegment => ({
  id: randomUUID(),
  roundId: round().id,
  sequence: ++sequence,
  speaker: 'CANDIDATE',
  text,
  timestampMs,
  durationMs: 3000,
  confidence: 0.9,
  createdAtMs: startedAtMs + timestampMs,
  ...changes,
});

/** What is told of these segments when the round has come so far; by default, when it has ended. */
function told(segments: StoredSegment[], options: { round?: RoundState; nowMs?: number } = {}) {
  const analysis = nlpAnalyser.open(options.round ?? round());
  analysis.add({ insights: [], segments });
  const ended = options.nowMs === undefined;
  const position = { insight: 0, segment: segments.length, revision: 0 };
  return analysis
    .findings({ nowMs: startedAtMs + (options.nowMs ?? 0), position, ended })
    .filter((finding) => finding.kind === 'insight');
}

const wordCounts = (findings: ReturnType<typeof told>) =>
  findings.map(({ value }) => ('words' in value ? value.words : null));

describe('an answer', () => {
  it('is measured whole: words, specifics, pace', () => {
    const [finding] = told([
      said(1000, 'I worked at Contoso for five years'),
      said(5000, 'and we cut the latency by 40 percent'),
    ]);
    expect(finding).toMatchObject({
      type: 'RESPONSE_QUALITY',
      severity: 'INFO',
      value: { words: 15, specifics: 3, wordsPerMinute: 150 },
      atMs: startedAtMs + 1000,
      capturedAtMs: startedAtMs + 8000,
    });
    expect(finding?.explanation).toBe(
      'An answer of 15 words with 3 numbers or proper names, 150 words a minute. ' +
        'Words that order: 0, give reasons: 0, open examples: 0, tell results: 0.',
    );
    expect(finding?.value).not.toHaveProperty('relevance');
  });

  it('ends at a question, at the interviewer’s words, and at silence of 10 s', () => {
    const asked = [{ id: questionId, text: 'Why?', askedAtMs: startedAtMs + 8500 }];
    const findings = told(
      [
        said(1000, 'one two three'),
        said(5000, 'four'),
        said(9000, 'the answer to the question'),
        said(13_000, 'what about this then', { speaker: 'INTERVIEWER' }),
        said(17_000, 'six words of the third answer'),
        said(30_000, 'after a long silence'),
      ],
      { round: round(asked) },
    );
    expect(wordCounts(findings)).toEqual([4, 5, 6, 4]);
  });

  it('goes on over a short word of the interviewer', () => {
    const findings = told([
      said(1000, 'one two three'),
      said(4000, 'right', { speaker: 'INTERVIEWER', durationMs: 300 }),
      said(4500, 'four five six'),
    ]);
    expect(wordCounts(findings)).toEqual([6]);
  });

  it('is not told before it is complete, then once', () => {
    const analysis = nlpAnalyser.open(round());
    const position = { insight: 0, segment: 1, revision: 0 };
    analysis.add({ insights: [], segments: [said(0, 'it is not over yet')] });
    const at = (ms: number) =>
      analysis.findings({ nowMs: startedAtMs + ms, position, ended: false }).filter(({ kind }) => kind === 'insight')
        .length;
    // Spoken until 3 s, 10 s of silence, 5 s in which a segment may still be recognised.
    expect([at(17_999), at(18_000), at(19_000)]).toEqual([0, 1, 0]);
  });

  it('keeps its key when one more of its segments came late', () => {
    const first = said(0, 'one two three');
    const [alone] = told([first]);
    const [more] = told([first, said(4000, 'and what came late')]);
    expect(more?.key).toBe(alone?.key);
  });

  it('is none below three words', () => {
    expect(told([said(0, 'yes indeed')])).toEqual([]);
  });

  it('belongs to the last question asked before it', () => {
    const asked = [
      { id: randomUUID(), text: 'Who are you?', askedAtMs: startedAtMs },
      { id: questionId, text: 'How did you scale the database?', askedAtMs: startedAtMs + 500 },
    ];
    const [finding] = told([said(1000, 'scaling took replicas')], { round: round(asked) });
    expect(finding?.value).toMatchObject({ questionId, relevance: 0.5 });
  });
});

describe('counts', () => {
  it('take words as a person does', () => {
    expect(wordsOf("I don't write C++, I write Node.js 24.")).toEqual([
      'I',
      "don't",
      'write',
      'C++',
      'I',
      'write',
      'Node.js',
      '24',
    ]);
  });

  it.each([
    ['we had twenty five thousand users', 1],
    ['In 2019 I joined Contoso Limited in Berlin. Then I left', 3],
    ['We did this. They did that. I agree', 0],
    ['nothing of the kind', 0],
  ])('find the specifics of "%s"', (text, specifics) => {
    expect(countSpecifics(text)).toBe(specifics);
  });

  it('compare ground forms and leave out words without content', () => {
    expect(shareTakenUp('How did you deploy the services?', 'we deployed a service each day')).toBe(1);
    expect(shareTakenUp('How did you deploy the services?', 'you did the how')).toBe(0);
    expect(shareTakenUp('Why?', 'because')).toBeNull();
  });
});
