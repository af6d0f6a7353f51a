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
  ended(): void;
}

/**
 * @returns the answer's text, whatever its status
 * @throws what undici says of a connection, a time limit or a size
 */
export function post(dispatcher: Dispatcher, request: SubgraphRequest, observer: RequestObserver): Promise<string> {
  return new Promise((resolve, reject) => {
    dispatcher.dispatch({ ...request, method: 'POST' }, new TextOfAnswer(resolve, reject, observer));
  });
}

class TextOfAnswer implements Dispatcher.DispatchHandler {
  readonly #resolve: (text: string) => void;
  readonly #reject: (error: Error) => void;
  readonly #observer: RequestObserver;
  #first: Buffer | undefined;
  #rest: Buffer[] | undefined;

  constructor(resolve: (text: string) => void, reject: (error: Error) => void, observer: RequestObserver) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#observer = observer;
  }

  /** undici insists on it. */
  onRequestStart(): void {}

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
    this.#observer.ended();
    const whole = this.#rest && this.#first ? Buffer.concat([this.#first, ...this.#rest]) : this.#first;
    this.#resolve(whole?.toString('utf8') ?? '');
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#observer.ended();
    this.#reject(error);
  }
}
