/**
 * One subscription as the reader sees it: a sequence without gap or repeat, whatever happens to the connection.
 * The cursor of the last event that arrived goes into the request's `after`, so that each further attempt, be it
 * for a lost socket or for a subgraph that was away, goes on right behind it.
 */
import type { Sink } from 'graphql-ws';
import type { Connection, FeedRequest } from './connection.js';
import { closeCode } from './connection.js';
import type { InspectedDocument } from './documents.js';
import { fromWireErrors, InterviewError, type InterviewErrorCode, type WireError, wireErrorsIn } from './errors.js';
import { EventQueue } from './event-queue.js';
import { ReconnectPace } from './reconnect-pace.js';

/** What a feed goes on behind; undefined where it saw no cursor yet: then what came in between is not replayed. */
export interface Resumption {
  after: string | undefined;
}

export interface SubscribeOptions {
  /** Ends the feed; the loop over it ends without an error. */
  signal?: AbortSignal | undefined;
  /** The feed is being opened again after a loss. Called before the events that follow. */
  onResume?: ((resumption: Resumption) => void) | undefined;
  /** An event came with parts missing (`null`), for example those of a subgraph that is down. */
  onPartial?: ((error: InterviewError) => void) | undefined;
}

interface EventResult {
  data?: unknown;
  errors?: unknown;
}

export class Feed<T> {
  readonly events: EventQueue<T>;
  private readonly request: FeedRequest;
  private readonly over = new AbortController();
  private readonly pace: ReconnectPace;
  private readonly forgetState: () => void;
  private stop: () => void = () => {};
  private attempt = 0;
  private wasConnected: boolean;

  constructor(
    private readonly connection: Connection,
    private readonly document: InspectedDocument,
    variables: Record<string, unknown>,
    private readonly options: SubscribeOptions,
  ) {
    const { signal } = options;
    this.events = new EventQueue<T>(() => this.finish());
    this.request = {
      query: document.text,
      operationName: document.operationName,
      variables: { ...variables },
    };
    this.pace = new ReconnectPace(connection.clock);
    this.wasConnected = connection.state === 'connected';
    this.forgetState = connection.onState((state) => {
      if (state !== 'connected') return;
      if (this.wasConnected) this.tellResumption();
      this.wasConnected = true;
    });
    for (const end of [signal, connection.closed]) {
      end?.addEventListener('abort', this.leave, { once: true });
    }
    if (signal?.aborted || connection.closed.aborted) this.leave();
    else this.start();
  }

  private readonly leave = (): void => {
    this.events.drop();
    this.finish();
  };

  private start(): void {
    const attempt = ++this.attempt;
    const current = () => attempt === this.attempt;
    const sink: Sink<EventResult> = {
      next: (result) => {
        if (current()) this.receive(result);
      },
      error: (reason) => {
        if (current()) this.failed(interpret(reason));
      },
      complete: () => {
        if (!current()) return;
        this.events.end();
        this.finish();
      },
    };
    this.pace.opened();
    this.stop = this.connection.open(this.request, sink);
  }

  private receive(result: EventResult): void {
    const errors = wireErrorsIn(result.errors);
    const { data } = result;
    if (data === null || data === undefined) {
      this.failed(fromWireErrors(errors ?? []));
      return;
    }
    this.remember(data);
    if (errors) this.options.onPartial?.(fromWireErrors(errors, { data }));
    this.events.push(data as T); // the shape that the document's type promises for `data`
  }

  private remember(data: unknown): void {
    const { resumeKey } = this.document;
    if (resumeKey === undefined) return;
    const event = (data as Record<string, { cursor?: unknown } | null>)[resumeKey]; // by inspectDocument
    if (typeof event?.cursor === 'string') this.request.variables['after'] = event.cursor;
  }

  private failed(error: InterviewError): void {
    this.attempt++;
    this.stop();
    if (error.code === 'SERVICE_UNAVAILABLE') {
      this.startAfterPause().catch((reason: unknown) => this.end(reason));
    } else this.end(error);
  }

  private async startAfterPause(): Promise<void> {
    this.pace.lost(false);
    await this.connection.clock.wait(this.pace.nextWait(), this.over.signal);
    if (this.over.signal.aborted) return;
    this.tellResumption();
    this.wasConnected = this.connection.state === 'connected';
    this.start();
  }

  private end(error: unknown): void {
    this.events.fail(error);
    this.finish();
  }

  private tellResumption(): void {
    const after = this.request.variables['after'];
    this.options.onResume?.({ after: typeof after === 'string' ? after : undefined });
  }

  private finish(): void {
    if (this.over.signal.aborted) return;
    this.over.abort();
    this.attempt++;
    this.stop();
    this.forgetState();
    this.options.signal?.removeEventListener('abort', this.leave);
    this.connection.closed.removeEventListener('abort', this.leave);
  }
}

/** What graphql-ws hands to a sink: GraphQL errors of an `error` message, a close event, or an error of ours. */
function interpret(reason: unknown): InterviewError {
  if (reason instanceof InterviewError) return reason;
  const errors: readonly WireError[] | undefined = wireErrorsIn(reason);
  if (errors) return fromWireErrors(errors);
  const code = closeCode(reason);
  if (code === undefined) return new InterviewError('NETWORK_ERROR', 'The connection failed.', { cause: reason });
  const [meaning, sentence] = CLOSE_MEANINGS[code] ?? ['BAD_RESPONSE', `The server closed the connection (${code}).`];
  return new InterviewError(meaning, sentence, { cause: reason });
}

/** Close codes of the protocol that are not simply a lost connection. */
const CLOSE_MEANINGS: Readonly<Record<number, [InterviewErrorCode, string]>> = {
  4400: ['BAD_RESPONSE', 'The server did not understand the client.'],
  4401: ['AUTH_REQUIRED', 'The server wants a token first.'],
  4403: ['INVALID_TOKEN', 'The server does not, or no longer, accept the token.'],
  4429: ['RATE_LIMITED', 'Too many connections were opened.'],
  4500: ['SERVICE_UNAVAILABLE', 'The server could not open the connection.'],
};
