/**
 * A room for a round that is about to exist, so that whatever crashes there is never a room without a round, nor
 * a round without a room:
 *
 * 1. the intent is committed: the round's future id, by which the provider knows the room;
 * 2. the provider makes the room;
 * 3. one transaction takes the intent away and inserts the round with its room.
 *
 * Who creates the same round at the same time, or again after a crash, shares the intent and so the id and the
 * room. An intent that nobody finishes becomes a room to close (`room-closings.ts`).
 */
import { randomUUID } from 'node:crypto';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { VideoProvider } from './video-rooms.js';

/** What makes a round unique: its intent is unique by the same. */
export interface RoundSlot {
  companyId: string;
  externalInterviewId: string;
  roundNumber: number;
}

export interface RoomIntent {
  roundId: string;
  provider: VideoProvider;
}

/**
 * Longer than a creation takes, from the intent to its end. Who still holds an intent after this long finds it
 * gone and starts anew.
 */
export const INTENT_PATIENCE_MS = 5 * 60_000;
/** A room may be asked for by several; it is closed when all of them have come to an end. */
const STRAGGLER_PATIENCE_MS = 2 * 60_000;

/** Writes down that a room of `provider` is going to be asked for, or answers who wanted the same before. */
export async function intend(em: SqlEntityManager, slot: RoundSlot, provider: VideoProvider): Promise<RoomIntent> {
  const [row] = await em.execute<{ round_id: string; provider: VideoProvider }[]>(
    `insert into rounds.room_intents (round_id, company_id, external_interview_id, round_number, provider)
     values (?, ?, ?, ?, ?)
     on conflict (company_id, external_interview_id, round_number) do update set asked_at = now()
     returning round_id, provider`,
    [randomUUID(), slot.companyId, slot.externalInterviewId, slot.roundNumber, provider],
  );
  if (!row) throw new Error('An intent was written and not answered.');
  return { roundId: row.round_id, provider: row.provider };
}

/**
 * Takes the intent away, in the transaction that inserts the round. False when somebody else did: they made the
 * round, or gave the room up.
 */
export async function fulfil(tx: SqlEntityManager, roundId: string): Promise<boolean> {
  const rows = await tx.execute<object[]>('delete from rounds.room_intents where round_id = ? returning round_id', [
    roundId,
  ]);
  return rows.length > 0;
}

/** Gives up the room that this round was to have, unless the round came to be: somebody else made it. */
export async function giveUp(em: SqlEntityManager, intent: RoomIntent, roomId: string): Promise<void> {
  await em.execute(
    `with gone as (delete from rounds.room_intents where round_id = ?)
     insert into rounds.room_closings (round_id, provider, room_id, due_at)
     select ?::uuid, ?, ?, now() + ? * interval '1 millisecond'
     where not exists (select 1 from rounds.interview_rounds where id = ?)
     on conflict (round_id) do update set room_id = excluded.room_id, due_at = excluded.due_at`,
    [intent.roundId, intent.roundId, intent.provider, roomId, STRAGGLER_PATIENCE_MS, intent.roundId],
  );
}

/** Makes rooms to close of the intents that nobody finished; answers how many. */
export async function giveUpAbandoned(em: SqlEntityManager, patienceMs = INTENT_PATIENCE_MS): Promise<number> {
  const rows = await em.execute<object[]>(
    `with gone as (
       delete from rounds.room_intents where asked_at < now() - ? * interval '1 millisecond' returning round_id, provider)
     insert into rounds.room_closings (round_id, provider) select round_id, provider from gone
     on conflict do nothing returning round_id`,
    [patienceMs],
  );
  return rows.length;
}
