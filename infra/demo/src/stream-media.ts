/**
 * Plays the interview's media in real time, as the two browsers would: each message is sent once its last
 * sample or its picture has been captured, and carries when its first one was. Each track waits for its own
 * acknowledgements, so its order holds through every fault, and tracks do not hold each other up.
 */
import type { Clock } from './clock.js';
import type { Interview } from './interview.js';
import { pcmBytes } from './media-files.js';
import type { MediaEvent, MediaMessages, Participant } from './participant.js';

/** A medium that the gateway has taken. */
export interface Acknowledged {
  event: MediaEvent;
  speaker: 'CANDIDATE' | 'INTERVIEWER';
  capturedAtMs: number;
  acknowledgedAtMs: number;
}

export interface StreamMediaOptions {
  interview: Interview;
  candidate: Pick<Participant, 'send'>;
  interviewer: Pick<Participant, 'send'>;
  /** Epoch ms at which capturing began. */
  startMs: number;
  clock: Clock;
  /** The interviewer marks a question as put. */
  markQuestion(text: string, askedAtMs: number): Promise<void>;
  signal: AbortSignal;
}

/** Resolves with everything acknowledged once the whole interview has been; when one track fails, all end. */
export async function streamMedia(options: StreamMediaOptions): Promise<Acknowledged[]> {
  const { interview, clock, startMs } = options;
  const failure = new AbortController();
  const signal = AbortSignal.any([options.signal, failure.signal]);
  const log: Acknowledged[] = [];

  const send = async <E extends MediaEvent>(
    speaker: Acknowledged['speaker'],
    event: E,
    message: MediaMessages[E],
  ): Promise<void> => {
    signal.throwIfAborted();
    const sender = speaker === 'CANDIDATE' ? options.candidate : options.interviewer;
    const acknowledgedAtMs = await sender.send(event, message);
    log.push({ event, speaker, capturedAtMs: message.timestamp, acknowledgedAtMs });
  };

  const audio = async (speaker: Acknowledged['speaker'], pcm: Buffer): Promise<void> => {
    const size = pcmBytes(interview.chunkMs);
    for (let offset = 0, atMs = startMs; offset < pcm.length; offset += size, atMs += interview.chunkMs) {
      await clock.until(atMs + interview.chunkMs, signal);
      await send(speaker, 'audio-chunk', { chunk: pcm.subarray(offset, offset + size), timestamp: atMs });
    }
  };

  const video = async (): Promise<void> => {
    let atMs = startMs;
    for (const frame of interview.frames) {
      await clock.until(atMs, signal);
      await send('CANDIDATE', 'video-frame', { frame, timestamp: atMs });
      atMs += interview.frameMs;
    }
  };

  const cues = async (): Promise<void> => {
    for (const cue of interview.cues) {
      const timestamp = Math.round(startMs + cue.atMs);
      await clock.until(timestamp, signal);
      if (cue.kind === 'question') await options.markQuestion(cue.text, timestamp);
      else await send('CANDIDATE', 'tab-visibility', { visible: cue.visible, timestamp });
    }
  };

  const tracks = [
    audio('CANDIDATE', interview.candidateAudio),
    audio('INTERVIEWER', interview.interviewerAudio),
    video(),
    cues(),
  ];
  try {
    await Promise.all(tracks);
  } finally {
    failure.abort();
    await Promise.allSettled(tracks);
  }
  return log;
}
