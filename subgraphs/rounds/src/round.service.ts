/**
 * What happens to a round. Each change locks the row, decides access first, and commits together with its audit
 * entries and a note for the relay, so what others are told is what was stored.
 */
import { randomUUID } from 'node:crypto';
import { AppError, validationFailed } from '@interview/runtime/errors';
import type { Viewer } from '@interview/runtime/viewer';
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { entityBy } from '@interview/subgraph-kit/entity-loader';
import {
  isUuid,
  PARTICIPANTS,
  type Relation,
  readable,
  relationTo,
  required,
} from '@interview/subgraph-kit/round-access';
import { LockMode } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { saveChange, snapshot } from './round.change.js';
import { createRound } from './round.creation.js';
import { Question, Round } from './round.entity.js';
import { type CreateRoundInput, checkQuestion, checkUpdate, type UpdateRoundInput } from './round.input.js';
import { afterPresence, hasEnded, mayBeUpdated } from './round.lifecycle.js';
import type { RoundRooms } from './video/round-rooms.js';

export interface RoundService {
  create(em: SqlEntityManager, viewer: Viewer, input: CreateRoundInput): Promise<Round>;
  update(em: SqlEntityManager, viewer: Viewer, id: string, input: UpdateRoundInput): Promise<Round>;
  join(em: SqlEntityManager, viewer: Viewer, id: string): Promise<Round>;
  leave(em: SqlEntityManager, viewer: Viewer, id: string): Promise<Round>;
  recordConsent(em: SqlEntityManager, viewer: Viewer, id: string, given: boolean): Promise<Round>;
  markQuestion(em: SqlEntityManager, viewer: Viewer, id: string, text: string, askedAt: Date): Promise<Question>;
}

const roundById = entityBy(Round, 'id');

/**
 * Null for what does not exist for the viewer; ACCESS_DENIED for what is not theirs to see. However many places
 * of an answer ask for a round, one statement reads them all.
 */
export async function findRound(context: SubgraphContext, id: string): Promise<Round | null> {
  const round = await roundById(context, id);
  return round && !round.erasure && readable(context.viewer, round.access(), PARTICIPANTS) ? round : null;
}

/**
 * Who gave consent sends media at once: an answer waits until Redis was told, so that gateway and workers know
 * what the client knows. A Redis that is away is not waited for.
 */
const TELLING_LIMIT_MS = 500;

export interface RoundServiceOptions {
  /** Called after each commit; resolves when Redis was told. */
  kick: () => Promise<void>;
  rooms: RoundRooms;
  now?: () => Date;
}

export function createRoundService({ kick, rooms, now = () => new Date() }: RoundServiceOptions): RoundService {
  const tell = () => Promise.race([kick(), new Promise((resolve) => setTimeout(resolve, TELLING_LIMIT_MS).unref())]);

  /** One change of one round: locked, allowed, made, noted. */
  async function change<T>(
    em: SqlEntityManager,
    viewer: Viewer,
    id: string,
    who: readonly Relation[],
    make: (round: Round, relation: Relation, tx: SqlEntityManager) => T | Promise<T>,
  ): Promise<T> {
    const result = await em.transactional(async (tx) => {
      const found = isUuid(id)
        ? await tx.findOne(
            Round,
            { id, companyId: viewer.companyId, erasure: null },
            { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true },
          )
        : null;
      required(viewer, found?.access(), who);
      // `required` throws for a round that is not there.
      const round = found as Round;
      const before = snapshot(round);
      const made = await make(round, relationTo(viewer, round.access()), tx);
      tx.getUnitOfWork().computeChangeSets();
      if (made !== round || tx.getUnitOfWork().getChangeSets().length > 0) {
        await saveChange(tx, { round, before, actor: viewer, at: now() });
      }
      return made;
    });
    await tell();
    return result;
  }

  function presence(em: SqlEntityManager, viewer: Viewer, id: string, cause: 'JOIN' | 'LEAVE'): Promise<Round> {
    return change(em, viewer, id, ['CANDIDATE', 'INTERVIEWER'], (round, relation) => {
      if (cause === 'JOIN' && hasEnded(round.status)) {
        throw validationFailed([{ path: 'id', message: `the round is ${round.status} and can no longer be joined` }]);
      }
      round.moveTo(afterPresence(round.status, round.interviewMode, cause, relation), now());
      return round;
    });
  }

  return {
    async create(em, viewer, input) {
      const round = await createRound(em, rooms, viewer, input, now());
      if (round.madeHere) await tell();
      return round;
    },

    async update(em, viewer, id, input) {
      return change(em, viewer, id, ['INTERVIEWER', 'STAFF'], (round, relation) => {
        checkUpdate(input);
        if (input.externalInterviewerId !== undefined && relation !== 'STAFF') {
          throw new AppError('ACCESS_DENIED', 'Only HR and ADMIN may assign an interviewer.');
        }
        const reschedules = input.scheduledAt !== undefined || input.externalInterviewerId !== undefined;
        if (reschedules && hasEnded(round.status)) {
          throw validationFailed([
            { path: 'input', message: `the round is ${round.status} and can no longer be planned` },
          ]);
        }
        if (input.status && !mayBeUpdated(round.status, input.status, relation)) {
          throw validationFailed([
            { path: 'input.status', message: `a round that is ${round.status} cannot become ${input.status}` },
          ]);
        }
        if (input.scheduledAt !== undefined) round.scheduledAt = input.scheduledAt;
        if (input.externalInterviewerId !== undefined) round.externalInterviewerId = input.externalInterviewerId;
        if (input.status) round.moveTo(input.status, now());
        return round;
      });
    },

    join: (em, viewer, id) => presence(em, viewer, id, 'JOIN'),
    leave: (em, viewer, id) => presence(em, viewer, id, 'LEAVE'),

    recordConsent: (em, viewer, id, given) =>
      change(em, viewer, id, ['CANDIDATE'], (round) => {
        if (given && hasEnded(round.status)) {
          throw validationFailed([
            { path: 'consent', message: `the round is ${round.status}: there is nothing left to consent to` },
          ]);
        }
        if (round.candidateConsentGiven !== given || !round.candidateConsentTimestamp) {
          round.candidateConsentGiven = given;
          round.candidateConsentTimestamp = now();
        }
        return round;
      }),

    markQuestion: (em, viewer, id, text, askedAt) =>
      change(em, viewer, id, ['INTERVIEWER'], async (round, _relation, tx) => {
        checkQuestion(text);
        if (round.status !== 'IN_PROGRESS') {
          throw validationFailed([{ path: 'roundId', message: `the round is ${round.status}, not IN_PROGRESS` }]);
        }
        const question = tx.create(Question, { id: randomUUID(), round, companyId: round.companyId, text, askedAt });
        await tx.flush();
        return question;
      }),
  };
}
