/**
 * One speaker's line to Deepgram: a connection that is opened with the first speech and kept until the line closes.
 * Segments are sent one after the other, each ended with `Finalize`. A connection that drops is replaced, and the
 * segments that are not answered yet are sent again, each from its beginning.
 */
import { DeepgramConnection, type DeepgramSettings } from './deepgram.connection.js';
import { DeepgramSegment } from './deepgram.segment.js';
import type { Results } from './deepgram-messages.js';
import { SAMPLE_RATE } from './pcm.js';
import { type InterimText, RecogniserFailure, type RecogniserLine, type SegmentListener } from './recogniser.js';

/** How often a connection is replaced, and how long after it was lost, until a segment is answered or given up. */
const RECONNECT_AFTER_MS = [0, 500];

export class DeepgramLine implements RecogniserLine {
  readonly #name: string;
  readonly #settings: DeepgramSettings;
  #connection: DeepgramConnection | undefined;
  /** Those that are not answered, in the order in which they were begun. */
  #segments: DeepgramSegment[] = [];
  #lostInARow = 0;
  #reconnect: NodeJS.Timeout | undefined;
  readonly #limits = new Map<DeepgramSegment, NodeJS.Timeout>();

  constructor(name: string, settings: DeepgramSettings) {
    this.#name = name;
    this.#settings = settings;
  }

  listen(onInterim: (interim: InterimText) => void): SegmentListener {
    const segment = new DeepgramSegment(onInterim);
    this.#segments.push(segment);
    return {
      hear: (samples) => {
        if (!this.#segments.includes(segment) || samples.length === 0) return;
        segment.parts.push(samples);
        this.#send();
      },
      end: (samples) => {
        if (!this.#segments.includes(segment)) return segment.settle.promise;
        segment.ended = samples;
        if (segment.parts.length === 0) this.#settle(segment);
        else {
          const limit = setTimeout(() => this.#timeUp(segment), this.#settings.answerWithinMs);
          this.#limits.set(segment, limit);
          this.#send();
          if (segment.isComplete(null)) this.#settle(segment);
        }
        return segment.settle.promise;
      },
      cancel: () => this.#cancel(segment),
    };
  }

  close(): void {
    for (const segment of [...this.#segments]) this.#cancel(segment);
    clearTimeout(this.#reconnect);
    this.#reconnect = undefined;
    this.#connection?.close();
    this.#connection = undefined;
  }

  /** Sends what was not sent yet. The audio of a segment waits until the one before has ended. */
  #send(): void {
    const unsent = this.#segments.some(({ parts }) => parts.length > 0);
    if (this.#reconnect || !unsent) return;
    const connection = this.#connection ?? this.#connect();
    if (!connection) return;
    for (const segment of this.#segments) {
      if (segment.parts.length > 0) segment.offset ??= connection.position;
      for (const part of segment.parts.slice(segment.sentParts)) {
        segment.sentParts++;
        segment.sentSamples += part.length;
        connection.send(part);
      }
      if (segment.ended === null) return;
      if (!segment.finalizing) connection.finalize();
      segment.finalizing = true;
    }
  }

  /** Nothing when there cannot be one: an address or a key that no request can be made of. The segments have failed then. */
  #connect(): DeepgramConnection | undefined {
    try {
      this.#connection = new DeepgramConnection(this.#settings, {
        results: (results) => this.#take(results),
        lost: (failure, again) => this.#lost(failure, again),
      });
    } catch (error) {
      const message = `Deepgram could not be asked: ${(error as Error).message}`;
      this.#fail(new RecogniserFailure(message, 'could not be asked'));
    }
    return this.#connection;
  }

  #take(results: Results): void {
    const answered = results.from_finalize ? (results.start + results.duration) * SAMPLE_RATE : null;
    for (const segment of [...this.#segments]) {
      segment.take(results);
      if (segment.isComplete(answered)) this.#settle(segment);
    }
  }

  #lost(failure: RecogniserFailure, again: boolean): void {
    this.#connection = undefined;
    for (const segment of this.#segments) segment.beginAnew();
    const afterMs = again ? RECONNECT_AFTER_MS[this.#lostInARow] : undefined;
    // Lost between two segments it is replaced by the next one.
    if (this.#segments.length === 0) return;
    if (afterMs === undefined) {
      this.#fail(failure);
      return;
    }
    this.#lostInARow++;
    this.#reconnect = setTimeout(() => {
      this.#reconnect = undefined;
      this.#send();
    }, afterMs);
  }

  /** The connection answers nothing, or too late: it is left, with all that waits on it. */
  #timeUp(segment: DeepgramSegment): void {
    if (segment.nearlyComplete) {
      this.#settle(segment);
      return;
    }
    const withinMs = this.#settings.answerWithinMs;
    this.#connection?.terminate();
    this.#connection = undefined;
    this.#fail(new RecogniserFailure(`Deepgram did not answer within ${withinMs} ms`, 'did not answer in time'));
  }

  #fail(failure: RecogniserFailure): void {
    this.#lostInARow = 0;
    clearTimeout(this.#reconnect);
    this.#reconnect = undefined;
    for (const segment of this.#segments.splice(0)) {
      clearTimeout(this.#limits.get(segment));
      this.#limits.delete(segment);
      segment.settle.reject(failure);
    }
  }

  #settle(segment: DeepgramSegment): void {
    this.#lostInARow = 0;
    this.#remove(segment);
    segment.settle.resolve(segment.transcript(this.#name));
  }

  #cancel(segment: DeepgramSegment): void {
    if (!this.#segments.includes(segment)) return;
    this.#remove(segment);
    segment.settle.reject(new Error('the segment was cancelled'));
    // What the service holds of it is not to run into the next one.
    if (segment.sentSamples > 0 && !segment.finalizing) this.#connection?.finalize();
    this.#send();
  }

  #remove(segment: DeepgramSegment): void {
    clearTimeout(this.#limits.get(segment));
    this.#limits.delete(segment);
    this.#segments = this.#segments.filter((other) => other !== segment);
  }
}
