/**
 * Rooms while their rounds come to be: whatever fails, crashes or comes at once, there is never a room without a
 * round, nor a round without a room.
 */
import { createLog } from '@interview/runtime/log';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createRoundService } from '../round.service.js';
import { anInput, CREATE, codeOf, interviewsIn, type People, people } from '../testing/interviews.js';
import { createRoundRooms } from './round-rooms.js';
import { openRoomsWorld, type RoomsWorld } from './testing/rooms-world.js';
import { FAULTS } from './testing/videosdk-server.js';
import type { VideoRooms } from './video-rooms.js';

let at: RoomsWorld;
const { ask, create } = interviewsIn(() => at.world);
beforeAll(async () => {
  at = await openRoomsWorld();
});
afterAll(() => at.close());
beforeEach(() => at.renew());

const log = createLog('test', 'silent');
const roundsOf = async (who: People) =>
  (
    await at.world.sql<{ id: string }>('select id from rounds.interview_rounds where company_id = ?', [
      who.hr.companyId,
    ])
  ).length;

describe('a round that is created', () => {
  it('has a room of its provider, known there by the round’s id', async () => {
    const { id } = await create(people());
    const [room] = [...at.vendor.rooms.values()];
    expect(room?.customRoomId).toBe(id);
    expect(await at.roomOf(id)).toEqual({ video_provider: 'videosdk', videosdk_meeting_id: room?.roomId });
    expect(await at.count('room_intents')).toBe(0);
    await at.sweep();
    expect(at.openRooms()).toEqual([room?.roomId]);
  });

  it('asks for no second room when it is created again', async () => {
    const who = people();
    const same = { externalInterviewId: 'again' };
    const { id } = await create(who, same);
    expect((await create(who, same)).id).toBe(id);
    expect(at.vendor.calls).toEqual(['POST /v2/rooms']);
  });

  it('asks for no room when it is refused', async () => {
    const who = people();
    await codeOf(at.world.graph(who.candidate, CREATE, { input: anInput(who) }));
    await codeOf(at.world.graph(who.hr, CREATE, { input: anInput(who, { roundNumber: 0 }) }));
    await create(who, { externalInterviewId: 'other-fields' });
    const conflicting = anInput(who, { externalInterviewId: 'other-fields', externalJobRoleId: 'another' });
    expect(await codeOf(at.world.graph(who.hr, CREATE, { input: conflicting }))).toEqual({ code: 'CONFLICT' });
    expect(at.vendor.calls).toHaveLength(1);
  });

  it('is one with one room when two replicas create it at once', async () => {
    const who = people();
    const input = anInput(who, { externalInterviewId: 'two-replicas' });
    const replica = () =>
      createRoundService({ kick: async () => undefined, rooms: createRoundRooms(at.providers, log) });
    const replicas = [replica(), replica()];
    const created = await Promise.all(
      Array.from({ length: 10 }, (_, i) => replicas[i % 2]?.create(at.fork(), who.hr, input as never)),
    );
    const ids = new Set(created.map((round) => round?.id));
    expect(ids.size).toBe(1);
    expect(created.filter((round) => round?.justCreated)).toHaveLength(1);
    await at.sweep();
    expect(at.openRooms()).toEqual([created[0]?.videosdkMeetingId]);
    expect([...at.vendor.rooms.values()].map((room) => room.customRoomId)).toContain(created[0]?.id);
  });

  it('shares the room of one who is still waiting for it', async () => {
    const who = people();
    const input = anInput(who, { externalInterviewId: 'slow-and-quick' });
    const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const quick = at.rooms;
    at.rooms = {
      ...quick,
      create: async (roundId) => {
        asked.resolve();
        await answer.promise;
        return quick.create(roundId);
      },
    };
    const slow = at.world.graph(who.hr, CREATE, { input });
    await asked.promise;
    at.rooms = quick;
    const first = await ask<{ id: string }>(who.hr, CREATE, { input });
    answer.resolve();
    expect((await slow).data?.['createRound']).toMatchObject({ id: first.id, justCreated: false });
    await at.sweep();
    expect(at.openRooms()).toHaveLength(1);
    expect((await at.roomOf(first.id))?.videosdk_meeting_id).toBe(at.openRooms()[0]);
  });

  it('keeps its own room when another creation came so late that it asked for a second one', async () => {
    const who = people();
    const input = anInput(who, { externalInterviewId: 'late' });
    const quick = at.rooms;
    const late: VideoRooms = {
      ...quick,
      create: async (roundId) => {
        // The intent is lost, as if a sweep had come between; the winner then has another id and room.
        await at.world.sql('delete from rounds.room_intents where round_id = ?', [roundId]);
        at.rooms = quick;
        await ask(who.hr, CREATE, { input });
        return quick.create(roundId);
      },
    };
    at.rooms = late;
    const { id } = await ask<{ id: string }>(who.hr, CREATE, { input });
    expect(at.vendor.rooms.size).toBe(2);
    await at.sweep();
    expect(at.openRooms()).toEqual([(await at.roomOf(id))?.videosdk_meeting_id]);
  });
});

