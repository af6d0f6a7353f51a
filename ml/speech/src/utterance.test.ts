import { samplesToMs } from './pcm.js';
import { Segmentation, type SpeechEvent } from './utterance.js';

const FRAME = 512;

/** Frames of 32 ms: `[probability, how many]`. */
function run(parts: [number, number][], segmentation = new Segmentation(), begin = 0): SpeechEvent[] {
  let at = begin;
  return parts.flatMap(([probability, count]) =>
    Array.from({ length: count }, () => {
      const events = segmentation.frame(at, at + FRAME, probability);
      at += FRAME;
      return events;
    }).flat(),
  );
}
const segments = (events: SpeechEvent[]) => events.flatMap((e) => (e.kind === 'segment' ? [e] : []));

test('an utterance runs from its first voiced frame to its last, and is known 600 ms later', () => {
  const events = run([
    [0.01, 10],
    [0.9, 50],
    [0.1, 30],
  ]);
  const silenceFrames = 19; // 608 ms
  const known = (60 + silenceFrames) * FRAME;
  expect(events).toEqual([
    { kind: 'speech-start', sample: 10 * FRAME, known: 17 * FRAME },
    { kind: 'speech-end', sample: 60 * FRAME, known },
    { kind: 'segment', from: 10 * FRAME, to: 60 * FRAME, known },
  ]);
});

test('an utterance is dated back to where its soft onset rose from the silence, by 300 ms at most', () => {
  const after = (soft: [number, number][]) => run([[0.01, 30], ...soft, [0.9, 20]])[0];
  expect(after([[0.2, 4]])).toMatchObject({ kind: 'speech-start', sample: 30 * FRAME });
  expect(
    after([
      [0.2, 4],
      [0.01, 1],
      [0.2, 2],
    ]),
  ).toMatchObject({ sample: 35 * FRAME });
  expect(after([[0.2, 40]])).toMatchObject({ sample: 70 * FRAME - 4800 });
});

test('an onset never reaches into the utterance before', () => {
  const starts = run([
    [0.9, 20],
    [0.2, 20],
    [0.9, 20],
  ]).filter(({ kind }) => kind === 'speech-start');
  // The first utterance is known to have ended with the 19th frame of silence.
  expect(starts).toMatchObject([{ sample: 0 }, { sample: 39 * FRAME }]);
});

test('a click is not an utterance', () => {
  const click: [number, number][] = [
    [0.9, 3],
    [0.05, 30],
  ];
  expect(run([...click, ...click, ...click])).toEqual([]);
});

test('a voice that dips between the two thresholds goes on, one that stays below the lower one ends', () => {
  expect(
    run([
      [0.9, 20],
      [0.4, 100],
      [0.9, 20],
    ]).map((e) => e.kind),
  ).toEqual(['speech-start']);
  expect(
    run([
      [0.9, 20],
      [0.3, 100],
      [0.9, 20],
    ]).map((e) => e.kind),
  ).toEqual(['speech-start', 'speech-end', 'segment', 'speech-start']);
});

test('a silence shorter than 600 ms does not end an utterance', () => {
  expect(
    run([
      [0.9, 30],
      [0.01, 15],
      [0.9, 30],
      [0.01, 30],
    ]).map((e) => e.kind),
  ).toEqual(['speech-start', 'speech-end', 'segment']);
});

test('a long answer is cut at a short silence after 6 s, without a gap and within one utterance', () => {
  const events = run([
    [0.9, 220],
    [0.1, 8],
    [0.9, 50],
    [0.1, 30],
  ]);
  expect(events.map((e) => e.kind)).toEqual(['speech-start', 'segment', 'speech-end', 'segment']);
  expect(segments(events).map(({ from, to }) => [from / FRAME, to / FRAME])).toEqual([
    [0, 220],
    [220, 278],
  ]);
});

test('an answer without any silence is cut where the voice was least certain, never later than after 15 s', () => {
  const events = run([
    [0.9, 300],
    [0.6, 1],
    [0.9, 700],
    [0.01, 30],
  ]);
  const cut = segments(events);
  expect(cut[0]).toMatchObject({ from: 0, to: 300 * FRAME });
  expect(cut.every(({ from, to }) => samplesToMs(to - from) <= 15_032)).toBe(true);
  expect(cut.slice(1).map(({ from }) => from)).toEqual(cut.slice(0, -1).map(({ to }) => to));
  expect(cut.at(-1)?.to).toBe(1001 * FRAME);
});

test('what is open at the end is told, a click is not', () => {
  const speaking = new Segmentation();
  run([[0.9, 30]], speaking);
  expect(speaking.flush(30 * FRAME).map((e) => e.kind)).toEqual(['speech-end', 'segment']);
  expect(speaking.flush(30 * FRAME)).toEqual([]);
  const click = new Segmentation();
  run([[0.9, 3]], click);
  expect(click.flush(3 * FRAME)).toEqual([]);
});

test('it goes on from its snapshot', () => {
  const parts: [number, number][] = [
    [0.9, 220],
    [0.1, 4],
  ];
  const rest: [number, number][] = [
    [0.1, 6],
    [0.9, 20],
    [0.1, 30],
  ];
  const whole = run([...parts, ...rest]);
  const first = new Segmentation();
  const before = run(parts, first);
  const second = new Segmentation(undefined, JSON.parse(JSON.stringify(first.snapshot())));
  expect([...before, ...run(rest, second, 224 * FRAME)]).toEqual(whole);
});
