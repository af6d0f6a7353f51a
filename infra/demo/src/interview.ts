/**
 * What happens in the demo interview and when: sound, pictures, questions and tab switches on one time axis.
 * Changing the interview means changing this file (and `expectations.ts`, which says what must come of it).
 *
 * All `…Ms` are milliseconds from the moment the first medium is captured.
 */
import { readFile } from 'node:fs/promises';
import { pcmBytes, pcmMilliseconds, readWav, splitMjpeg } from './media-files.js';

/** Something that happens once, beside the sound and the pictures. */
export type Cue =
  | { kind: 'question'; atMs: number; text: string }
  | { kind: 'tab-visibility'; atMs: number; visible: boolean };

export interface Interview {
  durationMs: number;
  /** Both microphones are open all the time; PCM s16le mono 16 kHz, `durationMs` long. */
  candidateAudio: Buffer;
  interviewerAudio: Buffer;
  /** Length of one audio message. */
  chunkMs: number;
  /** The candidate's pictures in order, one each `frameMs`. */
  frames: Buffer[];
  frameMs: number;
  cues: Cue[];
}

const QUESTIONS = {
  latency:
    'Tell me about a problem with high latency in a service of yours. What did you find, and how did the response time change?',
  team: 'Which team did you work with most recently, and what did you build there?',
  years: 'How many years of experience do you have in all?',
} as const;

/**
 * The camera's pictures in the order of the interview: seconds of `candidate_cam.mjpeg`, whose timeline stands in
 * `media/SOURCES.md`. What is short there (nobody, another person, dark, out of focus) is shown twice, so that a
 * machine with too little CPU, which leaves pictures out, still sees it.
 */
const CAMERA_CUTS = [
  { from: 0, to: 17 },
  { from: 15, to: 17 },
  { from: 17, to: 20 },
  { from: 17, to: 20 },
  { from: 20, to: 21.6 },
  { from: 20, to: 21.6 },
  { from: 21.6, to: 23 },
  { from: 21.6, to: 23 },
  { from: 23, to: 26 },
] as const;
/** Played again and again for as long as the sound lasts. */
const CAMERA_LOOP = { from: 0, to: 12 } as const;
const FRAME_MS = 200;

/** Where the sample resume lies. */
export const RESUME = { url: media('resume.pdf'), fileName: 'resume.pdf', mimeType: 'application/pdf' } as const;

function media(name: string): URL {
  return new URL(`../media/${name}`, import.meta.url);
}

/** Lays the media on the time axis. */
export async function loadInterview(): Promise<Interview> {
  const [questionLatency, answerLatency, questionTeam, answerTeam, questionYears, answerYears, prompting, camera] =
    await Promise.all([
      readFile(media('question_latency.wav')).then(readWav),
      readFile(media('answer_latency.wav')).then(readWav),
      readFile(media('question_team.wav')).then(readWav),
      readFile(media('answer_team.wav')).then(readWav),
      readFile(media('question_years.wav')).then(readWav),
      readFile(media('answer_years.wav')).then(readWav),
      readFile(media('prompting_voice.wav')).then(readWav),
      readFile(media('candidate_cam.mjpeg')).then(splitMjpeg),
    ]);
  const axis = new Axis(500);
  const q1 = axis.place(questionLatency);
  const a1 = axis.place(answerLatency);
  axis.pause(800);
  const q2 = axis.place(questionTeam);
  axis.pause(1200);
  const a2 = axis.place(answerTeam);
  axis.pause(1000);
  const q3 = axis.place(questionYears);
  axis.pause(1000);
  const a3 = axis.place(answerYears);
  axis.pause(1000);
  // Somebody else in the candidate's room, quieter and with a voice of their own.
  const other = axis.place(prompting);
  // Long enough for the last segment's end to be heard as silence.
  axis.pause(3000);

  const durationMs = Math.ceil(axis.nowMs / 1000) * 1000;
  return {
    durationMs,
    candidateAudio: track(durationMs, [a1, a2, a3, other]),
    interviewerAudio: track(durationMs, [q1, q2, q3]),
    chunkMs: 250,
    frames: cameraTrack(durationMs / FRAME_MS, camera),
    frameMs: FRAME_MS,
    cues: [
      { kind: 'question', atMs: q1.endMs, text: QUESTIONS.latency },
      { kind: 'tab-visibility', atMs: 18_500, visible: false },
      { kind: 'tab-visibility', atMs: 22_000, visible: true },
      { kind: 'question', atMs: q2.endMs, text: QUESTIONS.team },
      { kind: 'question', atMs: q3.endMs, text: QUESTIONS.years },
    ],
  };
}

interface Clip {
  startMs: number;
  endMs: number;
  pcm: Buffer;
}

/** Puts one clip behind the other. */
class Axis {
  constructor(public nowMs: number) {}

  place(pcm: Buffer): Clip {
    const startMs = this.nowMs;
    this.nowMs += pcmMilliseconds(pcm.length);
    return { startMs, endMs: this.nowMs, pcm };
  }

  pause(ms: number): void {
    this.nowMs += ms;
  }
}

/** A microphone's sound: the clips, and silence between them. */
function track(durationMs: number, clips: Clip[]): Buffer {
  const pcm = Buffer.alloc(pcmBytes(durationMs));
  for (const clip of clips) clip.pcm.copy(pcm, pcmBytes(clip.startMs));
  return pcm;
}

/** `count` pictures: the cuts, then the loop. */
function cameraTrack(count: number, camera: readonly Buffer[]): Buffer[] {
  const cut = ({ from, to }: { from: number; to: number }) =>
    camera.slice((from * 1000) / FRAME_MS, (to * 1000) / FRAME_MS);
  const pictures = CAMERA_CUTS.flatMap(cut);
  while (pictures.length < count) pictures.push(...cut(CAMERA_LOOP));
  return pictures.slice(0, count);
}
