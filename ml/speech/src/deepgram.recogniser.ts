/**
 * Deepgram's streaming recogniser, for rounds whose audio may leave the premises. It understands while somebody
 * speaks, and returns fillers. Whether it can be had shows with the first speech: nothing is sent before.
 */
import { DEEPGRAM_TIMES, type DeepgramSettings } from './deepgram.connection.js';
import { DeepgramLine } from './deepgram.line.js';
import type { Recogniser, RecogniserLine } from './recogniser.js';

export class DeepgramRecogniser implements Recogniser {
  readonly name = 'deepgram';
  readonly #settings: DeepgramSettings;
  readonly #lines = new Set<DeepgramLine>();

  constructor(settings: Pick<DeepgramSettings, 'key' | 'url'> & Partial<DeepgramSettings>) {
    this.#settings = { ...DEEPGRAM_TIMES, ...settings, url: settings.url.replace(/\/$/, '') };
  }

  async start(): Promise<void> {}

  openLine(): RecogniserLine {
    const line = new DeepgramLine(this.name, this.#settings);
    this.#lines.add(line);
    return {
      listen: (onInterim) => line.listen(onInterim),
      close: () => {
        this.#lines.delete(line);
        line.close();
      },
    };
  }

  async stop(): Promise<void> {
    for (const line of this.#lines) line.close();
    this.#lines.clear();
  }
}
