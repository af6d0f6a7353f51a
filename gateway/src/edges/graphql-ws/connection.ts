/**
 * One socket, from the handshake to its end: the state machine of graphql-transport-ws, written after the protocol's
 * text and held against the reference implementation by the conformance tests beside it.
 */
import type { Duplex } from 'node:stream';
import { AppError } from '@interview/runtime/errors';
import type { Viewer } from '@interview/runtime/viewer';
import type { GraphQLFormattedError } from 'graphql';
import { WebSocket } from 'ws';
import { publicErrorOf } from '../../graph/errors.js';
import { refusalsOf } from '../../subscriptions/feed-admission.js';
import type { FeedSubscriber } from '../../subscriptions/feed-subscriber.js';
import { AskBudget } from './ask-budget.js';
import {
  type Closing,
  GOING_AWAY,
  INIT_TIMEOUT,
  INTERNAL_ERROR,
  INVALID_MESSAGE,
  idTaken,
  refusedBy,
  TOKEN_ENDED,
  TOO_MANY_INITS,
  TOO_SLOW,
  UNAUTHORIZED,
} from './closings.js';
import type { Due } from './deadlines.js';
import { PING_FRAME, pongFrame, textFrame } from './frames.js';
import type { Beating } from './heartbeats.js';
import { type ClientMessage, readMessage, type SubscribePayload } from './messages.js';
import { Outbox, type OutboxOwner } from './outbox.js';
import { type Carrier, Subscription } from './subscription.js';
import type { Surroundings } from './surroundings.js';

/** A socket from which nothing came during this many beats is dead. */
const SILENT_BEATS = 2;
const ACK_FRAME = textFrame('{"type":"connection_ack"}');
const PONG_FRAME = textFrame('{"type":"pong"}');

type Phase = 'opened' | 'initialising' | 'acknowledged' | 'closing';

export class Connection implements Carrier, OutboxOwner, Beating, Due {
  readonly outbox: Outbox;
  spoke = -1;
  dueAt = 0;
  heapIndex = -1;
  #phase: Phase = 'opened';
  #viewer: Viewer | undefined;
  #subscriptions: Map<string, Subscription> | undefined;
  #bytesRead = 0;
  #silentBeats = 0;
  #finishBy = 0;
  readonly #asks: AskBudget;

  constructor(
    private readonly socket: WebSocket,
    private readonly stream: Duplex & { readonly bytesRead?: number },
    private readonly around: Surroundings,
  ) {
    this.outbox = new Outbox(stream, socket, this, around.turn, around.metrics.sent);
    this.#asks = new AskBudget(around.asksPerMinute);
    around.heartbeats.add(this);
    around.deadlines.set(this, Date.now() + around.patience.initMs);
  }

