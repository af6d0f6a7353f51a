/**
 * When a sample was captured. Counting samples gives stamps without jitter, which is what words and pauses are timed
 * by; where the count and the clock part (the device slept), the count starts over at the clock.
 */
const SAMPLES_PER_MS = 16;
/** How far the two may part, milliseconds. Delivery to the page is late by less than that. */
const TOLERANCE_MS = 400;

export class CaptureClock {
  private zero: number | undefined;

  constructor(private readonly now: () => number) {}

  /** Epoch milliseconds of the first of `count` samples, the first being number `first` of the device's. */
  stampOf(first: number, count: number): number {
    const end = (first + count) / SAMPLES_PER_MS;
    const now = this.now();
    if (this.zero === undefined || Math.abs(this.zero + end - now) > TOLERANCE_MS) this.zero = now - end;
    return Math.round(this.zero + first / SAMPLES_PER_MS);
  }
}
