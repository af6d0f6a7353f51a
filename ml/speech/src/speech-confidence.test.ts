import { SpeechConfidence } from './speech-confidence.js';
import type { SpokenSegment } from './transcription.js';

function said(
  from: number,
  seconds: number,
  confidences: (number | null)[],
  recogniser = 'held',
): Parameters<SpeechConfidence['add']> {
  const segment: SpokenSegment = {
    speaker: 'CANDIDATE',
    from,
    atMs: from / 16,
    durationMs: seconds * 1000,
    capturedAtMs: from / 16 + seconds * 1000,
    audio: new Int16Array(0),
    audioAtMs: from / 16,
  };
  const words = confidences.map((confidence, i) => ({ text: `w${i}`, startMs: i, endMs: i + 1, confidence }));
  return [segment, { text: '', words, recogniser }];
}

test('a window closes with the segment in which it reaches 10 s of speech', () => {
  const confidence = new SpeechConfidence();
  expect(confidence.add(...said(0, 6, [0.5, 0.5]))).toEqual([]);
  expect(confidence.add(...said(160_000, 6, [1, 1]))).toEqual([
    {
      kind: 'insight',
      key: 'confidence:0',
      type: 'SPEECH_CONFIDENCE',
      severity: 'INFO',
      value: { score: 0.75, words: 4, wordsPerMinute: 20, windowMs: 12_000, recogniser: 'held' },
      explanation: 'held gave its 4 words a mean confidence of 0.75 (of 1); 20 words a minute over 12.0 s of speech.',
      atMs: 0,
      capturedAtMs: 16_000,
    },
  ]);
  expect(confidence.close()).toEqual([]);
});

test('the end closes what is left, unless it holds hardly a word', () => {
  const confidence = new SpeechConfidence();
  confidence.add(...said(0, 2, [0.9, 0.8, 0.7]));
  expect(confidence.close()).toMatchObject([{ value: { score: 0.8, words: 3, wordsPerMinute: 90 } }]);
  confidence.add(...said(0, 2, [0.9]));
  expect(confidence.close()).toEqual([]);
});

test('it goes on from its snapshot', () => {
  const before = new SpeechConfidence();
  before.add(...said(0, 6, [0.5, 0.5]));
  const after = new SpeechConfidence(JSON.parse(JSON.stringify(before.snapshot())));
  expect(after.add(...said(160_000, 6, [1, 1]))).toMatchObject([{ key: 'confidence:0', value: { words: 4 } }]);
});

test('a window is of one recogniser: another one closes it', () => {
  const confidence = new SpeechConfidence();
  confidence.add(...said(0, 6, [0.5, 0.5, 0.5], 'deepgram'));
  expect(confidence.add(...said(160_000, 6, [1, 1, 1], 'pocketsphinx'))).toMatchObject([
    { key: 'confidence:0', value: { recogniser: 'deepgram', words: 3, windowMs: 6000 } },
  ]);
  expect(confidence.close()).toMatchObject([{ key: 'confidence:160000', value: { recogniser: 'pocketsphinx' } }]);
});

test('one that tells no confidence closes it too', () => {
  const confidence = new SpeechConfidence();
  confidence.add(...said(0, 6, [0.5, 0.5, 0.5], 'pocketsphinx'));
  expect(confidence.add(...said(160_000, 6, [null, null, null], 'whisper'))).toMatchObject([{ key: 'confidence:0' }]);
  expect(confidence.add(...said(320_000, 6, [1, 1, 1], 'pocketsphinx'))).toEqual([]);
  expect(confidence.close()).toMatchObject([{ key: 'confidence:320000', value: { windowMs: 6000 } }]);
});

test('a confidence that the recogniser does not tell is not made up', () => {
  const confidence = new SpeechConfidence();
  expect(confidence.add(...said(0, 20, [null, null, null, null]))).toEqual([]);
  expect(confidence.close()).toEqual([]);
});
