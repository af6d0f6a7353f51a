/** Work that is done one after the other, whoever asks for it. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** Runs it when all that was asked for before is done, whether that succeeded or not. */
  take<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.last.then(run, run);
    // Who asked hears of a failure; the next one only waits.
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
