/**
 * The port to speech recognition. What an adapter promises, and `recogniser.suite.fixtures.ts` checks of each:
 *
 * - `start` resolves when it can transcribe, and rejects with a `RecogniserFailure` when it cannot.
 * - A line is one speaker of one round. Its segments are told apart by their listeners; one may begin while the
 *   one before is still being transcribed. Nothing of one is kept for the next.
 * - A recogniser that can listen while a person speaks tells what it has understood so far (`onInterim`, each
 *   time the whole text of the segment). One that cannot collects the audio and decodes it at the end, since such
 *   decoders lose most of their accuracy when they are asked for partial text.
 * - `end` resolves or rejects in bounded time and never blocks the event loop. It rejects with
 *   `RecogniserBusyError` when more audio waits than is worked off in reasonable time, so nothing queues without
 *   bound. A rejection concerns that segment alone; the next may succeed.
 * - `hear` and `cancel` do not throw: what fails is told by `end`.
 * - After `cancel` nothing is told, and the audio is forgotten as soon as the adapter can.
 * - Words have no markup: no silence marks, no punctuation, no numbers of pronunciations. Fillers ("um") are words
 *   like others, where the recogniser returns them. What it does not tell of a word is null, never made up.
 * - `stop` ends everything that it started; what still waits is rejected.
 */
export interface RecognisedWord {
  text: string;
  /** Milliseconds from the segment's first sample; null where the recogniser does not tell. */
  startMs: number | null;
  endMs: number | null;
  /** How sure the recogniser is of the word, 0–1; null where it does not tell. */
  confidence: number | null;
}

export interface Transcript {
  /** For people to read, with punctuation where the recogniser sets it; empty when no words were heard. */
  text: string;
  words: RecognisedWord[];
  /** Whose words they are, e.g. `pocketsphinx`. */
  recogniser: string;
}

/** What was understood so far of a segment that goes on. */
export interface InterimText {
  text: string;
  confidence: number | null;
}

export interface SegmentListener {
  /** The segment's next samples: PCM, 16 kHz, mono. They stay as they are. */
  hear(samples: Int16Array): void;
  /**
   * The segment is over: it is the first `samples` of what was heard. Called once.
   * @throws RecogniserBusyError @throws RecogniserFailure
   */
  end(samples: number): Promise<Transcript>;
  cancel(): void;
}

export interface RecogniserLine {
  listen(onInterim: (interim: InterimText) => void): SegmentListener;
  /** The speaker says nothing more: what is still open is cancelled. */
  close(): void;
}

/** How those that transcribe are doing, as people are told. */
export interface RecogniserHealth {
  /** Who transcribes now; null when all fail. */
  transcribing: string | null;
  /** Who should, and does not, each with its reason: "deepgram", "could not be reached". */
  failing: readonly { recogniser: string; reason: string }[];
}

export interface Recogniser {
  /** Shown to people as where the words come from, e.g. `pocketsphinx`. */
  readonly name: string;
  readonly health?: RecogniserHealth;
  start(): Promise<void>;
  openLine(): RecogniserLine;
  stop(): Promise<void>;
}

/** A recogniser that fails. `message` is for the log, `reason` for people: it names no address and no secret. */
export class RecogniserFailure extends Error {
  override readonly name = 'RecogniserFailure';

  /** @param reason Completes "<recogniser> …": "could not be reached". */
  constructor(
    message: string,
    readonly reason: string,
  ) {
    super(message);
  }
}

/** Too much audio waits already; this segment will not be transcribed. */
export class RecogniserBusyError extends Error {
  override readonly name = 'RecogniserBusyError';
}

/** What a person is told of an error: completes "<recogniser> …". */
export function reasonFor(error: unknown): string {
  if (error instanceof RecogniserFailure) return error.reason;
  return error instanceof RecogniserBusyError ? 'has more to transcribe than it works off' : 'failed';
}

/** Mean confidence of the words whose confidence is known; null when none is. */
export function meanConfidence(words: readonly RecognisedWord[]): number | null {
  const known = words.flatMap(({ confidence }) => (confidence === null ? [] : [confidence]));
  return known.length === 0 ? null : known.reduce((sum, confidence) => sum + confidence, 0) / known.length;
}
