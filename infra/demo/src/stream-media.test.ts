import { describe, expect, it } from '@jest/globals';
import type { Clock } from './clock.js';
import type { Interview } from './interview.js';
import { pcmBytes } from './media-files.js';
import type { Participant } from './participant.js';
import { streamMedia } from './stream-media.js';

/** Time that passes only when everyone waits: each wait moves it on to the earliest that is waited for. */
class SteppedClock implements Clock {
  private nowMs: number;
  private readonly waits: { atMs: number; resolve: () => void }[] = [];

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  now(): number {
    return this.nowMs;
  }

  until(atMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (atMs <= this.nowMs) return Promise.resolve();
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      this.waits.push({ atMs, resolve });
      if (this.waits.length === 1) setImmediate(() => this.step());
    });
  }

  private step(): void {
    this.waits.sort((a, b) => a.atMs - b.atMs);
    const next = this.waits.shift();
    if (!next) return;
    this.nowMs = next.atMs;
    next.resolve();
    if (this.waits.length > 0) setImmediate(() => this.step());
  }
}

const START = 1_000_000;

function interview(): Interview {
  return {
    durationMs: 1000,
    candidateAudio: Buffer.alloc(pcmBytes(1000), 1),
    interviewerAudio: Buffer.alloc(pcmBytes(1000), 2),
    chunkMs: 250,
    frames: [1, 2, 3, 4, 5].map((n) => Buffer.from([n])),
    frameMs: 200,
    cues: [
      { kind: 'question', atMs: 300, text: 'Why?' },
      { kind: 'tab-visibility', atMs: 600, visible: false },
    ],
  };
}

function play(clock: Clock) {
  const questions: { text: string; askedAtMs: number; atMs: number }[] = [];
  const sent: { event: string; timestamp: number; atMs: number }[] = [];
  const sender: Pick<Participant, 'send'> = {
    send: async (event, message) => {
      sent.push({ event, timestamp: message.timestamp, atMs: clock.now() });
      return clock.now();
    },
  };
  const done = streamMedia({
    interview: interview(),
    candidate: sender,
    interviewer: sender,
    startMs: START,
    clock,
    signal: new AbortController().signal,
    markQuestion: async (text, askedAtMs) => void questions.push({ text, askedAtMs, atMs: clock.now() }),
  });
  return { done, sent, questions };
}

describe('streaming the interview', () => {
  it('sends a chunk of sound when its last sample is captured, stamped with its first', async () => {
    const { done, sent } = play(new SteppedClock(START));
    const log = await done;
    const chunks = sent.filter((m) => m.event === 'audio-chunk');
    expect(chunks).toHaveLength(8);
    expect(chunks.every((m) => m.atMs === m.timestamp + 250)).toBe(true);
    expect(log.filter((m) => m.speaker === 'INTERVIEWER').map((m) => m.capturedAtMs - START)).toEqual([
      0, 250, 500, 750,
    ]);
  });

  it('sends each picture at its time and in order', async () => {
    const { done, sent } = play(new SteppedClock(START));
    await done;
    const frames = sent.filter((m) => m.event === 'video-frame');
    expect(frames.map((m) => m.timestamp - START)).toEqual([0, 200, 400, 600, 800]);
    expect(frames.every((m) => m.atMs === m.timestamp)).toBe(true);
  });

  it('ends every track when one is refused', async () => {
    const clock = new SteppedClock(START);
    const refusal = new Error('refused');
    let sent = 0;
    const playing = streamMedia({
      interview: interview(),
      candidate: {
        send: async (event) => {
          sent += 1;
          if (event === 'video-frame') throw refusal;
          return clock.now();
        },
      },
      interviewer: { send: async () => clock.now() },
      startMs: START,
      clock,
      signal: new AbortController().signal,
      markQuestion: async () => undefined,
    });
    await expect(playing).rejects.toBe(refusal);
    expect(sent).toBe(1);
  });

  it('marks questions and hides the page when the interview says so', async () => {
    const { done, sent, questions } = play(new SteppedClock(START));
    await done;
    expect(questions).toEqual([{ text: 'Why?', askedAtMs: START + 300, atMs: START + 300 }]);
    expect(sent.find((m) => m.event === 'tab-visibility')).toMatchObject({ timestamp: START + 600, atMs: START + 600 });
  });
});
