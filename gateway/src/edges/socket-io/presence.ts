/**
 * Being in a round over Socket.IO, across replicas. A person may be there with several connections (two tabs, one
 * that is being replaced, through several replicas): the last one to go counts. One that is lost, rather than
 * left, has time to return. When a replica is killed, the others see its connections expire.
 *
 * The graph is told of a departure as the person who left: with their id, role and company, which the gateway
 * had verified when they joined.
 */
import { AppError } from '@interview/runtime/errors';
import type { Logger } from '@interview/runtime/log';
import type { RedisConnection } from '@interview/runtime/redis';
import type { Viewer } from '@interview/runtime/viewer';
import type { RunOperation } from '../../graph/operations.js';
import { createPresenceStore, type Person, type Stay } from './presence-store.js';

const JOIN = 'mutation JoinRound($id: ID!) { joinRound(id: $id) { id } }';
const LEAVE = 'mutation LeaveRound($id: ID!) { leaveRound(id: $id) { id } }';

/** Longer than a call of the graph may take: a departure that nobody finished is then another's to tell. */
const CLAIM_MS = 15_000;
/** For how long the gateway speaks for somebody whose token may have ended since they were there. */
const SPEAKING_SECONDS = 60;

export type PresenceChange = 'joined' | 'left';

export interface Presence {
  /** Enters the round. @throws AppError when the graph refuses; SERVICE_UNAVAILABLE while Redis is away. */
  join(viewer: Viewer, roundId: string, connectionId: string): Promise<void>;
  /** Leaves it, when no other connection of the person is in it. @throws AppError SERVICE_UNAVAILABLE: left later. */
  leave(viewer: Viewer, roundId: string, connectionId: string): Promise<void>;
  /** The connection was lost: leaves after the time of grace, unless the person returns. */
  lost(viewer: Viewer, roundId: string, connectionId: string): Promise<void>;
  peopleIn(roundId: string): Promise<Person[]>;
  /** Told by the one replica whose doing it was. */
  onChange(listener: (change: PresenceChange, roundId: string, person: Person) => void): void;
  /** Renews and sweeps no more: this process stops, the people return elsewhere or are found to have left. */
  close(): void;
}

export interface PresenceOptions {
  redis: RedisConnection;
  run: RunOperation;
  graceMs: number;
  log: Logger;
}

