/** The recognisers that this machine has, each by itself: those that are configured, and pocketsphinx as `npm test` finds it. */
import { CHECKOUT, cacheFolder } from '@interview/local/checkout';
import { preparePocketsphinx } from '@interview/local/pocketsphinx';
import type { Recogniser } from '@interview/speech/recogniser';
import { chooseRecognisers } from '@interview/speech/recogniser-choice';

/** @returns started recognisers; whoever asks stops them. Those that cannot start are named in `missing`. */
export async function availableRecognisers(
  env: NodeJS.ProcessEnv,
  report: (line: string) => void,
): Promise<{ recognisers: Recogniser[]; missing: string[] }> {
  const found = await preparePocketsphinx({ cache: cacheFolder(env), report, signal: new AbortController().signal });
  const chosen = chooseRecognisers({ ...env, ...found, STT_PROVIDER: undefined });
  if ('missing' in chosen) return { recognisers: [], missing: [chosen.missing] };
  const recognisers: Recogniser[] = [];
  const missing: string[] = [];
  for (const recogniser of chosen) {
    try {
      await recogniser.start();
      recognisers.push(recogniser);
    } catch (error) {
      missing.push(
        `${recogniser.name}: ${error instanceof Error ? error.message.replaceAll(CHECKOUT, '.') : 'failed'}`,
      );
    }
  }
  return { recognisers, missing };
}
