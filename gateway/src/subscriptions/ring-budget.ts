/** What all rings together may hold: over the ceiling, those to which nothing was added for the longest give way. */
import { type EventRing, MAX_AGE_MS, type RingListener } from './event-ring.js';

const CEILING_BYTES = 64 * 1024 * 1024;
const SWEEP_MS = 5000;

export class RingBudget implements RingListener {
  /** Rings that hold something; the one that grew last is the last. */
  readonly #rings = new Set<EventRing>();
  #bytes = 0;
  #sweeping: NodeJS.Timeout | undefined;

  constructor(private readonly ceilingBytes = CEILING_BYTES) {}

  /** Bytes of the messages that brought what the rings hold. */
  get bytes(): number {
    return this.#bytes;
  }

  grew(ring: EventRing, bytes: number): void {
    this.#bytes += bytes;
    if (bytes > 0) {
      this.#rings.delete(ring);
      this.#rings.add(ring);
      this.#sweeping ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
      while (this.#bytes > this.ceilingBytes) this.#giveWay();
    } else if (ring.bytes === 0) this.#rings.delete(ring);
  }

  #giveWay(): void {
    const [oldest] = this.#rings;
    if (!oldest) throw new Error('The rings hold bytes, and there is none.');
    oldest.evictHalf();
  }

  #sweep(): void {
    const moment = performance.now() - MAX_AGE_MS;
    for (const ring of [...this.#rings]) ring.evictBefore(moment);
    if (this.#rings.size > 0) return;
    clearInterval(this.#sweeping);
    this.#sweeping = undefined;
  }
}
