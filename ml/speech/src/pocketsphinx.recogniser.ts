/**
 * The recogniser that needs no account: CMU pocketsphinx with its US English model. It decodes whole segments,
 * since its error rate when it listens live is 86 % instead of 18–32 %.
 */
import type { PocketsphinxFiles } from './pocketsphinx-files.js';
import { ThreadRecogniser, threadBeside } from './thread.recogniser.js';

export class PocketsphinxRecogniser extends ThreadRecogniser {
  constructor(files: PocketsphinxFiles) {
    super('pocketsphinx', { thread: threadBeside(import.meta.url, 'pocketsphinx-thread'), data: files });
  }
}
