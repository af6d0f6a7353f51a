/**
 * The recogniser that needs no account: CMU pocketsphinx with its US English model. It decodes whole segments,
 * since its error rate when it listens live is 86 % instead of 18–32 %.
 */
import { DecoderRecogniser, type Heard } from './decoder.recogniser.js';
import { inThread } from './decoder-host.js';
import type { PocketsphinxFiles } from './pocketsphinx-files.js';

export class PocketsphinxRecogniser extends DecoderRecogniser {
  constructor(files: PocketsphinxFiles) {
    super('pocketsphinx', {
      host: inThread(import.meta.url, 'pocketsphinx-thread'),
      data: () => files,
      // The thread answers exactly this.
      read: (heard) => heard as Heard,
    });
  }
}
