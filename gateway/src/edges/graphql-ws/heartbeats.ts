/**
 * A beat for each of many sockets, by one timer: the sockets stand on a wheel, and each tick beats for one spoke of
 * it, so that the pings of all are spread over the interval.
 */

export interface Beating {
  beat(): void;
  /** Its spoke, -1 when it is on none. Kept by Heartbeats. */
  spoke: number;
}

const SPOKES = 12;

export class Heartbeats {
  readonly #spokes = Array.from({ length: SPOKES }, () => new Set<Beating>());
  #current = 0;
  #size = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param intervalMs between two beats for the same one */
  constructor(private readonly intervalMs: number) {}

  /** Its first beat comes after a whole interval, at most a twelfth earlier. */
  add(item: Beating): void {
    item.spoke = this.#current;
    this.#spokes[item.spoke]?.add(item);
    this.#size += 1;
    this.#timer ??= setInterval(() => this.#tick(), this.intervalMs / SPOKES).unref();
  }

  remove(item: Beating): void {
    if (!this.#spokes[item.spoke]?.delete(item)) return;
    item.spoke = -1;
    this.#size -= 1;
    if (this.#size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    this.#current = (this.#current + 1) % SPOKES;
    for (const item of this.#spokes[this.#current] ?? []) item.beat();
  }
}
