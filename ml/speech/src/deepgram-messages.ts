/**
 * Deepgram's streaming protocol, as far as it is used here: what is asked for, what is sent, what comes back.
 * Audio goes as binary frames of PCM, everything else as JSON text. Times are seconds from a connection's first sample.
 */
import { z } from 'zod';
import { SAMPLE_RATE } from './pcm.js';

/** Where to listen, below the base address. */
export const LISTEN_PATH = '/v1/listen';

export const LISTEN_QUERY = {
  model: 'nova-3',
  encoding: 'linear16',
  sample_rate: String(SAMPLE_RATE),
  channels: '1',
  interim_results: 'true',
  endpointing: '300',
  utterance_end_ms: '1000',
  vad_events: 'true',
  smart_format: 'true',
  // Returned as words: hesitations are measured from them.
  filler_words: 'true',
  // The audio is not to be used for training.
  mip_opt_out: 'true',
} as const;

/** Within 10 s without audio or one of these the server closes with NET-0001. */
export const KEEP_ALIVE = '{"type":"KeepAlive"}';
/** What was heard so far is to be answered as final. The answer has `from_finalize`, where anything was left. */
export const FINALIZE = '{"type":"Finalize"}';
/** No more audio comes: the server answers what is left, and closes. */
export const CLOSE_STREAM = '{"type":"CloseStream"}';

const Word = z.object({
  word: z.string(),
  start: z.number(),
  end: z.number(),
  confidence: z.number().min(0).max(1),
  punctuated_word: z.string().optional(),
});

/** What was understood of a stretch of audio. An interim one is replaced by the next, until a final one. */
export const Results = z.object({
  type: z.literal('Results'),
  start: z.number(),
  duration: z.number(),
  is_final: z.boolean(),
  speech_final: z.boolean().default(false),
  from_finalize: z.boolean().default(false),
  channel: z.object({
    alternatives: z.array(z.object({ transcript: z.string(), confidence: z.number(), words: z.array(Word) })).min(1),
  }),
});
export type Results = z.infer<typeof Results>;

const Other = z.object({ type: z.string(), description: z.string().optional() });

/**
 * The results in a message; null for messages that tell nothing that is used here (`Metadata`, `SpeechStarted`,
 * `UtteranceEnd`, and what may be added to the protocol).
 * @throws Error for what is no message of the protocol, and for the server's own `Error`.
 */
export function readMessage(text: string): Results | null {
  const message = parse(text);
  const { type, description } = Other.parse(message);
  if (type === 'Error') throw new Error(`the server reports an error: ${description ?? 'without description'}`);
  return type === 'Results' ? Results.parse(message) : null;
}

/** The parser's own error quotes what it read, which are words of people: they are nothing for a log. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`not JSON (${text.length} characters)`);
  }
}
