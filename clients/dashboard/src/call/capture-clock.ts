/**
 * When a sample was captured. Counting samples gives stamps without jitter and without gap, which is what words and
 * pauses are timed by. A chunk that comes late to a busy page was still captured when the count says. Only where all
 * chunks come late for some seconds did the device itself stand still: then the count starts over at the clock.
 */
const SAMPLES_PER_MS = 16;
/** How far count and clock may part, milliseconds. */
const TOLERANCE_MS = 400;
/** So many late chunks in a row are no busy page any more: five seconds. */
const LATE_IN_A_ROW = 20;

export class CaptureClock {
  /** Epoch milliseconds of the device's first sample. */
  private zero: number | undefined;
  private late: number[] = [];

  constructor(private readonly now: () => number) {}

  /** Epoch milliseconds of the first of `count` samples, the first being number `first` of the device's. */
  stampOf(first: number, count: number): number {
    const seen = this.now() - (first + count) / SAMPLES_PER_MS;
    this.zero ??= seen;
    if (seen < this.zero - TOLERANCE_MS) this.startOver(seen);
    else if (seen > this.zero + TOLERANCE_MS) this.late.push(seen);
    else this.late = [];
    if (this.late.length >= LATE_IN_A_ROW) this.startOver(Math.min(...this.late));
    return Math.round(this.zero + first / SAMPLES_PER_MS);
  }

  private startOver(zero: number): void {
    this.zero = zero;
    this.late = [];
  }
}