  viewer(): Viewer {
    if (!this.#viewer) throw new Error('The socket was not let in.');
    return this.#viewer;
  }

  /** A message came: text, or bytes that are read as text. */
  receive(data: Buffer): void {
    if (this.#phase === 'closing') return;
    const message = readMessage(data.toString());
    this.around.metrics.received(message?.type);
    try {
      if (message) this.#take(message);
      else this.close(INVALID_MESSAGE);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** A ping of the WebSocket itself. */
  pinged(payload: Buffer): void {
    this.outbox.frame(pongFrame(payload));
  }

  /** Told by the wheel: pings, or gives up a peer that has been silent. */
  beat(): void {
    const { bytesRead = 0 } = this.stream;
    if (bytesRead !== this.#bytesRead) {
      this.#bytesRead = bytesRead;
      this.#silentBeats = 0;
    }
    if (this.#silentBeats < SILENT_BEATS) {
      this.#silentBeats += 1;
      this.outbox.frame(PING_FRAME);
    } else this.socket.terminate();
  }

  /** Its time is up: for `connection_init`, of its token, or for the answer to a close frame. */
  due(): void {
    if (this.#phase === 'opened') this.close(INIT_TIMEOUT);
    else if (this.#phase === 'acknowledged') this.close(TOKEN_ENDED);
    else if (this.#phase === 'closing') this.#giveUp();
  }

  tooSlow(): void {
    this.around.metrics.slowReader();
    this.close(TOO_SLOW);
    // It is not reading, so it may never answer the close frame.
    this.around.deadlines.set(this, Date.now() + this.around.patience.answerMs);
  }

  /** The gateway stops. What was written before still goes out, if the peer takes it in time. */
  goAway(): void {
    const { answerMs, finishMs } = this.around.patience;
    this.close(GOING_AWAY);
    this.#finishBy = Date.now() + answerMs + finishMs;
    this.around.deadlines.set(this, Date.now() + answerMs);
  }

  #giveUp(): void {
    const now = Date.now();
    if (this.outbox.unsent > 0 && now < this.#finishBy) this.around.deadlines.set(this, this.#finishBy);
    else this.socket.terminate();
  }

  close({ code, reason }: Closing): void {
    this.#end();
    this.socket.close(code, reason);
  }

  /** The peer closes, or broke the protocol of WebSockets: nothing reaches it. The socket's own end may come much later. */
  unreachable(): void {
    this.#end();
  }

  /** The socket has closed. */
  closed(): void {
    this.#end();
    this.around.deadlines.clear(this);
    this.around.heartbeats.remove(this);
  }

  #end(): void {
    if (this.#phase === 'closing') return;
    this.#phase = 'closing';
    this.around.deadlines.clear(this);
    const subscriptions = this.#subscriptions;
    this.#subscriptions = undefined;
    for (const subscription of subscriptions?.values() ?? []) subscription.stop();
  }

  #take(message: ClientMessage): void {
    switch (message.type) {
      case 'connection_init':
        this.#init(message.payload);
        break;
      case 'ping':
        this.#ping(message.payload);
        break;
      case 'pong':
        break;
      case 'subscribe':
        this.#subscribe(message.id, message.payload);
        break;
      case 'complete':
        this.#complete(message.id);
        break;
      default:
        // In form, so not a bad message to the reference implementation; but it fails on it.
        this.close(INTERNAL_ERROR);
    }
  }

  #init(payload: Record<string, unknown> | null | undefined): void {
    if (this.#phase !== 'opened') {
      this.close(TOO_MANY_INITS);
      return;
    }
    this.#phase = 'initialising';
    this.around.deadlines.clear(this);
    this.#admit(payload?.['authorization'], () => this.outbox.frame(ACK_FRAME));
  }

  #ping(payload: Record<string, unknown> | null | undefined): void {
    const renewal = payload?.['authorization'];
    // A token is not sent back.
    if (this.#phase === 'acknowledged' && renewal !== undefined) {
      if (this.#mayAsk()) this.#admit(renewal, () => this.outbox.frame(PONG_FRAME));
    } else this.outbox.frame(payload ? textFrame(JSON.stringify({ type: 'pong', payload })) : PONG_FRAME);
  }

  /** Lets the socket in, or prolongs its stay, and then calls `admitted`; or closes it. */
  #admit(authorization: unknown, admitted: () => void): void {
    const judged = this.around.admission.admit(authorization, this.#viewer).then((answer) => {
      if (this.#phase === 'closing') return;
      if ('refused' in answer) return this.close(answer.refused);
      this.#viewer = answer.viewer;
      this.#phase = 'acknowledged';
      this.around.deadlines.set(this, answer.viewer.expiresAt * 1000);
      admitted();
    });
    judged.catch((error: unknown) => this.#failed(error));
  }

  #subscribe(id: string, payload: SubscribePayload): void {
    this.#subscriptions ??= new Map();
    if (this.#phase !== 'acknowledged') this.close(UNAUTHORIZED);
    else if (this.#subscriptions.has(id)) this.close(idTaken(id));
    else if (this.#mayAsk()) this.#open(id, payload);
  }

  /** Closes a socket that asks for too much too fast. */
  #mayAsk(): boolean {
    const may = this.#asks.take(performance.now());
    if (!may) this.close(refusedBy('RATE_LIMITED'));
    return may;
  }

  #open(id: string, payload: SubscribePayload): void {
    const subscription = new Subscription(this, id);
    try {
      const { release, join } = this.#prepare(payload);
      this.#keep(subscription);
      this.around.metrics.subscriptions(1);
      subscription.start(join, () => {
        release();
        this.around.metrics.subscriptions(-1);
      });
    } catch (error) {
      this.#forget(id);
      subscription.stop();
      this.#refuse(
        id,
        refusalsOf(error).map((refusal) => publicErrorOf(refusal, this.around.log)),
      );
    }
  }

  #prepare(payload: SubscribePayload) {
    const { maxSubscriptions, admitFeed, admitSubscription, subscribeFeed } = this.around;
    if ((this.#subscriptions?.size ?? 0) >= maxSubscriptions) {
      throw new AppError('RATE_LIMITED', `A socket carries at most ${maxSubscriptions} subscriptions at a time.`);
    }
    // The cheaper question first.
    const release = admitSubscription(this.viewer());
    try {
      const { plan, variables } = admitFeed(payload);
      return { release, join: (subscriber: FeedSubscriber) => subscribeFeed({ plan, variables, subscriber }) };
    } catch (error) {
      release();
      throw error;
    }
  }

  ended(subscription: Subscription, errors: readonly GraphQLFormattedError[] | undefined): void {
    const { id } = subscription;
    this.#forget(id);
    if (errors) this.#refuse(id, errors);
    else this.outbox.frame(textFrame(JSON.stringify({ id, type: 'complete' })));
  }

  #refuse(id: string, errors: readonly GraphQLFormattedError[]): void {
    this.outbox.frame(textFrame(JSON.stringify({ id, type: 'error', payload: errors })));
  }

  #complete(id: string): void {
    const subscription = this.#subscriptions?.get(id);
    this.#forget(id);
    subscription?.stop();
  }

  #keep(subscription: Subscription): void {
    this.#subscriptions?.set(subscription.id, subscription);
    this.#gatherIfSeveral();
  }

  #forget(id: string): void {
    if (this.#subscriptions?.delete(id)) this.#gatherIfSeveral();
  }

  /** Of one subscription a turn has one write anyway. */
  #gatherIfSeveral(): void {
    this.outbox.gathers = (this.#subscriptions?.size ?? 0) > 1;
  }

  #failed(error: unknown): void {
    this.around.log.error({ err: error }, 'internal error on a WebSocket');
    this.close(INTERNAL_ERROR);
  }
}
