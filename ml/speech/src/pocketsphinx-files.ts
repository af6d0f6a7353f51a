/**
 * Where pocketsphinx is: its library and its model for US English, as Debian's packages `libpocketsphinx3` and
 * `pocketsphinx-en-us` lay them out, installed or only unpacked.
 *
 * | setting                  | meaning                                                                          |
 * | ------------------------ | -------------------------------------------------------------------------------- |
 * | `POCKETSPHINX_LIBRARY`   | path of `libpocketsphinx.so.3`                                                   |
 * | `POCKETSPHINX_MODEL_DIR` | folder with `en-us/` (acoustic model), `en-us.lm.bin` and `cmudict-en-us.dict`;  |
 * |                          | Debian's is `/usr/share/pocketsphinx/model/en-us`                                |
 *
 * What the library needs is loaded from the folder it lies in, so `LD_LIBRARY_PATH` is not needed: see
 * `DEPENDENCIES`. What is not there is left to the system's linker.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Debian's names of the multiarch folders. */
const MULTIARCH: Record<string, string> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };
const LIBRARY = 'libpocketsphinx.so.3';
const BASE_LIBRARY = 'libsphinxbase.so.3';
/** In the order in which they need each other; BLAS and LAPACK have folders of their own in Debian. */
const DEPENDENCIES = ['libquadmath.so.0', 'libgfortran.so.5', 'blas/libblas.so.3', 'lapack/liblapack.so.3'];

export interface PocketsphinxFiles {
  library: string;
  /** libsphinxbase: a path, or only its name when the system's linker has to find it. */
  base: string;
  /** Paths to load first, in this order. */
  dependencies: string[];
  acousticModel: string;
  languageModel: string;
  dictionary: string;
}

export type PocketsphinxSettings = Partial<
  Record<'POCKETSPHINX_LIBRARY' | 'POCKETSPHINX_MODEL_DIR', string | undefined>
>;

/** The files, or a sentence that says what is missing. `exists` and `arch` are there for tests. */
export function findPocketsphinx(
  env: PocketsphinxSettings,
  exists: (path: string) => boolean = existsSync,
  arch: string = process.arch,
): PocketsphinxFiles | string {
  const folders = ['/usr/local/lib', `/usr/lib/${MULTIARCH[arch] ?? arch}`, '/usr/lib64', '/usr/lib'];
  const library = env.POCKETSPHINX_LIBRARY || folders.map((f) => join(f, LIBRARY)).find(exists);
  if (!library || !exists(library)) {
    return `${library ?? LIBRARY} was not found: install libpocketsphinx3 or set POCKETSPHINX_LIBRARY`;
  }
  const shares = ['/usr/local/share', '/usr/share'].map((share) => join(share, 'pocketsphinx/model/en-us'));
  const modelDir = env.POCKETSPHINX_MODEL_DIR || shares.find(exists);
  const model = {
    acousticModel: join(modelDir ?? '', 'en-us'),
    languageModel: join(modelDir ?? '', 'en-us.lm.bin'),
    dictionary: join(modelDir ?? '', 'cmudict-en-us.dict'),
  };
  const missing = Object.values(model).find((path) => !exists(path));
  if (!modelDir || missing) {
    return `${missing ?? 'the model'} was not found: install pocketsphinx-en-us or set POCKETSPHINX_MODEL_DIR`;
  }
  const folder = dirname(library);
  const base = join(folder, BASE_LIBRARY);
  return {
    library,
    base: exists(base) ? base : BASE_LIBRARY,
    dependencies: DEPENDENCIES.map((name) => join(folder, name)).filter(exists),
    ...model,
  };
}
