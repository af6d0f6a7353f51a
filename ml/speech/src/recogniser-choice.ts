/**
 * Which recognisers transcribe, the best first: those that are configured, and pocketsphinx, which needs no account.
 * `STT_PROVIDER` names the one to begin with; those behind it stand in when it fails, those before it are never asked,
 * so that naming a local one keeps the audio here.
 *
 * | setting             | meaning                                                                        |
 * | ------------------- | ------------------------------------------------------------------------------ |
 * | `STT_PROVIDER`      | `deepgram`, `whisper`, `pocketsphinx` or `none`; by default the best there is  |
 * | `DEEPGRAM_API_KEY`  | makes Deepgram available                                                       |
 * | `DEEPGRAM_URL`      | its base address, by default `wss://api.deepgram.com`                          |
 * | `WHISPER_MODEL_DIR` | folder of a model for sherpa-onnx: makes Whisper available                     |
 * | `POCKETSPHINX_THREADS` | threads in which pocketsphinx decodes at most                               |
 *
 * pocketsphinx' others are in `pocketsphinx-files.ts`.
 */
import { availableParallelism } from 'node:os';
import { SettingsError } from '@interview/runtime/settings';
import { z } from 'zod';
import { DecoderPool } from './decoder-pool.js';
import { DeepgramRecogniser } from './deepgram.recogniser.js';
import { PocketsphinxRecogniser } from './pocketsphinx.recogniser.js';
import { findPocketsphinx, type PocketsphinxSettings } from './pocketsphinx-files.js';
import type { Recogniser } from './recogniser.js';
import { WhisperRecogniser } from './whisper.recogniser.js';

/** The best first. */
const PROVIDERS = ['deepgram', 'whisper', 'pocketsphinx'] as const;

/** What a header can carry. */
const KEY = /^[\x21-\x7e]+$/;
/** Where audio goes without TLS it does not leave the machine. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Threads of pocketsphinx where nothing is set: each takes 170 MB, and one carries three to five who speak at once. */
const THREADS_BY_DEFAULT = 2;
const Threads = z.coerce.number().int().min(1).max(16);

const address = z
  .url({ protocol: /^wss?$/ })
  .transform((text) => new URL(text))
  .refine(({ protocol, hostname }) => protocol === 'wss:' || LOOPBACK.test(hostname))
  .refine(({ href }) => !href.includes('#') && !href.includes('?'));

export interface RecogniserSettings extends PocketsphinxSettings {
  STT_PROVIDER?: string | undefined;
  DEEPGRAM_API_KEY?: string | undefined;
  DEEPGRAM_URL?: string | undefined;
  WHISPER_MODEL_DIR?: string | undefined;
  POCKETSPHINX_THREADS?: string | undefined;
}

/** No recogniser, and why: everything but the transcript is still measured. */
export interface NoRecogniser {
  missing: string;
}

/**
 * The recognisers to ask, in this order; or why there is none.
 * @throws SettingsError for settings that are wrong or contradict each other.
 */
export function chooseRecognisers(env: RecogniserSettings): Recogniser[] | NoRecogniser {
  const wanted = env.STT_PROVIDER || undefined;
  const first = PROVIDERS.findIndex((provider) => provider === (wanted ?? PROVIDERS[0]));
  if (wanted === 'none') return { missing: 'STT_PROVIDER is none' };
  if (first < 0) throw new SettingsError(`Wrong settings: STT_PROVIDER must be one of ${PROVIDERS.join(', ')}, none.`);
  const available = [deepgram(env), whisper(env), pocketsphinx(env)].slice(first);
  const [named] = available;
  if (wanted && wanted !== 'pocketsphinx' && typeof named === 'string') {
    throw new SettingsError(`Wrong settings: STT_PROVIDER is ${wanted}, but ${named}.`);
  }
  const recognisers = available.filter((one) => typeof one !== 'string');
  const missing = available.filter((one) => typeof one === 'string');
  return recognisers.length > 0 ? recognisers : { missing: missing.join('; ') };
}

function deepgram(env: RecogniserSettings): Recogniser | string {
  const key = env.DEEPGRAM_API_KEY?.trim();
  if (!key) return 'DEEPGRAM_API_KEY is not set';
  if (!KEY.test(key)) {
    throw new SettingsError(
      'Wrong settings: DEEPGRAM_API_KEY must consist of printable ASCII characters, without spaces.',
    );
  }
  const url = env.DEEPGRAM_URL || 'wss://api.deepgram.com';
  if (!address.safeParse(url).success) {
    throw new SettingsError(
      'Wrong settings: DEEPGRAM_URL must be a wss:// address (on this machine also ws://), without query and fragment.',
    );
  }
  return new DeepgramRecogniser({ key, url });
}

function whisper(env: RecogniserSettings): Recogniser | string {
  // A folder that is not as it should be is told when it is loaded, and to every round: see `whisper-files.ts`.
  return env.WHISPER_MODEL_DIR ? new WhisperRecogniser(env.WHISPER_MODEL_DIR) : 'WHISPER_MODEL_DIR is not set';
}

function pocketsphinx(env: RecogniserSettings): Recogniser | string {
  const threads = Threads.safeParse(env.POCKETSPHINX_THREADS || Math.min(THREADS_BY_DEFAULT, availableParallelism()));
  if (!threads.success)
    throw new SettingsError('Wrong settings: POCKETSPHINX_THREADS must be a whole number from 1 to 16.');
  const files = findPocketsphinx(env);
  return typeof files === 'string' ? files : new DecoderPool(() => new PocketsphinxRecogniser(files), threads.data);
}
