/**
 * How a round comes to be: with its room, its audit entry and a note for the relay in one transaction, and once
 * for each interview and number, however often and wherever it is asked for.
 */
import { AppError, conflict } from '@interview/runtime/errors';
import type { Viewer } from '@interview/runtime/viewer';
import { recordAudit } from '@interview/subgraph-kit/audit/audit';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { Round } from './round.entity.js';
import { type CreateRoundInput, checkCreate } from './round.input.js';
import { noteChange } from './round.relay.js';
import { type PreparedRoom, RoomTaken, type RoundRooms } from './video/round-rooms.js';

type Plan = Pick<
  Round,
  | 'companyId'
  | 'externalInterviewId'
  | 'externalCandidateId'
  | 'externalInterviewerId'
  | 'externalJobRoleId'
  | 'roundNumber'
  | 'roundType'
  | 'interviewMode'
  | 'scheduledAt'
  | 'scheduledDurationMinutes'
>;

/**
 * The new round, or the one that is there if it was created the same.
 * @throws AppError ACCESS_DENIED, VALIDATION_FAILED; CONFLICT when the one that is there differs; SERVICE_UNAVAILABLE
 * when no room could be had.
 */
export async function createRound(
  em: SqlEntityManager,
  rooms: RoundRooms,
  viewer: Viewer,
  input: CreateRoundInput,
  at: Date,
): Promise<Round> {
  if (viewer.role !== 'HR' && viewer.role !== 'ADMIN') {
    throw new AppError('ACCESS_DENIED', 'Only HR and ADMIN may create rounds.');
  }
  checkCreate(input);
  const plan: Plan = {
    companyId: viewer.companyId,
    externalInterviewId: input.externalInterviewId,
    externalCandidateId: input.externalCandidateId,
    externalInterviewerId: input.externalInterviewerId ?? null,
    externalJobRoleId: input.externalJobRoleId,
    roundNumber: input.roundNumber ?? 1,
    roundType: input.roundType,
    interviewMode: input.interviewMode,
    scheduledAt: input.scheduledAt ?? null,
    scheduledDurationMinutes: input.scheduledDurationMinutes ?? 60,
  };
  // What is there already needs no room.
  const known = await existing(em, plan);
  if (known) return known;
  const room = await rooms.prepare(em.fork() as SqlEntityManager, plan);
  try {
    return await em.fork().transactional(async (tx) => {
      await rooms.claim(tx as SqlEntityManager, room);
      return insert(tx as SqlEntityManager, viewer, plan, room, at);
    });
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException || error instanceof RoomTaken)) throw error;
    await rooms.release(em.fork() as SqlEntityManager, room);
    const winner = await existing(em, plan);
    if (winner) return winner;
    throw new AppError('SERVICE_UNAVAILABLE', 'The round could not be created at this moment. Try again.');
  }
}

async function insert(tx: SqlEntityManager, viewer: Viewer, plan: Plan, room: PreparedRoom, at: Date): Promise<Round> {
  const round = tx.create(Round, {
    ...plan,
    id: room.roundId,
    videoProvider: room.provider,
    videosdkMeetingId: room.roomId,
    startedAt: null,
    endedAt: null,
    candidateConsentTimestamp: null,
    createdAt: at,
    updatedAt: at,
  });
  await tx.flush();
  await noteChange(tx, round.id);
  await recordAudit(tx, {
    ...{ companyId: round.companyId, actor: viewer, action: 'ROUND_CREATED', roundId: round.id },
    detail: { roundNumber: round.roundNumber, interviewMode: round.interviewMode },
  });
  round.madeHere = true;
  return round;
}

/** Creating the same again answers what is there; the same interview and number with other fields is a conflict. */
async function existing(em: SqlEntityManager, plan: Plan): Promise<Round | null> {
  const { companyId, externalInterviewId, roundNumber } = plan;
  const round = await em.findOne(Round, { companyId, externalInterviewId, roundNumber });
  if (!round) return null;
  if (round.erasure) throw conflict(`Round ${roundNumber} of this interview is being erased. Create it afterwards.`);
  const names = Object.keys(plan) as (keyof Plan)[];
  const differing = names.filter((name) => String(comparable(round[name])) !== String(comparable(plan[name])));
  if (differing.length > 0) {
    throw conflict(`Round ${roundNumber} of this interview exists already, with another ${differing.join(', ')}.`);
  }
  return round;
}

const comparable = (value: unknown) => (value instanceof Date ? value.getTime() : value);
