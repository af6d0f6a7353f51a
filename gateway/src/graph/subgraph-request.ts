/**
 * One question to a subgraph on the wire: undici's dispatch with a handler that only gathers the answer's text. The
 * library's own ways (`request`, `fetch`) make streams, headers and signals for each answer, which nobody reads here
 * and which took more of the gateway's time than the answer itself.
 */
import type { Dispatcher } from 'undici';

export interface SubgraphRequest {
  path: string;
  /** Names and values in turn; they are not changed, so that one list serves many requests. */
  headers: string[];
  body: string;
}

/** Who is told of a request's course. */
export interface RequestObserver {
  /** Anything of the answer came. */
  heard(): void;
  /** It was answered, or has failed. */
  ended(question: SubgraphQuestion): void;
}

/** A question that is under way. */
export interface SubgraphQuestion {
  /** `performance.now()` */
  readonly askedAt: number;
  /** Whether a connection has taken it. */
  readonly sent: boolean;
  /** Ends it now; does nothing for one that has ended. */
  fail(reason: Error): void;
}

/**
 * @param begun told of the question, before anything comes of it
 * @returns the answer's text, whatever its status
 * @throws what undici says of a connection, a time limit or a size, or what it was failed with
 */
export function post(
  dispatcher: Dispatcher,
  request: SubgraphRequest,
  observer: RequestObserver,
  begun?: (question: SubgraphQuestion) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const answer = new TextOfAnswer(resolve, reject, observer);
    begun?.(answer);
    dispatcher.dispatch({ ...request, method: 'POST' }, answer);
  });
}

class TextOfAnswer implements Dispatcher.DispatchHandler, SubgraphQuestion {
  readonly askedAt = performance.now();
  readonly #resolve: (text: string) => void;
  readonly #reject: (error: Error) => void;
  readonly #observer: RequestObserver;
  #controller: Dispatcher.DispatchController | undefined;
  #failure: Error | undefined;
  #over = false;
  #first: Buffer | undefined;
  #rest: Buffer[] | undefined;

  constructor(resolve: (text: string) => void, reject: (error: Error) => void, observer: RequestObserver) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#observer = observer;
  }

  get sent(): boolean {
    return this.#controller !== undefined;
  }

  fail(reason: Error): void {
    if (this.#over) return;
    this.#failure = reason;
    this.#end();
    this.#reject(reason);
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It was failed while it waited for a connection, and is not to have an effect any more.
    if (this.#failure) controller.abort(this.#failure);
  }

  onResponseStart(): void {
    this.#observer.heard();
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#observer.heard();
    if (!this.#first) {
      this.#first = chunk;
      return;
    }
    this.#rest ??= [];
    this.#rest.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#over) return;
    this.#end();
    const whole = this.#rest && this.#first ? Buffer.concat([this.#first, ...this.#rest]) : this.#first;
    this.#resolve(whole?.toString('utf8') ?? '');
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#over) return;
    this.#end();
    this.#reject(error);
  }

  #end(): void {
    this.#over = true;
    this.#observer.ended(this);
  }
}
