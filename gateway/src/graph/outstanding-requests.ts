/**
 * The requests to a subgraph that are not answered, oldest first, by one timer for all of them. The time limit counts
 * from the question, also for what still waits for a connection: undici's own limits begin when a request is sent, and
 * begin anew with each piece of an answer.
 */
import type { SubgraphQuestion } from './subgraph-request.js';

export class OutstandingRequests {
  readonly #questions = new Set<SubgraphQuestion>();
  #timer: NodeJS.Timeout | undefined;

  /** @param limitMs how long each may take */
  constructor(private readonly limitMs: number) {}

  add(question: SubgraphQuestion): void {
    this.#questions.add(question);
    this.#timer ??= setTimeout(this.#look, this.limitMs).unref();
  }

  remove(question: SubgraphQuestion): void {
    this.#questions.delete(question);
  }

  /** Fails those that no connection has taken: they have had no effect, and nobody need wait for them. */
  failUnsent(reason: Error): void {
    for (const question of [...this.#questions]) if (!question.sent) question.fail(reason);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  readonly #look = (): void => {
    this.#timer = undefined;
    const now = performance.now();
    for (const question of this.#questions) {
      const leftMs = question.askedAt + this.limitMs - now;
      if (leftMs > 0) {
        this.#timer = setTimeout(this.#look, leftMs).unref();
        return;
      }
      question.fail(new Error(`The subgraph did not answer within ${this.limitMs} ms.`));
    }
  };
}
