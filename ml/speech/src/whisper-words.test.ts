import { whisperWords } from './whisper-words.js';

test('text alone has words without times and confidences', () => {
  expect(whisperWords({ text: ' We had a problem, in 2019.' })).toEqual({
    text: 'We had a problem, in 2019.',
    words: ['we', 'had', 'a', 'problem', 'in', '2019'].map((text) => {
      return { text, startMs: null, endMs: null, confidence: null };
    }),
  });
});

test.each([' [BLANK_AUDIO]', ' (upbeat music)', ' ...', ''])('"%s" has no words', (text) => {
  expect(whisperWords({ text })).toEqual({ text: '', words: [] });
});

test('where tokens have times and probabilities, the words have them', () => {
  const heard = {
    text: ' We profiled.',
    tokens: [' We', ' prof', 'iled', '.'],
    timestamps: [0.1, 0.3, 0.5, 0.8],
    durations: [0.2, 0.2, 0.3, 0],
    ys_log_probs: [Math.log(0.9), Math.log(0.5), Math.log(0.5), Math.log(0.5)],
  };
  expect(whisperWords(heard).words).toEqual([
    { text: 'we', startMs: 100, endMs: 300, confidence: expect.closeTo(0.9) },
    { text: 'profiled', startMs: 300, endMs: 800, confidence: expect.closeTo(0.5) },
  ]);
  expect(whisperWords({ ...heard, timestamps: [], ys_log_probs: [0] }).words[0]).toEqual({
    text: 'we',
    startMs: null,
    endMs: null,
    confidence: null,
  });
});

test('measures of tokens that do not make the words of the text are left out', () => {
  const heard = {
    text: ' (music) We did',
    tokens: [' (', 'music', ')', ' We', ' did'],
    timestamps: [0, 1, 2, 3, 4],
    durations: [1, 1, 1, 1, 1],
  };
  expect(whisperWords(heard).words.map(({ startMs }) => startMs)).toEqual([null, null]);
});

test('an answer of another shape is refused', () => {
  expect(() => whisperWords({ txt: 'We' })).toThrow();
});
