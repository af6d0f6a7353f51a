/**
 * One interview of a load: a round of its own, both people connected over the gateway's Socket.IO edge, and the
 * interviewer's page with all its feeds. Media leave at their times whether or not the earlier ones were answered (an
 * open loop), as from a camera and a microphone, so that a slow product cannot slow its load.
 */
import { systemClock } from '@interview/demo/clock';
import { type FeedEvent, FeedLog } from '@interview/demo/feed-log';
import { followRound } from '@interview/demo/interviewer-feeds';
import { type MediaEvent, type MediaMessages, MediaRefused, Participant } from '@interview/demo/participant';
import { patiently } from '@interview/demo/patience';
import { createInterviewClient, type InterviewClient } from '@interview/sdk/client';
import { MarkQuestionDocument } from '@interview/sdk/generated/graphql';
import { completeRound, type RoundInProgress, roundInProgress } from '../round-in-progress.js';
import type { OwnStack } from '../stack.js';
import { type CandidateScript, happeningsBetween, visibilityFrom } from './candidate-script.js';

/** As the product's page cuts sound, in bytes of 16-bit mono at 16 kHz. */
const CHUNK_MS = 200;
const BYTES_PER_MS = 32;
/** News of a round reach the gateway's media intake a moment after the round's own change. */
const TAKEN_LIMIT_MS = 10_000;
const TAKEN_RETRY_MS = 50;

export interface InterviewOptions {
  stack: OwnStack;
  script: CandidateScript;
  /** Where in the script this candidate begins, 0–1: candidates are not in step. */
  phase: number;
  picturesPerSecond: number;
  onEvent: (event: FeedEvent) => void;
}

/** What was sent, and what became of it. */
export interface SentMedia {
  pictures: number;
  chunks: number;
  /** Sent and not acknowledged when the interview ended. */
  unanswered: number;
  /** How late each medium left this process, ms: the load generator's own delay. */
  lateMs: number[];
}

/** What must have become an alert, in epoch ms. */
export interface Expected {
  kind: string;
  fromMs: number;
  toMs: number;
}

export class SimulatedInterview {
  readonly sent: SentMedia = { pictures: 0, chunks: 0, unanswered: 0, lateMs: [] };
  readonly #stop = new AbortController();
  #startMs = 0;

  private constructor(
    readonly round: RoundInProgress,
    private readonly options: InterviewOptions,
    private readonly client: InterviewClient,
    private readonly feeds: Promise<void>,
    private readonly people: { candidate: Participant; interviewer: Participant },
    private readonly feedsStop: AbortController,
  ) {}

  /** Creates the round, brings both people in and opens the feeds; resolves when media are taken. */
  static async open(options: InterviewOptions): Promise<SimulatedInterview> {
    const { stack, onEvent } = options;
    const round = await roundInProgress(stack);
    const gatewayUrl = new URL(stack.graphUrl).origin;
    const client = createInterviewClient({ url: stack.graphUrl, token: round.interviewerToken });
    const feedsStop = new AbortController();
    const feeds = followRound(client, round.id, new FeedLog(systemClock, onEvent), feedsStop.signal);
    feeds.catch(() => 'told to whoever plays the interview');
    const join = (token: string) => Participant.join({ gatewayUrl, token, roundId: round.id, clock: systemClock });
    try {
      const candidate = await join(round.candidateToken);
      const interviewer = await join(round.interviewerToken);
      await untilTaken(candidate);
      return new SimulatedInterview(round, options, client, feeds, { candidate, interviewer }, feedsStop);
    } catch (error) {
      feedsStop.abort();
      await client.close();
      throw error;
    }
  }

  /** Sends until `stop`. @throws MediaRefused, or what ended a feed. */
  async play(): Promise<void> {
    this.#startMs = Date.now();
    const { signal } = this.#stop;
    const tracks = [this.#pictures(), this.#sound('CANDIDATE'), this.#sound('INTERVIEWER'), this.#tab()];
    tracks.push(this.#questions());
    try {
      await Promise.race([Promise.all(tracks), this.feeds]);
    } catch (error) {
      if (signal.reason instanceof MediaRefused) throw signal.reason;
      if (!signal.aborted) throw error;
    } finally {
      this.#stop.abort();
      await Promise.allSettled(tracks);
    }
  }

  /** Ends the sending; what is on its way arrives. */
  stop(): void {
    this.#stop.abort();
  }

  /** Completes the round, so that the workers finish it, and closes every connection. */
  async end(): Promise<void> {
    this.stop();
    await completeRound(this.options.stack, this.round);
  }

  async close(): Promise<void> {
    this.stop();
    this.feedsStop.abort();
    const { candidate, interviewer } = this.people;
    await Promise.allSettled([this.feeds, candidate.leave(), interviewer.leave()]);
    await this.client.close();
  }

  /** What must have been told of what the candidate showed between two moments, in epoch ms. */
  expectedBetween(fromMs: number, toMs: number): Expected[] {
    const shift = this.#startMs - this.#offsetMs;
    return happeningsBetween(Math.max(fromMs, this.#startMs) - shift, toMs - shift).map((happening) => ({
      kind: happening.kind,
      fromMs: happening.fromMs + shift,
      toMs: happening.toMs + shift,
    }));
  }

  /** Where on the script's axis the interview begins: a whole number of chunks. */
  get #offsetMs(): number {
    const { phase, script } = this.options;
    return Math.floor((phase * script.sound.durationMs) / CHUNK_MS) * CHUNK_MS;
  }