describe('a creation that fails', () => {
  it('answers SERVICE_UNAVAILABLE while the provider is down, and leaves nothing', async () => {
    const who = people();
    at.vendor.failAlways(FAULTS.status(503));
    expect(await codeOf(at.world.graph(who.hr, CREATE, { input: anInput(who) }))).toEqual({
      code: 'SERVICE_UNAVAILABLE',
    });
    expect(await roundsOf(who)).toBe(0);
    at.vendor.failAlways(null);
    await at.sweep();
    expect([await at.count('room_intents'), await at.count('room_closings'), at.vendor.rooms.size]).toEqual([0, 0, 0]);
  });

  it('leaves no room when the provider made one and its answer was lost', async () => {
    const who = people();
    at.vendor.failAlways(FAULTS.doneButFailed);
    expect(await codeOf(at.world.graph(who.hr, CREATE, { input: anInput(who) }))).toEqual({
      code: 'SERVICE_UNAVAILABLE',
    });
    expect(at.openRooms()).toHaveLength(1);
    at.vendor.failAlways(null);
    await at.sweep();
    expect(at.openRooms()).toEqual([]);
    expect(await roundsOf(who)).toBe(0);
  });

  it('is gone on with by the next one, in the same room', async () => {
    const who = people();
    const same = anInput(who, { externalInterviewId: 'tried-again' });
    at.vendor.failAlways(FAULTS.doneButFailed);
    await codeOf(at.world.graph(who.hr, CREATE, { input: same }));
    at.vendor.failAlways(null);
    const { id } = await ask<{ id: string }>(who.hr, CREATE, { input: same });
    expect(at.openRooms()).toEqual([(await at.roomOf(id))?.videosdk_meeting_id]);
    await at.sweep();
    expect(at.openRooms()).toHaveLength(1);
  });

  const crash = () => Promise.reject(new Error('crash'));
  /** Every insert into the table fails until the function that is answered was called. */
  async function crashOn(table: string): Promise<() => Promise<unknown>> {
    await at.world.sql(
      `create function public.crash() returns trigger language plpgsql as $$ begin raise 'crash'; end $$`,
    );
    await at.world.sql(
      `create trigger crash before insert on rounds.${table} for each row execute function public.crash()`,
    );
    return () => at.world.sql('drop function public.crash cascade');
  }
  const crashes: [string, (real: VideoRooms) => Partial<VideoRooms>, string | null][] = [
    ['after the intent', () => ({ create: crash }), null],
    ['after the room was made', (real) => ({ create: (id) => real.create(id).then(crash) }), null],
    ['while the round is inserted', () => ({}), 'interview_rounds'],
    ['after the round was inserted, before the commit', () => ({}), 'round_changes'],
  ];
  it.each(crashes)('leaves neither round nor room when it crashes %s', async (_when, broken, table) => {
    const who = people();
    const real = at.rooms;
    at.rooms = { ...real, ...broken(real) };
    const mend = table ? await crashOn(table) : async () => undefined;
    try {
      expect(await codeOf(at.world.graph(who.hr, CREATE, { input: anInput(who) }))).toEqual({ code: 'INTERNAL_ERROR' });
    } finally {
      await mend();
      at.rooms = real;
    }
    expect(await roundsOf(who)).toBe(0);
    expect(await at.count('room_intents')).toBe(1);
    await at.sweep();
    expect(at.openRooms()).toEqual([]);
    expect([await at.count('room_intents'), await at.count('room_closings')]).toEqual([0, 0]);
  });

  it('does not make a round of a room that was given up while it waited', async () => {
    const who = people();
    const real = at.rooms;
    at.rooms = {
      ...real,
      create: async (roundId) => {
        const roomId = await real.create(roundId);
        await at.sweep();
        return roomId;
      },
    };
    expect(await codeOf(at.world.graph(who.hr, CREATE, { input: anInput(who) }))).toEqual({
      code: 'SERVICE_UNAVAILABLE',
    });
    at.rooms = real;
    await at.sweep();
    expect(await roundsOf(who)).toBe(0);
    expect(at.openRooms()).toEqual([]);
  });

  it('keeps an intent for as long as somebody may still be at it', async () => {
    const who = people();
    at.vendor.failAlways(FAULTS.status(503));
    await codeOf(at.world.graph(who.hr, CREATE, { input: anInput(who) }));
    await at.closeRooms();
    expect(await at.count('room_intents')).toBe(1);
  });
});
