/** How much of a PDF is looked at, its object streams included. A file that wants more is refused. */
import { refusal } from './refusal.js';

/** Outside of contents. The manual of Valgrind, of 400 pages, has 100,000. About a microsecond each. */
const MAX_TOKENS = 500_000;
/** A file has one for some hundred objects. About a tenth of a millisecond each. */
const MAX_OBJECT_STREAMS = 1000;
const MAX_INFLATED_BYTES = 24 * 1024 * 1024;

/** Each method throws AppError UNSUPPORTED_MEDIA_TYPE when that is too much. */
export class PdfBudget {
  #tokens = MAX_TOKENS;
  #objectStreams = MAX_OBJECT_STREAMS;
  #inflatedBytes = MAX_INFLATED_BYTES;

  token(): void {
    this.#tokens -= 1;
    if (this.#tokens < 0) throw refusal('holds more objects than can be checked');
  }

  objectStream(): void {
    this.#objectStreams -= 1;
    if (this.#objectStreams < 0) throw refusal('holds more objects than can be checked');
  }

  inflated(bytes: number): void {
    this.#inflatedBytes -= bytes;
    if (this.#inflatedBytes < 0) throw refusal('unpacks to far more than a document holds');
  }
}