export function createPresence({ redis, run, graceMs, log }: PresenceOptions): Presence {
  const store = createPresenceStore(redis);
  const renewEveryMs = between(50, graceMs / 6, 5000);
  const sweepEveryMs = between(20, graceMs / 10, 1000);
  // One renewal may be late before a connection that is there counts as lost.
  const holdMs = graceMs + renewEveryMs;
  /** The connections of this replica. */
  const held = new Map<string, Stay>();
  const listeners: ((change: PresenceChange, roundId: string, person: Person) => void)[] = [];
  // After an outage of Redis everything may look expired that others are about to renew.
  let sweepsFromMs = Date.now() + renewEveryMs;
  redis.on('ready', () => {
    sweepsFromMs = Date.now() + renewEveryMs;
  });

  const tell = (change: PresenceChange, roundId: string, person: Person) => {
    for (const listener of listeners) listener(change, roundId, person);
  };

  const enter = async (stay: Stay, viewer: Viewer): Promise<void> => {
    // Known before the graph is told: a replica that is killed in between leaves nobody in the round for ever.
    const isNew = await store.join(stay, holdMs);
    try {
      await run(viewer, JOIN, { id: stay.roundId });
    } catch (error) {
      // Who may have entered all the same is taken out later; who was refused has never been there.
      await (mayHaveHappened(error) ? store.lose(stay, graceMs) : store.forget(stay)).catch(() =>
        log.debug({ roundId: stay.roundId }, 'a refused join is left to expire'),
      );
      throw error;
    }
    if (isNew) tell('joined', stay.roundId, stay.person);
  };

  const depart = async (roundId: string, person: Person): Promise<void> => {
    try {
      await run(speakingFor(person), LEAVE, { id: roundId });
    } catch (error) {
      // Refused: the round is gone or another's by now, and there is nothing to leave.
      if (mayHaveHappened(error)) throw error;
    }
    if (await store.left(roundId, person)) tell('left', roundId, person);
    // They came back while the graph was being told, and it may have heard of that first.
    else await run(speakingFor(person), JOIN, { id: roundId });
  };

  const renew = async (stay: Stay): Promise<void> => {
    if ((await store.renew(stay, holdMs)) || !held.has(keyOf(stay))) return;
    // Redis was away for so long that this person counted as gone, or it has lost the entry.
    try {
      await enter(stay, speakingFor(stay.person));
    } catch (error) {
      if (mayHaveHappened(error)) throw error;
      held.delete(keyOf(stay));
    }
    // The connection may have gone meanwhile, and must not be left standing.
    if (!held.has(keyOf(stay))) await store.lose(stay, graceMs);
  };

  const sweep = async (): Promise<void> => {
    if (Date.now() < sweepsFromMs) return;
    for (const roundId of await store.dueRounds()) {
      for (const person of await store.sweep(roundId, CLAIM_MS)) {
        // Not waited for: a graph that is slow must not keep other rounds waiting. What fails is found again.
        depart(roundId, person).catch((error: unknown) => {
          log.warn({ roundId, err: error }, 'a departure could not be told yet');
        });
      }
    }
  };

  const timers = [
    repeat(renewEveryMs, () => allOf([...held.values()].map(renew)), 'presence could not be renewed', log),
    repeat(sweepEveryMs, sweep, 'who has left could not be looked for', log),
  ];

  return {
    peopleIn: (roundId) => store.peopleIn(roundId),
    onChange: (listener) => void listeners.push(listener),
    async join(viewer, roundId, connectionId) {
      const stay = { person: personOf(viewer), roundId, connectionId };
      await enter(stay, viewer);
      held.set(keyOf(stay), stay);
    },
    async leave(viewer, roundId, connectionId) {
      const stay = { person: personOf(viewer), roundId, connectionId };
      held.delete(keyOf(stay));
      if (await store.leave(stay, CLAIM_MS)) await depart(roundId, stay.person);
    },
    async lost(viewer, roundId, connectionId) {
      const stay = { person: personOf(viewer), roundId, connectionId };
      held.delete(keyOf(stay));
      // Without Redis the entry expires by itself.
      await store.lose(stay, graceMs).catch(() => log.debug({ roundId }, 'a lost connection is left to expire'));
    },
    close: () => timers.forEach(clearInterval),
  };
}

const between = (least: number, value: number, most: number) => Math.min(most, Math.max(least, value));
const keyOf = ({ roundId, connectionId }: Stay) => `${roundId}#${connectionId}`;
const personOf = ({ companyId, role, id }: Viewer): Person => ({ companyId, role, id });
const speakingFor = (person: Person): Viewer => ({
  ...person,
  email: null,
  expiresAt: Date.now() / 1000 + SPEAKING_SECONDS,
});

/** Anything but a clear refusal: the graph may have done it, or may yet. */
const mayHaveHappened = (error: unknown) =>
  !(error instanceof AppError) || error.code === 'SERVICE_UNAVAILABLE' || error.code === 'INTERNAL_ERROR';

/** Waits for all. @throws the first failure. */
async function allOf(work: Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((outcome) => outcome.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Runs `work` again and again, never twice at a time. What fails is told once, until it succeeds again. */
function repeat(everyMs: number, work: () => Promise<void>, failure: string, log: Logger): NodeJS.Timeout {
  let running = false;
  let failing = false;
  const timer = setInterval(() => {
    if (running) return;
    running = true;
    work()
      .then(
        () => {
          failing = false;
        },
        (error: unknown) => {
          if (!failing) log.warn({ err: error }, failure);
          failing = true;
        },
      )
      .finally(() => {
        running = false;
      });
  }, everyMs);
  return timer.unref();
}
