/** @jest-environment ./jest-environment.mjs */

import { samplesToMs } from './pcm.js';
import { BEGIN_MS, recording } from './recordings.fixtures.js';
import { loadSileroVad, type VoiceModel } from './silero-vad.js';
import { type VoiceEvent, VoiceTrack } from './voice-track.js';

let model: VoiceModel;
beforeAll(async () => {
  model = await loadSileroVad();
});
afterAll(() => model.close());

/** Speech from 3.22 to 6.3 s. */
const answer = () => recording('hesitant_answer');
const GAP_MS = 5_000;

async function accept(track: VoiceTrack, samples: Int16Array, atMs: number): Promise<VoiceEvent[]> {
  const events: VoiceEvent[] = [];
  for (let at = 0; at < samples.length; at += 1_600) {
    events.push(...(await track.accept(samples.subarray(at, at + 1_600), atMs + samplesToMs(at))));
  }
  return events;
}
const starts = (events: VoiceEvent[]) => events.flatMap((event) => (event.kind === 'start' ? [event.atMs] : []));

test('speech that goes on behind missing audio begins with the first sample that was received', async () => {
  const track = new VoiceTrack(model);
  await accept(track, answer().subarray(0, 16_000), BEGIN_MS);
  const backMs = BEGIN_MS + 1_000 + GAP_MS;
  // In the middle of a word: the voice is there with the first frame.
  const events = await accept(track, answer().subarray(4 * 16_000, 6 * 16_000), backMs);
  const [started] = starts(events);
  expect(started).toBeGreaterThanOrEqual(backMs);
  expect(started).toBeLessThan(backMs + 100);
});

test('speech that breaks off is told as ended before what is missing, with the audio that was received', async () => {
  const track = new VoiceTrack(model);
  await accept(track, answer().subarray(0, 5 * 16_000), BEGIN_MS);
  const backMs = BEGIN_MS + 5_000 + GAP_MS;
  const events = await accept(track, answer().subarray(4 * 16_000, 6 * 16_000), backMs);
  expect(events.map(({ kind }) => kind)).toEqual(['missing', 'end', 'segment', 'start']);
  const [end] = events.flatMap((event) => (event.kind === 'end' ? [event.atMs] : []));
  expect(Math.abs((end ?? 0) - BEGIN_MS - 5_000)).toBeLessThan(200);
  expect(starts(events)[0]).toBeGreaterThanOrEqual(backMs);
});
