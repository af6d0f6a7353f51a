/**
 * The one WebSocket that all feeds of a client share (`graphql-transport-ws`): opened with the first feed, opened
 * again after a loss at a calm pace, kept alive, and given a new token before the old one expires.
 */
import { type Client, createClient, type Sink } from 'graphql-ws';
import type { Credentials } from './credentials.js';
import { InterviewError } from './errors.js';
import { type PaceSource, ReconnectPace } from './reconnect-pace.js';

/** `resuming`: it was lost, or did not come about, and is being opened again. */
export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'resuming';

export interface FeedRequest {
  query: string;
  operationName?: string | undefined;
  /** Read anew at each attempt: whoever changes it changes what a resumption asks for. */
  variables: Record<string, unknown>;
}

/** Clock and timer, given from outside so that tests steer them. */
export interface ConnectionClock extends PaceSource {
  /** Resolves after so many milliseconds, or at once when the signal says that nobody waits any more. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** No word from the server for so long: ask for one (ms). */
const KEEP_ALIVE_MS = 10_000;
/** No answer to that for so long: the connection is dead, whatever the socket says (ms). */
const PONG_WAIT_MS = 5_000;
/** The server must greet within (ms). */
const ACKNOWLEDGE_WAIT_MS = 10_000;
/** The socket stays open so long after its last feed, for the next one (ms). */
const LINGER_MS = 1_000;
/** setTimeout cannot wait longer (ms). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const FORBIDDEN = 4403;
const TRY_AGAIN_LATER = 1013;

export class Connection {
  private readonly client: Client;
  private readonly pace: ReconnectPace;
  private readonly listeners = new Set<(state: ConnectionState) => void>();
  private readonly closing = new AbortController();
  private currentState: ConnectionState = 'idle';
  private feeds = 0;
  private waitIsDue = false;
  private waiting: AbortController | undefined;
  private pongTimer: ReturnType<typeof setTimeout> | undefined;
  private renewalTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    url: string,
    private readonly credentials: Credentials,
    readonly clock: ConnectionClock,
  ) {
    this.pace = new ReconnectPace(clock);
    this.client = createClient({
      url: async () => {
        // A loss that graphql-ws does not take for one (close code 1000) comes straight here, without retryWait.
        if (this.waitIsDue) await this.waitAfterLoss();
        return url;
      },
      connectionParams: async () => ({ authorization: await credentials.authorization() }),
      lazyCloseTimeout: LINGER_MS,
      keepAlive: KEEP_ALIVE_MS,
      connectionAckWaitTimeout: ACKNOWLEDGE_WAIT_MS,
      retryAttempts: Number.POSITIVE_INFINITY,
      retryWait: () => this.waitAfterLoss(),
      shouldRetry: (reason) =>
        !(reason instanceof InterviewError) && (closeCode(reason) !== FORBIDDEN || credentials.renewable),
      on: {
        connecting: (retrying) => {
          if (retrying) this.waitIsDue = false;
          this.enter(this.currentState === 'idle' ? 'connecting' : this.currentState);
        },
        connected: (socket) => this.established(socket),
        ping: (received) => {
          if (!received) this.pongTimer = setTimeout(() => this.client.terminate(), PONG_WAIT_MS);
        },
        pong: (received) => {
          if (received) clearTimeout(this.pongTimer);
        },
        closed: (event) => this.lost(closeCode(event)),
      },
    });
  }

  get state(): ConnectionState {
    return this.currentState;
  }

  /** Ends when the client is closed. */
  get closed(): AbortSignal {
    return this.closing.signal;
  }

  /** Calls on each change of state; the function that comes back ends that. */
  onState(listener: (state: ConnectionState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Starts a feed, which is opened again after each loss of the connection until it is over. */
  open<T>(request: FeedRequest, sink: Sink<T>): () => void {
    this.feeds++;
    let over = false;
    const end = () => {
      if (over) return;
      over = true;
      this.feeds--;
      if (this.feeds === 0) this.waiting?.abort();
    };
    const dispose = this.client.subscribe<T>(request, {
      next: (result) => sink.next(result as T), // the document's type is the caller's promise
      error: (error) => {
        end();
        sink.error(error);
      },
      complete: () => {
        end();
        sink.complete();
      },
    });
    return () => {
      end();
      dispose();
    };
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.stopTimers();
    await this.client.dispose();
  }

  private established(socket: unknown): void {
    this.pace.opened();
    this.waitIsDue = false;
    this.enter('connected');
    // graphql-ws hands the socket on as unknown; it is the WebSocket that it made.
    this.scheduleRenewal(socket as WebSocket);
  }

  private lost(code: number | undefined): void {
    this.stopTimers();
    this.pace.lost(code === TRY_AGAIN_LATER);
    this.waitIsDue = this.feeds > 0;
    if (code === FORBIDDEN) this.credentials.markRefused();
    this.enter(this.feeds > 0 ? 'resuming' : 'idle');
  }

  private async waitAfterLoss(): Promise<void> {
    this.waiting = new AbortController();
    await this.clock.wait(this.pace.nextWait(), AbortSignal.any([this.waiting.signal, this.closed]));
  }

  private scheduleRenewal(socket: WebSocket): void {
    const due = this.credentials.renewalDueIn(Date.now());
    if (due === undefined) return;
    this.renewalTimer = setTimeout(
      () => {
        // Where no new token is to be had now, the server closes at expiry and the next attempt asks again, and
        // tells the feeds if that fails too.
        this.renew(socket).catch(() => undefined);
      },
      Math.min(due, LONGEST_TIMER_MS),
    );
  }

  private async renew(socket: WebSocket): Promise<void> {
    const before = this.credentials.renewalDueIn(Date.now());
    if (before !== undefined && before > 0) return this.scheduleRenewal(socket);
    const authorization = await this.credentials.authorization();
    if (socket.readyState !== socket.OPEN) return;
    socket.send(JSON.stringify({ type: 'ping', payload: { authorization } }));
    const after = this.credentials.renewalDueIn(Date.now());
    if (after !== undefined && after > 0) this.scheduleRenewal(socket);
  }

  private stopTimers(): void {
    clearTimeout(this.pongTimer);
    clearTimeout(this.renewalTimer);
  }

  private enter(state: ConnectionState): void {
    if (state === this.currentState) return;
    this.currentState = state;
    for (const listener of [...this.listeners]) listener(state);
  }
}

/** The code of a close event, or of what graphql-ws throws in its place. */
export function closeCode(reason: unknown): number | undefined {
  const code = typeof reason === 'object' && reason !== null && 'code' in reason ? reason.code : undefined;
  return typeof code === 'number' ? code : undefined;
}
