/** Which recogniser transcribes: `STT_PROVIDER`, or by default the best that is there. */
import { SettingsError } from '@interview/runtime/settings';
import { PocketsphinxRecogniser } from './pocketsphinx.recogniser.js';
import { findPocketsphinx, type PocketsphinxSettings } from './pocketsphinx-files.js';
import type { Recogniser } from './recogniser.js';

const PROVIDERS = ['pocketsphinx', 'none'] as const;

/** No recogniser, and why: everything but the transcript is still measured. */
export interface NoRecogniser {
  missing: string;
}

/** @throws SettingsError for an STT_PROVIDER that is none of those built in. */
export function chooseRecogniser(
  env: PocketsphinxSettings & { STT_PROVIDER?: string | undefined },
): Recogniser | NoRecogniser {
  const wanted = env.STT_PROVIDER || undefined;
  if (wanted && !PROVIDERS.some((provider) => provider === wanted)) {
    throw new SettingsError(`Wrong settings: STT_PROVIDER must be one of ${PROVIDERS.join(', ')}.`);
  }
  if (wanted === 'none') return { missing: 'STT_PROVIDER is none' };
  const files = findPocketsphinx(env);
  return typeof files === 'string' ? { missing: files } : new PocketsphinxRecogniser(files);
}
