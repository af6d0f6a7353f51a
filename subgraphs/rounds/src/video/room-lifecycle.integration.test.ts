/**
 * Rooms from the intent to the end, with the real VideoSDK client and a server in the vendor's place: whatever
 * fails, crashes or comes at once, there is never a room without a round, nor a round without a room.
 */
import { randomUUID } from 'node:crypto';
import { createLog } from '@interview/runtime/log';
import { openSubgraphWorld, type SubgraphWorld } from '@interview/subgraph-kit/testing/subgraph-world';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { roundsDatabase } from '../database.js';
import { openRoundsWith } from '../graph.js';
import { createRoundService } from '../round.service.js';
import { anInput, CREATE, codeOf, interviewsIn, type People, people, UPDATE } from '../testing/interviews.js';
import { createP2pRooms } from './p2p.rooms.js';
import { closeRooms } from './room-closings.js';
import { createRoundRooms } from './round-rooms.js';
import { FAULTS, startVideoSdkServer, type VideoSdkServer } from './testing/videosdk-server.js';
import { type VideoProviders, videoProviders } from './video-providers.js';
import type { VideoRooms } from './video-rooms.js';
import { createVideoSdkRooms } from './videosdk.rooms.js';

const LIMITS = { attemptMs: 500, totalMs: 2000, backoffMs: 1 };
let world: SubgraphWorld;
let vendor: VideoSdkServer;
/** What the subgraph asks for rooms: a test may put another in its place. */
let rooms: VideoRooms;
const providers: VideoProviders = {
  get current() {
    return rooms;
  },
  of: (provider) => videoProviders(rooms, [createP2pRooms('key')]).of(provider),
};
const { ask, create, inProgress } = interviewsIn(() => world);
const log = createLog('test', 'silent');
const fork = () => world.foundation.orm.em.fork() as SqlEntityManager;

beforeAll(async () => {
  world = await openSubgraphWorld({
    database: roundsDatabase,
    open: (foundation) => openRoundsWith(foundation, providers),
  });
});
afterAll(() => world.close());
beforeEach(async () => {
  vendor = await startVideoSdkServer();
  rooms = createVideoSdkRooms({ ...vendor, limits: LIMITS });
});
afterEach(async () => {
  await world.sql('truncate rounds.room_intents, rounds.room_closings');
  await vendor.close();
});

/** The background work, with no patience: everything that could be given up or closed is. */
async function sweep(): Promise<void> {
  await world.sql("update rounds.room_closings set due_at = now() - interval '1 second'");
  await closeRooms({ fork, providers, log, intentPatienceMs: 0 });
  await world.sql("update rounds.room_closings set due_at = now() - interval '1 second'");
  await closeRooms({ fork, providers, log });
}
const count = async (what: string) => {
  const [row] = await world.sql<{ n: number }>(`select count(*)::int as n from rounds.${what}`);
  return row?.n;
};
const openRooms = () => [...vendor.rooms.values()].filter((room) => !room.disabled).map((room) => room.roomId);
const roomOf = async (roundId: string) => {
  const [row] = await world.sql<{ video_provider: string; videosdk_meeting_id: string }>(
    'select video_provider, videosdk_meeting_id from rounds.interview_rounds where id = ?',
    [roundId],
  );
  return row;
};
const roundsOf = async (who: People) =>
  (await world.sql<{ id: string }>('select id from rounds.interview_rounds where company_id = ?', [who.hr.companyId]))
    .length;

