/**
 * Signals between the two people of a round, over Redis pub/sub: whoever listens at that moment has them, in the
 * order in which they were published, and nobody else ever does.
 */
import { AppError, validationFailed } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import type { RedisConnection } from '@interview/runtime/redis';
import { channels, keys } from '@interview/schema/keys';
import { SignalMessage } from '@interview/schema/messages';
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { EventQueue } from '@interview/subgraph-kit/feeds/event-queue';
import { guarded } from '@interview/subgraph-kit/feeds/guarded';
import type { Topics } from '@interview/subgraph-kit/feeds/topics';
import { type RoundAccess, relationTo, required } from '@interview/subgraph-kit/round-access';
import { hasEnded } from '../round.lifecycle.js';
import { checkPayload, type Signal } from './signal.js';

/** Of one person in one round. A browser that finds all its candidates at once sends some twenty. */
const SIGNALS_PER_SECOND = 50;
/** Signals that wait for one reader. Negotiation is over long before; a reader that far behind starts anew. */
const MAX_WAITING = 500;

export interface SignalService {
  /**
   * True when it was published; whether the other person listened is not known.
   * @throws AppError NOT_FOUND, ACCESS_DENIED, VALIDATION_FAILED, RATE_LIMITED; SERVICE_UNAVAILABLE while Redis is away.
   */
  send(context: SubgraphContext, roundId: string, payload: unknown): Promise<boolean>;
  /** What the other person sends from now on. Completes when the round has ended. */
  feed(context: SubgraphContext, roundId: string): Promise<AsyncIterableIterator<Signal>>;
}

export interface SignalServiceOptions {
  redis: RedisConnection;
  topics: Topics;
  log: Logger;
  now?: () => number;
}

type Person = 'CANDIDATE' | 'INTERVIEWER';
const PEOPLE: readonly Person[] = ['CANDIDATE', 'INTERVIEWER'];

const isRefusal = (error: unknown) => error instanceof AppError;

export function createSignalService({ redis, topics, log, now = Date.now }: SignalServiceOptions): SignalService {
  /** The round, and which of its two people asks. */
  async function between(context: SubgraphContext, roundId: string): Promise<{ round: RoundAccess; person: Person }> {
    const round = required(context.viewer, await context.rounds.load(roundId), PEOPLE);
    // `required` has just seen that the relation is one of the two.
    return { round, person: relationTo(context.viewer, round) as Person };
  }

  function refuseEnded(round: RoundAccess): void {
    if (!hasEnded(round.status)) return;
    throw validationFailed([{ path: 'roundId', message: `the round is ${round.status}: there is no call any more` }]);
  }

  /** A second of the sender's own, counted in Redis: it holds however many replicas there are. */
  async function countOne(roundId: string, person: Person): Promise<void> {
    const key = keys.signalRate(roundId, person, Math.floor(now() / 1000));
    const results = await redis.multi().incr(key).expire(key, 5).exec();
    const [error, count] = results?.[0] ?? [new Error('Redis answered nothing.'), 0];
    if (error) throw error;
    if (Number(count) > SIGNALS_PER_SECOND) {
      throw new AppError('RATE_LIMITED', `At most ${SIGNALS_PER_SECOND} signals a second. Try again in a second.`);
    }
  }

  return {
    async send(context, roundId, payload) {
      const { round, person } = await between(context, roundId);
      refuseEnded(round);
      checkPayload(payload);
      const message: SignalMessage = { from: { id: context.viewer.id, person }, payload };
      try {
        await countOne(round.id, person);
        await topics.publish(channels.signal(round.id), message);
      } catch (error) {
        if (error instanceof AppError) throw error;
        // That Redis is away is logged by its connection, once an outage.
        log.debug({ err: error, roundId: round.id }, 'a signal could not be published');
        throw new AppError('SERVICE_UNAVAILABLE', 'Signals cannot be passed on at the moment. Try again.');
      }
      return true;
    },

    async feed(context, roundId) {
      const { round, person } = await between(context, roundId);
      refuseEnded(round);
      let stopListening: (() => void) | undefined;
      const queue = new EventQueue<Signal>(() => stopListening?.());
      stopListening = await topics.listen(channels.signal(round.id), {
        onMessage(message) {
          const { from, payload } = SignalMessage.parse(message);
          if (from.person === person) return;
          if (queue.size < MAX_WAITING) queue.push({ from: from.id, payload });
          else queue.fail(new AppError('SERVICE_UNAVAILABLE', 'Too many signals were waiting. Subscribe again.'));
        },
        // Nothing is kept that could be looked up; what pub/sub lost, negotiation asks for again.
        onDoubt: () => undefined,
      });
      const stillTheirs = async () => {
        const present = await between(context, roundId);
        if (hasEnded(present.round.status)) queue.end();
      };
      return guarded(queue, stillTheirs, isRefusal);
    },
  };
}
