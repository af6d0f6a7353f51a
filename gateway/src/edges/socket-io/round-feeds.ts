/**
 * Runs the server events of a round for a connection that is in it. Each is a feed that the connection shares with
 * whoever else reads the same, whatever their transport; an event becomes the guide's message, and that the bytes of
 * a packet, once for all of them.
 */
import { AppError } from '@interview/runtime/errors';
import type { GraphQLFormattedError } from 'graphql';
import { Encoder, PacketType } from 'socket.io-parser';
import { isErrorCode, NEUTRAL_MESSAGE } from '../../graph/errors.js';
import type { OpenFeeds } from '../../limits/open-feeds.js';
import type { FeedEvent } from '../../subscriptions/feed-event.js';
import type { FeedPlanner } from '../../subscriptions/feed-plan.js';
import type { SubscribeFeed } from '../../subscriptions/feed-subscriber.js';
import type { ErrorBody } from '../http-errors.js';
import type { InterviewSocket } from './interview-socket.js';
import { type Fields, SERVER_EVENTS, type Sent, type ServerEvent } from './server-events.js';

export interface RoundFeedsRequest {
  socket: InterviewSocket;
  roundId: string;
  /** Bytes that wait for the reader. */
  unsent: () => number;
  /** One of the feeds was ended or could not be opened; the others are ended with it. Told once, never before the answer. */
  onEnded: (reason: ErrorBody) => void;
}

/**
 * @returns what ends the feeds, without a word.
 * @throws FeedRefused when the graph has lost one of the feeds
 */
export type OpenRoundFeeds = (request: RoundFeedsRequest) => () => void;

/** @throws FeedRefused when the planner's graph does not have one of the feeds */
export function checkRoundFeeds(planner: FeedPlanner): void {
  for (const { document } of SERVER_EVENTS) planner.plan(document);
}

/** @throws FeedRefused when the graph does not have one of the feeds */
export function createRoundFeeds(options: {
  planner: FeedPlanner;
  subscribeFeed: SubscribeFeed;
  admitSubscription: OpenFeeds['admit'];
}): OpenRoundFeeds {
  const { planner, subscribeFeed, admitSubscription } = options;
  checkRoundFeeds(planner);

  return ({ socket, roundId, unsent, onEnded }) => {
    const sent: Sent = { insights: [] };
    const viewer = () => socket.data.viewer;
    const { role } = viewer();
    // Planned at each joining, which costs a look-up: the graph may have changed since the last.
    const mine = SERVER_EVENTS.filter(({ forCandidate }) => forCandidate || role !== 'CANDIDATE').map((server) => ({
      server,
      plan: planner.plan(server.document),
    }));
    let ended = false;
    let left = false;
    const leaves: (() => void)[] = [];
    const end = () => {
      ended = true;
      for (const leave of leaves.splice(0)) leave();
    };
    const endFor = (reason: ErrorBody) => {
      end();
      queueMicrotask(() => left || onEnded(reason));
    };
    for (const { server, plan } of mine) {
      if (ended) break;
      try {
        leaves.push(admitSubscription(viewer()));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        endFor({ code: error.code, message: error.message });
        break;
      }
      const leave = subscribeFeed({
        plan,
        variables: { roundId },
        subscriber: {
          viewer,
          backlog: unsent,
          events: ({ events }) => {
            for (const event of events) if (!ended) handOn(socket, server, roundId, event, sent);
          },
          ended: (errors) => {
            if (errors && !ended) endFor(bodyOf(errors[0]));
          },
        },
      });
      if (ended) leave();
      else leaves.push(leave);
    }
    return () => {
      left = true;
      end();
    };
  };
}

/** What this edge keeps with an event: the message, and the packet that carries it. */
interface Told {
  message: Fields | undefined;
  packet: string | undefined;
}

const TOLD = Symbol('what Socket.IO tells of an event');
const encoder = new Encoder();

function handOn(socket: InterviewSocket, server: ServerEvent, roundId: string, event: FeedEvent, sent: Sent): void {
  const told = event.once(TOLD, (): Told => {
    const fields = event.result.data?.['feed'];
    const hasFields = typeof fields === 'object' && fields !== null;
    return { message: hasFields ? server.message({ ...fields }, roundId) : undefined, packet: undefined };
  });
  const { message } = told;
  if (!message) return;
  const mine = server.toOne ? server.toOne(message, sent) : message;
  if (!mine) return;
  if (mine !== message) return void socket.emit(server.event, mine);
  told.packet ??= packetOf(server.event, message);
  // As Socket.IO writes what it has encoded; its own way for one packet to many goes by rooms, and a room does not
  // know who of it has been sent what.
  socket.conn.write(told.packet);
}

/** A message without binary is one packet of text. */
function packetOf(event: string, message: Fields): string {
  const [packet] = encoder.encode({ type: PacketType.EVENT, nsp: '/', data: [event, message] }) as unknown[];
  if (typeof packet !== 'string') throw new Error(`The message of "${event}" is not text.`);
  return packet;
}

/** A feed's error has been made public already; an error of no code would be the graph's own protocol. */
function bodyOf(error: GraphQLFormattedError | undefined): ErrorBody {
  const { code, details } = error?.extensions ?? {};
  if (!error || !isErrorCode(code)) return { code: 'INTERNAL_ERROR', message: NEUTRAL_MESSAGE };
  // `publicError` leaves details of the catalogue's form only.
  return { code, message: error.message, ...(details ? { details: details as AppError['details'] } : {}) };
}