  async #pictures(): Promise<void> {
    const { script, picturesPerSecond, phase } = this.options;
    const everyMs = 1000 / picturesPerSecond;
    // Digits of the phase that the script's own axis does not show: cameras are not in step either.
    const firstMs = this.#startMs + ((phase * 1000) % 1) * everyMs;
    for (let n = 0; ; n++) {
      const dueMs = firstMs + n * everyMs;
      await systemClock.until(dueMs, this.#stop.signal);
      const timestamp = Date.now();
      const frame = script.pictureAt(this.#offsetMs + timestamp - this.#startMs);
      this.sent.pictures += 1;
      this.#send('candidate', 'video-frame', { frame, timestamp }, dueMs);
    }
  }

  async #sound(speaker: 'CANDIDATE' | 'INTERVIEWER'): Promise<void> {
    const { sound } = this.options.script;
    const pcm = speaker === 'CANDIDATE' ? sound.candidateAudio : sound.interviewerAudio;
    const person = speaker === 'CANDIDATE' ? 'candidate' : 'interviewer';
    for (let n = 0; ; n++) {
      const timestamp = this.#startMs + n * CHUNK_MS;
      const dueMs = timestamp + CHUNK_MS;
      await systemClock.until(dueMs, this.#stop.signal);
      const from = ((this.#offsetMs + n * CHUNK_MS) % sound.durationMs) * BYTES_PER_MS;
      const chunk = pcm.subarray(from, from + CHUNK_MS * BYTES_PER_MS);
      this.sent.chunks += 1;
      this.#send(person, 'audio-chunk', { chunk, timestamp }, dueMs);
    }
  }

  async #tab(): Promise<void> {
    for (const { atMs, visible } of visibilityFrom(this.#offsetMs)) {
      const dueMs = this.#startMs + atMs - this.#offsetMs;
      await systemClock.until(dueMs, this.#stop.signal);
      this.#send('candidate', 'tab-visibility', { visible, timestamp: Date.now() }, dueMs);
    }
  }

  async #questions(): Promise<void> {
    const { cues, durationMs } = this.options.script.sound;
    for (let turn = 0; ; turn++) {
      for (const cue of cues) {
        const atMs = turn * durationMs + cue.atMs;
        if (cue.kind !== 'question' || atMs < this.#offsetMs) continue;
        const askedAtMs = Math.round(this.#startMs + atMs - this.#offsetMs);
        await systemClock.until(askedAtMs, this.#stop.signal);
        const askedAt = new Date(askedAtMs).toISOString();
        const question = { roundId: this.round.id, text: cue.text, askedAt };
        await patiently(systemClock, () => this.client.mutate(MarkQuestionDocument, question));
      }
    }
  }

  /** Not awaited: see above. A refusal ends the interview with its reason. */
  #send<E extends MediaEvent>(
    person: 'candidate' | 'interviewer',
    event: E,
    message: MediaMessages[E],
    dueMs: number,
  ): void {
    const { sent } = this;
    sent.lateMs.push(Date.now() - dueMs);
    sent.unanswered += 1;
    this.people[person].send(event, message).then(
      () => {
        sent.unanswered -= 1;
      },
      // Left while it was on its way: it stays among the unanswered.
      (error: unknown) => {
        if (error instanceof MediaRefused) this.#stop.abort(error);
      },
    );
  }
}

async function untilTaken(candidate: Participant): Promise<void> {
  const giveUpAtMs = Date.now() + TAKEN_LIMIT_MS;
  for (;;) {
    try {
      await candidate.send('tab-visibility', { visible: true, timestamp: Date.now() });
      return;
    } catch (error) {
      const early = error instanceof MediaRefused && error.code === 'ACCESS_DENIED';
      if (!early || Date.now() > giveUpAtMs) throw error;
      await systemClock.until(Date.now() + TAKEN_RETRY_MS);
    }
  }
}
