/**
 * The speech recogniser that needs no account: Debian's libpocketsphinx3 with its model for US English. The speech
 * service finds it through the variables given here.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type DebianOptions, findLibrary, hasApt, install, isRoot, unpack } from './debian.js';

export interface Recogniser {
  POCKETSPHINX_LIBRARY: string;
  /** Holds the acoustic model `en-us/`, `en-us.lm.bin` and `cmudict-en-us.dict`. */
  POCKETSPHINX_MODEL_DIR: string;
  LD_LIBRARY_PATH?: string;
}

const PACKAGES = ['libpocketsphinx3', 'pocketsphinx-en-us'];
const LIBRARY = 'libpocketsphinx.so.3';
const MODEL = 'usr/share/pocketsphinx/model/en-us';

/** @returns undefined, after a line that says what to install, when this machine cannot have it. */
export async function preparePocketsphinx(options: DebianOptions): Promise<Recogniser | undefined> {
  const given = { library: process.env['POCKETSPHINX_LIBRARY'], model: process.env['POCKETSPHINX_MODEL_DIR'] };
  if (given.library && given.model) {
    return { POCKETSPHINX_LIBRARY: given.library, POCKETSPHINX_MODEL_DIR: given.model };
  }
  const installed = recogniserIn('/');
  if (installed) return installed;
  let reason = 'this system has no apt-get';
  if (hasApt()) {
    try {
      const { root, libraryPath } = await unpack(PACKAGES, options);
      const unpacked = recogniserIn(root);
      if (unpacked) return { ...unpacked, LD_LIBRARY_PATH: libraryPath };
    } catch (error) {
      options.signal?.throwIfAborted();
      reason = (error as Error).message;
    }
    if (isRoot()) {
      try {
        await install(PACKAGES, options);
        return recogniserIn('/');
      } catch (error) {
        options.signal?.throwIfAborted();
        reason = (error as Error).message;
      }
    }
  }
  options.report(`Speech is not transcribed: install ${PACKAGES.join(' and ')} (${reason}).`);
  return undefined;
}

function recogniserIn(root: string): Recogniser | undefined {
  const library = findLibrary(root, LIBRARY);
  const model = join(root, MODEL);
  return library && existsSync(join(model, 'en-us.lm.bin'))
    ? { POCKETSPHINX_LIBRARY: library, POCKETSPHINX_MODEL_DIR: model }
    : undefined;
}
