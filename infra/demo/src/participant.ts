/**
 * A person of the round as their browser is connected: a Socket.IO connection that joins the interview again
 * after each reconnection, and media messages that are sent until they are acknowledged, in order.
 */
import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import type { Clock } from './clock.js';

/** What the gateway answers to a message: nothing wrong, or the error that an `error` event would carry. */
const Acknowledgement = z.looseObject({
  error: z.object({ code: z.string(), message: z.string() }).optional(),
});

/** The messages of a browser, by Socket.IO event name. `timestamp` is epoch ms of the capture. */
export interface MediaMessages {
  'audio-chunk': { chunk: Buffer; timestamp: number };
  'video-frame': { frame: Buffer; timestamp: number };
  'tab-visibility': { visible: boolean; timestamp: number };
}
export type MediaEvent = keyof MediaMessages;

/** A message that the gateway refused for good. */
export class MediaRefused extends Error {
  override readonly name = 'MediaRefused';
  constructor(
    readonly event: string,
    readonly code: string,
    message: string,
  ) {
    super(`${event} was refused: ${code} ${message}`);
  }
}

const RETRY_MS = 100;
const ACK_LIMIT_MS = 3000;

export interface ParticipantOptions {
  gatewayUrl: string;
  token: string;
  roundId: string;
  clock: Clock;
}

export class Participant {
  /** Resolves once the interview is joined on the present connection; replaced at each disconnection. */
  private joined = Promise.withResolvers<void>();
  /** Why this person was not let in; every `send` then throws it. */
  private refusal: unknown;
  private readonly stopped = new AbortController();

  private constructor(
    private readonly socket: Socket,
    private readonly options: ParticipantOptions,
  ) {
    socket.on('connect', () => void this.enter());
    socket.on('disconnect', () => {
      this.joined = Promise.withResolvers<void>();
    });
    socket.on('connect_error', (error: Error & { data?: unknown }) => {
      const told = Acknowledgement.shape.error.safeParse(error.data);
      // Without a code the gateway is away, and Socket.IO tries again by itself.
      if (!told.success || !told.data || socket.active) return;
      this.refusal = new MediaRefused('connection', told.data.code, error.message);
      this.joined.resolve();
    });
  }

  /**
   * Connects and joins the round.
   * @throws MediaRefused when the gateway does not let this person in.
   */
  static async join(options: ParticipantOptions): Promise<Participant> {
    const socket = io(options.gatewayUrl, {
      auth: { token: options.token },
      transports: ['websocket'],
      autoConnect: false,
      reconnectionDelay: RETRY_MS,
      reconnectionDelayMax: 1000,
    });
    const participant = new Participant(socket, options);
    socket.connect();
    try {
      await participant.whileConnected();
    } catch (error) {
      socket.close();
      throw error;
    }
    return participant;
  }

  /**
   * Sends one message and resolves once the gateway has acknowledged it, however many connections that takes.
   * Whoever wants order awaits one message before sending the next.
   * @returns epoch ms of the acknowledgement.
   * @throws MediaRefused when the gateway refuses it for good; an abort error after `leave`.
   */
  async send<E extends MediaEvent>(event: E, message: MediaMessages[E]): Promise<number> {
    const { clock, roundId } = this.options;
    for (;;) {
      await this.whileConnected();
      const answer = await this.ask(event, { roundId, ...message });
      if (answer === 'delivered') return clock.now();
      // The connection broke, or something behind the gateway is away: the same message again, a little later.
      await clock.until(clock.now() + RETRY_MS, this.stopped.signal);
    }
  }

  /** Leaves the interview for good. */
  async leave(): Promise<void> {
    if (this.socket.connected) await this.ask('leave-interview').catch(ignoreRefusal);
    this.stopped.abort();
    this.socket.close();
  }

  private async enter(): Promise<void> {
    const { clock, roundId } = this.options;
    try {
      for (;;) {
        const answer = await this.ask('join-interview', { roundId });
        if (answer === 'delivered') return this.joined.resolve();
        if (!this.socket.connected) return;
        await clock.until(clock.now() + RETRY_MS, this.stopped.signal);
      }
    } catch (error) {
      this.refusal = error;
      this.joined.resolve();
    }
  }

  private async whileConnected(): Promise<void> {
    const { signal } = this.stopped;
    signal.throwIfAborted();
    const aborted = Promise.withResolvers<never>();
    const onAbort = () => aborted.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await Promise.race([this.joined.promise, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
    if (this.refusal) throw this.refusal;
  }

  /** @throws MediaRefused for every answer that trying again would not change. */
  private async ask(event: string, ...message: object[]): Promise<'delivered' | 'try again'> {
    const raw: unknown = await this.socket
      .timeout(ACK_LIMIT_MS)
      .emitWithAck(event, ...message)
      // Socket.IO's only two rejections: no answer in time, or disconnected before the answer.
      .catch(() => 'try again');
    if (raw === 'try again') return 'try again';
    const { error } = Acknowledgement.parse(raw ?? {});
    if (!error) return 'delivered';
    if (error.code === 'SERVICE_UNAVAILABLE') return 'try again';
    throw new MediaRefused(event, error.code, error.message);
  }
}

/** Leaving what has just ended is refused, and is no loss. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof MediaRefused)) throw error;
}
