/** Where things are: the checkout, its data, and what is kept for every checkout of this user. */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the root package.json; the same from `src/` and `dist/`. */
export const CHECKOUT = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** A built entry of this workspace, also when this module is loaded from `src/` by a test. */
export const localEntry = (file: string): string => join(CHECKOUT, 'infra/local/dist', file);

/** The absolute data folder; a relative `DATA_DIR` counts from the checkout. */
export const dataFolder = (env: NodeJS.ProcessEnv): string => resolve(CHECKOUT, env['DATA_DIR'] || '.data');

/**
 * The folder for downloads that outlive a checkout: the user's cache, or, for users without a home that can be
 * written, `cache` in the data folder.
 */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const wanted = join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'ai-interview-assistant');
  try {
    mkdirSync(wanted, { recursive: true });
    accessSync(wanted, constants.W_OK);
    return wanted;
  } catch {
    // No such home, or not ours: services often run under users like that.
    const fallback = join(dataFolder(env), 'cache');
    mkdirSync(fallback, { recursive: true });
    return fallback;
  }
}
