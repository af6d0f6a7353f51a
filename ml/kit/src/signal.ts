/** A wake-up between loops of one process: what was announced before the wait is not missed. */
export class Signal {
  private raised = false;
  private wake: (() => void) | undefined;

  /** Ends the present wait, or the next one if nobody waits. */
  notify(): void {
    this.raised = true;
    this.wake?.();
  }

  /** Resolves at the next notification, at once if there was one since the last wait, or after the limit. */
  async wait(limitMs: number): Promise<void> {
    if (!this.raised) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, limitMs);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.wake = undefined;
    }
    this.raised = false;
  }
}
