import type { Speaker } from '@interview/schema/enums';
import type { RoundState } from '@interview/schema/messages';
import { Answers } from './answers.js';

const QUESTION = { id: '7f4df2de-6cf9-4a0e-a6f5-6c1c3b7cb001', text: 'Why?' };
type Questions = RoundState['questions'];

/** Plays `[speaker, startS, endS]` in the order in which starts and ends come, and answers what was found. */
function play(spoken: [Speaker, number, number][], questions: Questions = [], missing: [number, number][] = []) {
  const answers = new Answers();
  const steps = [
    ...spoken.flatMap(([speaker, startS, endS]) => {
      const [atMs, endMs] = [startS * 1000, endS * 1000];
      return [
        {
          whenMs: atMs + 200,
          speaker,
          event: { kind: 'start' as const, sample: atMs * 16, atMs, knownMs: atMs + 200 },
        },
        { whenMs: endMs + 600, speaker, event: { kind: 'end' as const, atMs: endMs, knownMs: endMs + 600 } },
      ];
    }),
    ...missing.map(([fromS, toS]) => ({
      whenMs: toS * 1000,
      speaker: 'CANDIDATE' as const,
      event: { kind: 'missing' as const, atMs: fromS * 1000, durationMs: (toS - fromS) * 1000 },
    })),
  ].sort((a, b) => a.whenMs - b.whenMs);
  return steps.flatMap(({ speaker, event }) => answers.hear(speaker, event, questions));
}
const values = (findings: ReturnType<typeof play>) => findings.map(({ type, value }) => ({ type, ...value }));

describe('a pause', () => {
  test('of 3.2 s inside an answer is told when speech resumes, with its threshold', () => {
    expect(
      play([
        ['CANDIDATE', 1, 5],
        ['CANDIDATE', 8.2, 10],
      ]),
    ).toEqual([
      {
        kind: 'insight',
        key: `pause:${8200 * 16}`,
        type: 'HESITATION',
        severity: 'INFO',
        value: { kind: 'PAUSE', durationMs: 3200 },
        explanation: 'Pause of 3.2 s; threshold 1.5 s.',
        atMs: 5000,
        capturedAtMs: 8400,
      },
    ]);
  });

  test.each([
    ['is shorter than 1.5 s', [['CANDIDATE', 6.4, 8]], [], []],
    ['is longer than 30 s', [['CANDIDATE', 36, 38]], [], []],
    [
      'is ended by the interviewer',
      [
        ['INTERVIEWER', 6, 6.4],
        ['CANDIDATE', 8, 9],
      ],
      [],
      [],
    ],
    ['was audio that is missing', [['CANDIDATE', 8, 9]], [], [[5.2, 7]]],
  ] as [string, [Speaker, number, number][], Questions, [number, number][]][])(
    'is none when it %s',
    (_, then, questions, missing) => {
      expect(play([['CANDIDATE', 1, 5], ...then], questions, missing)).toEqual([]);
    },
  );

  test('is none but a response when a question was marked in it', () => {
    const found = play(
      [
        ['CANDIDATE', 1, 5],
        ['CANDIDATE', 9, 10],
      ],
      [{ ...QUESTION, askedAtMs: 6000 }],
    );
    expect(values(found)).toEqual([{ type: 'RESPONSE_LATENCY', latencyMs: 3000, questionId: QUESTION.id }]);
  });

  test('is told when 1.5 s of it were heard although a little audio is missing', () => {
    const spoken: [Speaker, number, number][] = [
      ['CANDIDATE', 1, 5],
      ['CANDIDATE', 8, 9],
    ];
    expect(values(play(spoken, [], [[5.2, 5.6]]))).toEqual([{ type: 'HESITATION', kind: 'PAUSE', durationMs: 3000 }]);
  });
});

describe('the shortest pause', () => {
  const spoken: [Speaker, number, number][] = [
    ['CANDIDATE', 1, 5],
    ['CANDIDATE', 6.5, 8],
  ];

  test('is one of 1.5 s', () => {
    expect(values(play(spoken))).toEqual([{ type: 'HESITATION', kind: 'PAUSE', durationMs: 1500 }]);
  });
});

describe('a response latency', () => {
  test('counts from the marked question, once', () => {
    const found = play(
      [
        ['CANDIDATE', 4, 6],
        ['CANDIDATE', 7, 9],
      ],
      [{ ...QUESTION, askedAtMs: 1000 }],
    );
    expect(values(found)).toEqual([{ type: 'RESPONSE_LATENCY', latencyMs: 3000, questionId: QUESTION.id }]);
    expect(found[0]).toMatchObject({ key: `latency:${QUESTION.id}`, severity: 'INFO', atMs: 4000 });
  });

  test("counts from the end of the interviewer's speech where their audio comes", () => {
    const found = play(
      [
        ['INTERVIEWER', 1, 4],
        ['CANDIDATE', 5.5, 9],
      ],
      [{ ...QUESTION, askedAtMs: 1200 }],
    );
    expect(values(found)).toEqual([{ type: 'RESPONSE_LATENCY', latencyMs: 1500, questionId: QUESTION.id }]);
    expect(found[0]?.explanation).toBe('Speech began 1.5 s after the interviewer stopped speaking.');
  });

  test('needs no marked question when the interviewer is heard', () => {
    const found = play([
      ['INTERVIEWER', 1, 4],
      ['CANDIDATE', 4.3, 9],
    ]);
    expect(values(found)).toEqual([{ type: 'RESPONSE_LATENCY', latencyMs: 300 }]);
  });

  test('is 0 for a candidate who begins within the last half second of the question', () => {
    const found = play([
      ['INTERVIEWER', 1, 4],
      ['CANDIDATE', 3.7, 9],
    ]);
    expect(values(found)).toEqual([{ type: 'RESPONSE_LATENCY', latencyMs: 0 }]);
  });

  test.each([
    ['without either', [['CANDIDATE', 4, 6]], []],
    [
      'of one who speaks into the question',
      [
        ['INTERVIEWER', 1, 9],
        ['CANDIDATE', 3, 4],
      ],
      [],
    ],
    [
      'after a short "go on"',
      [
        ['INTERVIEWER', 1, 1.4],
        ['CANDIDATE', 3, 4],
      ],
      [],
    ],
    ['beyond 2 minutes', [['CANDIDATE', 130, 131]], [{ ...QUESTION, askedAtMs: 1000 }]],
    [
      'of a question marked while the answer was going on',
      [
        ['CANDIDATE', 1, 6],
        ['CANDIDATE', 7, 8],
      ],
      [{ ...QUESTION, askedAtMs: 3000 }],
    ],
    ['of a question still to come', [['CANDIDATE', 1, 6]], [{ ...QUESTION, askedAtMs: 30_000 }]],
  ] as [string, [Speaker, number, number][], Questions][])('is not measured %s', (_, spoken, questions) => {
    expect(play(spoken, questions)).toEqual([]);
  });
});

test('it goes on from its snapshot', () => {
  const before = new Answers();
  before.hear('CANDIDATE', { kind: 'end', atMs: 5000, knownMs: 5600 }, []);
  const after = new Answers(JSON.parse(JSON.stringify(before.snapshot())));
  const found = after.hear('CANDIDATE', { kind: 'start', sample: 1, atMs: 8000, knownMs: 8200 }, []);
  expect(values(found)).toEqual([{ type: 'HESITATION', kind: 'PAUSE', durationMs: 3000 }]);
});