describe('a round that is created', () => {
  it('has a room of its provider, known there by the round’s id', async () => {
    const { id } = await create(people());
    const [room] = [...vendor.rooms.values()];
    expect(room?.customRoomId).toBe(id);
    expect(await roomOf(id)).toEqual({ video_provider: 'videosdk', videosdk_meeting_id: room?.roomId });
    expect(await count('room_intents')).toBe(0);
    await sweep();
    expect(openRooms()).toEqual([room?.roomId]);
  });

  it('asks for no second room when it is created again', async () => {
    const who = people();
    const same = { externalInterviewId: 'again' };
    const { id } = await create(who, same);
    expect((await create(who, same)).id).toBe(id);
    expect(vendor.calls).toEqual(['POST /v2/rooms']);
  });

  it('asks for no room when it is refused', async () => {
    const who = people();
    await codeOf(world.graph(who.candidate, CREATE, { input: anInput(who) }));
    await codeOf(world.graph(who.hr, CREATE, { input: anInput(who, { roundNumber: 0 }) }));
    await create(who, { externalInterviewId: 'other-fields' });
    const conflicting = anInput(who, { externalInterviewId: 'other-fields', externalJobRoleId: 'another' });
    expect(await codeOf(world.graph(who.hr, CREATE, { input: conflicting }))).toEqual({ code: 'CONFLICT' });
    expect(vendor.calls).toHaveLength(1);
  });

  it('is one with one room when two replicas create it at once', async () => {
    const who = people();
    const input = anInput(who, { externalInterviewId: 'two-replicas' });
    const replica = () => createRoundService({ kick: async () => undefined, rooms: createRoundRooms(providers, log) });
    const replicas = [replica(), replica()];
    const created = await Promise.all(
      Array.from({ length: 10 }, (_, i) => replicas[i % 2]?.create(fork(), who.hr, input as never)),
    );
    const ids = new Set(created.map((round) => round?.id));
    expect(ids.size).toBe(1);
    expect(created.filter((round) => round?.justCreated)).toHaveLength(1);
    await sweep();
    expect(openRooms()).toEqual([created[0]?.videosdkMeetingId]);
    expect([...vendor.rooms.values()].map((room) => room.customRoomId)).toContain(created[0]?.id);
  });

  it('shares the room of one who is still waiting for it', async () => {
    const who = people();
    const input = anInput(who, { externalInterviewId: 'slow-and-quick' });
    const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const quick = rooms;
    rooms = {
      ...quick,
      create: async (roundId) => {
        asked.resolve();
        await answer.promise;
        return quick.create(roundId);
      },
    };
    const slow = world.graph(who.hr, CREATE, { input });
    await asked.promise;
    rooms = quick;
    const first = await ask<{ id: string }>(who.hr, CREATE, { input });
    answer.resolve();
    expect((await slow).data?.['createRound']).toMatchObject({ id: first.id, justCreated: false });
    await sweep();
    expect(openRooms()).toHaveLength(1);
    expect((await roomOf(first.id))?.videosdk_meeting_id).toBe(openRooms()[0]);
  });

  it('keeps its own room when another creation came so late that it asked for a second one', async () => {
    const who = people();
    const input = anInput(who, { externalInterviewId: 'late' });
    const quick = rooms;
    const late: VideoRooms = {
      ...quick,
      create: async (roundId) => {
        // The intent is lost, as if a sweep had come between; the winner then has another id and room.
        await world.sql('delete from rounds.room_intents where round_id = ?', [roundId]);
        rooms = quick;
        await ask(who.hr, CREATE, { input });
        return quick.create(roundId);
      },
    };
    rooms = late;
    const { id } = await ask<{ id: string }>(who.hr, CREATE, { input });
    expect(vendor.rooms.size).toBe(2);
    await sweep();
    expect(openRooms()).toEqual([(await roomOf(id))?.videosdk_meeting_id]);
  });
});

describe('a creation that fails', () => {
  it('answers SERVICE_UNAVAILABLE while the provider is down, and leaves nothing', async () => {
    const who = people();
    vendor.failAlways(FAULTS.status(503));
    expect(await codeOf(world.graph(who.hr, CREATE, { input: anInput(who) }))).toEqual({ code: 'SERVICE_UNAVAILABLE' });
    expect(await roundsOf(who)).toBe(0);
    vendor.failAlways(null);
    await sweep();
    expect([await count('room_intents'), await count('room_closings'), vendor.rooms.size]).toEqual([0, 0, 0]);
  });

  it('leaves no room when the provider made one and its answer was lost', async () => {
    const who = people();
    vendor.failAlways(FAULTS.doneButFailed);
    expect(await codeOf(world.graph(who.hr, CREATE, { input: anInput(who) }))).toEqual({ code: 'SERVICE_UNAVAILABLE' });
    expect(openRooms()).toHaveLength(1);
    vendor.failAlways(null);
    await sweep();
    expect(openRooms()).toEqual([]);
    expect(await roundsOf(who)).toBe(0);
  });

  it('is gone on with by the next one, in the same room', async () => {
    const who = people();
    const same = anInput(who, { externalInterviewId: 'tried-again' });
    vendor.failAlways(FAULTS.doneButFailed);
    await codeOf(world.graph(who.hr, CREATE, { input: same }));
    vendor.failAlways(null);
    const { id } = await ask<{ id: string }>(who.hr, CREATE, { input: same });
    expect(openRooms()).toEqual([(await roomOf(id))?.videosdk_meeting_id]);
    await sweep();
    expect(openRooms()).toHaveLength(1);
  });

  it.each([
    ['after the intent', 'interview_rounds', () => ({ ...rooms, create: () => Promise.reject(new Error('crash')) })],
    [
      'after the room was made',
      'interview_rounds',
      () => {
        const real = rooms;
        return { ...real, create: (id: string) => real.create(id).then(() => Promise.reject(new Error('crash'))) };
      },
    ],
    ['while the round is inserted', 'interview_rounds', () => rooms],
    ['after the round was inserted, before the commit', 'round_changes', () => rooms],
  ] as const)('leaves neither round nor room when it crashes %s', async (_when, table, broken) => {
    const who = people();
    const real = rooms;
    rooms = broken();
    await world.sql(
      `create function public.crash() returns trigger language plpgsql as $$ begin raise 'crash'; end $$`,
    );
    await world.sql(
      `create trigger crash before insert on rounds.${table} for each row execute function public.crash()`,
    );
    try {
      expect(await codeOf(world.graph(who.hr, CREATE, { input: anInput(who) }))).toEqual({ code: 'INTERNAL_ERROR' });
    } finally {
      await world.sql(`drop trigger crash on rounds.${table}`);
      await world.sql('drop function public.crash');
      rooms = real;
    }
    expect(await roundsOf(who)).toBe(0);
    expect(await count('room_intents')).toBe(1);
    await sweep();
    expect(openRooms()).toEqual([]);
    expect([await count('room_intents'), await count('room_closings')]).toEqual([0, 0]);
  });

  it('does not make a round of a room that was given up while it waited', async () => {
    const who = people();
    const real = rooms;
    rooms = {
      ...real,
      create: async (roundId) => {
        const roomId = await real.create(roundId);
        await sweep();
        return roomId;
      },
    };
    expect(await codeOf(world.graph(who.hr, CREATE, { input: anInput(who) }))).toEqual({ code: 'SERVICE_UNAVAILABLE' });
    rooms = real;
    await sweep();
    expect(await roundsOf(who)).toBe(0);
    expect(openRooms()).toEqual([]);
  });

  it('keeps an intent for as long as somebody may still be at it', async () => {
    const who = people();
    vendor.failAlways(FAULTS.status(503));
    await codeOf(world.graph(who.hr, CREATE, { input: anInput(who) }));
    await closeRooms({ fork, providers, log });
    expect(await count('room_intents')).toBe(1);
  });
});

