/**
 * The thread in which pocketsphinx decodes, one segment after the other; it keeps nothing between two of them. A
 * segment that is hurried goes to a second decoder, loaded when the first of them comes.
 *
 * This file is loaded by `node:worker_threads` itself: as `dist/pocketsphinx-thread.js` in production, as
 * `src/pocketsphinx-thread.ts` in tests, where Node strips the types. So it imports packages and types only,
 * and uses no syntax that stripping cannot remove (enums, decorators, parameter properties).
 */
import { parentPort, workerData } from 'node:worker_threads';
import koffi from 'koffi';
import type { DecodeAnswer, DecodeRequest } from './decode-messages.js';
import type { PocketsphinxFiles } from './pocketsphinx-files.js';
import type { RecognisedWord, Transcript } from './recogniser.js';

/** The decoder's frames are 10 ms. */
const FRAME_MS = 10;
/** `<s>`, `</s>`, `<sil>`, `[NOISE]`, `[SPEECH]`, `++UH++`: what is not a word. */
const MARK = /^[<[+]/;
/** `the(2)` is the dictionary's second pronunciation of "the". */
const PRONUNCIATION = /\(\d+\)$/;

/**
 * What makes a decoder hurry: it follows fewer hypotheses. Measured on the five sample recordings (CPU time over audio,
 * word error rate): 0.16 instead of 0.26; the same errors on clear voices, 82 % instead of 23 % on the noisy one.
 */
const HURRIED = { '-maxhmmpf': '3000', '-maxwpf': '5' };

/** A pointer of the library; koffi keeps it opaque. */
type Pointer = unknown;

type Decode = (audio: Int16Array) => Omit<Transcript, 'recogniser'>;

function createDecoder(files: PocketsphinxFiles, more: Record<string, string> = {}): Decode {
  for (const path of files.dependencies) koffi.load(path, { global: true });
  const base = koffi.load(files.base, { global: true });
  const library = koffi.load(files.library, { global: true });

  const parseSettings = base.func('void* cmd_ln_init(void* known, void* definitions, int strict, ...)');
  const probability: (log: Pointer, value: number) => number = base.func('double logmath_exp(void*, int)');
  const definitions: () => Pointer = library.func('void* ps_args()');
  const open: (settings: Pointer) => Pointer = library.func('void* ps_init(void*)');
  const logTable: (decoder: Pointer) => Pointer = library.func('void* ps_get_logmath(void*)');
  const forgetNoise: (decoder: Pointer) => number = library.func('int ps_start_stream(void*)');
  const begin: (decoder: Pointer) => number = library.func('int ps_start_utt(void*)');
  const process: (decoder: Pointer, audio: Int16Array, samples: number, noSearch: 0 | 1, whole: 0 | 1) => number =
    library.func('int ps_process_raw(void*, const int16_t*, size_t, int, int)');
  const end: (decoder: Pointer) => number = library.func('int ps_end_utt(void*)');
  const hypothesis: (decoder: Pointer, score: null) => string | null = library.func(
    'const char* ps_get_hyp(void*, int32_t*)',
  );
  const firstWord: (decoder: Pointer) => Pointer = library.func('void* ps_seg_iter(void*)');
  const nextWord: (word: Pointer) => Pointer = library.func('void* ps_seg_next(void*)');
  const wordText: (word: Pointer) => string = library.func('const char* ps_seg_word(void*)');
  const wordFrames: (word: Pointer, from: [number], to: [number]) => void = library.func(
    'void ps_seg_frames(void*, _Out_ int*, _Out_ int*)',
  );
  const wordPosterior: (word: Pointer, acoustic: null, language: null, backoff: null) => number = library.func(
    'int32_t ps_seg_prob(void*, int32_t*, int32_t*, int32_t*)',
  );

  const settings = {
    '-hmm': files.acousticModel,
    '-lm': files.languageModel,
    '-dict': files.dictionary,
    // Silence was removed before; removing more would only shift the words' times.
    '-remove_silence': 'no',
    '-logfn': '/dev/null',
    ...more,
  };
  const typed = Object.entries(settings).flatMap(([name, value]) => ['str', name, 'str', value]);
  const decoder = open(parseSettings(null, definitions(), 1, ...typed, 'void*', null));
  if (!decoder) throw new Error(`pocketsphinx could not open its model at ${files.acousticModel}`);
  const log = logTable(decoder);

  const wordsOf = (): RecognisedWord[] => {
    const words: RecognisedWord[] = [];
    for (let word = firstWord(decoder); word; word = nextWord(word)) {
      const text = wordText(word).replace(PRONUNCIATION, '');
      if (MARK.test(text)) continue;
      const from: [number] = [0];
      const to: [number] = [0];
      wordFrames(word, from, to);
      const confidence = Math.min(1, probability(log, wordPosterior(word, null, null, null)));
      words.push({ text, startMs: from[0] * FRAME_MS, endMs: (to[0] + 1) * FRAME_MS, confidence });
    }
    return words;
  };

  return (audio) => {
    forgetNoise(decoder);
    const failed = begin(decoder) < 0 || process(decoder, audio, audio.length, 0, 1) < 0;
    if (end(decoder) < 0 || failed) throw new Error('pocketsphinx could not decode the segment');
    // Asking for the text makes the decoder search its lattice, from which the words' posteriors come.
    const heard = hypothesis(decoder, null);
    const words = heard ? wordsOf() : [];
    return { text: words.map(({ text }) => text).join(' '), words };
  };
}

if (!parentPort) throw new Error('pocketsphinx-thread is to be run by a worker thread');
const port = parentPort;
const answer = (message: DecodeAnswer) => port.postMessage(message);

try {
  // The parent gives exactly this.
  const files = workerData as PocketsphinxFiles;
  const decode = createDecoder(files);
  let decodeInHurry: Decode | undefined;
  port.on('message', ({ id, audio, hurried }: DecodeRequest) => {
    try {
      if (hurried) decodeInHurry ??= createDecoder(files, HURRIED);
      answer({ kind: 'heard', id, heard: (hurried && decodeInHurry ? decodeInHurry : decode)(audio) });
    } catch (error) {
      answer({ kind: 'failed', id, reason: error instanceof Error ? error.message : String(error) });
    }
  });
  answer({ kind: 'ready' });
} catch (error) {
  answer({ kind: 'unable', reason: error instanceof Error ? error.message : String(error) });
}
