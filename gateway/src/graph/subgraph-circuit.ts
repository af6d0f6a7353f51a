/**
 * Notices that a subgraph hangs long before the time limit of a request, so that only the first requests wait for it:
 * while the circuit is open none is sent, and its fields are answered as missing at once.
 *
 * A subgraph hangs when several requests wait, nothing of any answer comes for a while, and it leaves the smallest
 * question there is unanswered too. So one slow query opens nothing, and neither does a subgraph that answers others.
 * One that refuses connections needs no circuit: it fails at once by itself.
 */

/** Requests that wait at the same time; below that, little is lost by waiting. */
const WAITING = 3;
const TICK_MS = 100;
/** Of silence while so many wait. With the probe it is below a second, which is the promise. */
const SILENT_TICKS = 4;
/** How long the smallest question may take. */
const PROBE_MS = 400;
/** Between two probes of an open circuit. */
const PROBE_EVERY_MS = 200;

export interface SubgraphCircuitOptions {
  /**
   * Asks the smallest question there is.
   * @throws Error when it is not answered within the time, in ms
   */
  probe(timeoutMs: number): Promise<void>;
  /** Told when it opens and closes. */
  changed(open: boolean): void;
}

export class SubgraphCircuit {
  readonly #options: SubgraphCircuitOptions;
  #open = false;
  #stopped = false;
  #waiting = 0;
  #silentTicks = 0;
  #heardSinceTick = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SubgraphCircuitOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** A request was sent. */
  began(): void {
    this.#waiting += 1;
    if (this.#waiting < WAITING || this.#timer || this.#stopped) return;
    // What came before is no sign of life now.
    this.#heardSinceTick = false;
    this.#schedule(TICK_MS, this.#look);
  }

  /** Something of an answer has come. */
  heard(): void {
    this.#heardSinceTick = true;
  }

  /** A request was answered or has failed. */
  ended(): void {
    this.#waiting -= 1;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(ms: number, act: () => void): void {
    this.#timer = setTimeout(act, ms);
    this.#timer.unref();
  }

  /** Ticks are counted and not the time: while this process itself was busy, nobody could be heard. */
  readonly #look = (): void => {
    const silent = this.#waiting >= WAITING && !this.#heardSinceTick;
    this.#heardSinceTick = false;
    this.#silentTicks = silent ? this.#silentTicks + 1 : 0;
    if (this.#silentTicks >= SILENT_TICKS) void this.#suspect();
    else if (this.#waiting >= WAITING) this.#schedule(TICK_MS, this.#look);
    else this.#timer = undefined;
  };

  async #suspect(): Promise<void> {
    const answered = await this.#probe();
    if (this.#stopped) return;
    this.#silentTicks = 0;
    if (answered || this.#heardSinceTick) {
      this.#schedule(TICK_MS, this.#look);
      return;
    }
    this.#open = true;
    this.#options.changed(true);
    await this.#untilAnswered();
  }

  async #untilAnswered(): Promise<void> {
    const answered = await this.#probe();
    if (this.#stopped) return;
    if (!answered) {
      this.#schedule(PROBE_EVERY_MS, () => void this.#untilAnswered());
      return;
    }
    this.#open = false;
    this.#heardSinceTick = false;
    this.#timer = undefined;
    this.#options.changed(false);
  }

  #probe(): Promise<boolean> {
    return this.#options.probe(PROBE_MS).then(
      () => true,
      () => false,
    );
  }
}