describe('a room is closed', () => {
  it.each(['COMPLETED', 'CANCELLED'] as const)('when its round is %s', async (status) => {
    const who = people();
    const { id } = await inProgress(who);
    await sweep();
    expect(openRooms()).toHaveLength(1);
    await ask(who.hr, UPDATE, { id, input: { status } });
    await sweep();
    expect(openRooms()).toEqual([]);
    expect(await count('room_closings')).toBe(0);
  });

  it('when nobody came', async () => {
    const { id } = await create(people());
    await world.sql("update rounds.interview_rounds set status = 'NO_SHOW' where id = ?", [id]);
    await sweep();
    expect(openRooms()).toEqual([]);
  });

  it('as soon as its candidate is to be erased', async () => {
    const who = people();
    await create(who);
    await ask(who.hr, 'mutation ($id: String!) { eraseCandidate(externalCandidateId: $id) { id } }', {
      id: who.candidate.id,
    });
    await sweep();
    expect(openRooms()).toEqual([]);
  });

  it('when its round is removed, and once only when it had ended before', async () => {
    const who = people();
    const { id } = await create(who);
    await world.sql('delete from rounds.interview_rounds where id = ?', [id]);
    await sweep();
    expect(openRooms()).toEqual([]);
    const ended = await inProgress(who);
    await ask(who.hr, UPDATE, { id: ended.id, input: { status: 'COMPLETED' } });
    await sweep();
    await world.sql('delete from rounds.interview_rounds where id = ?', [ended.id]);
    expect(await count('room_closings')).toBe(0);
  });

  it('not yet when its round changes in another way', async () => {
    const who = people();
    const { id } = await inProgress(who);
    await ask(who.hr, UPDATE, { id, input: { externalInterviewerId: 'somebody-else' } });
    expect(await count('room_closings')).toBe(0);
  });

  it('in the end, however often the provider does not agree', async () => {
    const who = people();
    const { id } = await inProgress(who);
    vendor.failAlways(FAULTS.status(500));
    await ask(who.hr, UPDATE, { id, input: { status: 'COMPLETED' } });
    await sweep();
    await sweep();
    const [closing] = await world.sql<{ attempts: number; waits: boolean }>(
      'select attempts, due_at > now() as waits from rounds.room_closings where round_id = ?',
      [id],
    );
    expect(closing?.attempts).toBeGreaterThanOrEqual(2);
    expect(closing?.waits).toBe(true);
    vendor.failAlways(null);
    await sweep();
    expect(openRooms()).toEqual([]);
    expect(await count('room_closings')).toBe(0);
  });

  it('later when its provider’s settings are gone, and the others meanwhile', async () => {
    const who = people();
    const { id } = await inProgress(who);
    const p2p = videoProviders(createP2pRooms('key'));
    rooms = p2p.current;
    const other = await inProgress(who, { externalInterviewId: randomUUID() });
    for (const round of [id, other.id]) await ask(who.hr, UPDATE, { id: round, input: { status: 'COMPLETED' } });
    await closeRooms({ fork, providers: p2p, log });
    const left = await world.sql<{ round_id: string }>('select round_id from rounds.room_closings');
    expect(left.map((row) => row.round_id)).toEqual([id]);
  });

  it('once by several replicas at once', async () => {
    const who = people();
    const { id } = await inProgress(who);
    await ask(who.hr, UPDATE, { id, input: { status: 'COMPLETED' } });
    await Promise.all([1, 2, 3].map(() => closeRooms({ fork, providers, log })));
    expect(vendor.calls.filter((call) => call.includes('deactivate'))).toHaveLength(1);
  });
});
