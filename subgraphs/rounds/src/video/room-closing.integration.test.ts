/** Rooms when their rounds are over: closed in the end, whatever the provider says and however often. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { interviewsIn, people, UPDATE } from '../testing/interviews.js';
import { createP2pRooms } from './p2p.rooms.js';
import { openRoomsWorld, type RoomsWorld } from './testing/rooms-world.js';
import { FAULTS } from './testing/videosdk-server.js';
import { videoProviders } from './video-providers.js';

let at: RoomsWorld;
const { ask, create, inProgress } = interviewsIn(() => at.world);
beforeAll(async () => {
  at = await openRoomsWorld();
});
afterAll(() => at.close());
beforeEach(() => at.renew());

describe('a room is closed', () => {
  it.each(['COMPLETED', 'CANCELLED'] as const)('when its round is %s', async (status) => {
    const who = people();
    const { id } = await inProgress(who);
    await at.sweep();
    expect(at.openRooms()).toHaveLength(1);
    await ask(who.hr, UPDATE, { id, input: { status } });
    await at.sweep();
    expect(at.openRooms()).toEqual([]);
    expect(await at.count('room_closings')).toBe(0);
  });

  it('when nobody came', async () => {
    const { id } = await create(people());
    await at.world.sql("update rounds.interview_rounds set status = 'NO_SHOW' where id = ?", [id]);
    await at.sweep();
    expect(at.openRooms()).toEqual([]);
  });

  it('as soon as its candidate is to be erased', async () => {
    const who = people();
    await create(who);
    await ask(who.hr, 'mutation ($id: String!) { eraseCandidate(externalCandidateId: $id) { id } }', {
      id: who.candidate.id,
    });
    await at.sweep();
    expect(at.openRooms()).toEqual([]);
  });

  it('when its round is removed, and once only when it had ended before', async () => {
    const who = people();
    const { id } = await create(who);
    await at.world.sql('delete from rounds.interview_rounds where id = ?', [id]);
    await at.sweep();
    expect(at.openRooms()).toEqual([]);
    const ended = await inProgress(who);
    await ask(who.hr, UPDATE, { id: ended.id, input: { status: 'COMPLETED' } });
    await at.sweep();
    await at.world.sql('delete from rounds.interview_rounds where id = ?', [ended.id]);
    expect(await at.count('room_closings')).toBe(0);
  });

  it('not yet when its round changes in another way', async () => {
    const who = people();
    const { id } = await inProgress(who);
    await ask(who.hr, UPDATE, { id, input: { externalInterviewerId: 'somebody-else' } });
    expect(await at.count('room_closings')).toBe(0);
  });

  it('in the end, however often the provider does not agree', async () => {
    const who = people();
    const { id } = await inProgress(who);
    at.vendor.failAlways(FAULTS.status(500));
    await ask(who.hr, UPDATE, { id, input: { status: 'COMPLETED' } });
    await at.sweep();
    await at.sweep();
    const [closing] = await at.world.sql<{ attempts: number; waits: boolean }>(
      'select attempts, due_at > now() as waits from rounds.room_closings where round_id = ?',
      [id],
    );
    expect(closing?.attempts).toBeGreaterThanOrEqual(2);
    expect(closing?.waits).toBe(true);
    at.vendor.failAlways(null);
    await at.sweep();
    expect(at.openRooms()).toEqual([]);
    expect(await at.count('room_closings')).toBe(0);
  });

  it('later when its provider’s settings are gone, and the others meanwhile', async () => {
    const who = people();
    const { id } = await inProgress(who);
    const p2p = videoProviders(createP2pRooms('key'));
    at.rooms = p2p.current;
    const other = await inProgress(who, { externalInterviewId: randomUUID() });
    for (const round of [id, other.id]) await ask(who.hr, UPDATE, { id: round, input: { status: 'COMPLETED' } });
    await at.closeRooms(p2p);
    await at.untilClosingsAre(1);
    const left = await at.world.sql<{ round_id: string }>('select round_id from rounds.room_closings');
    expect(left.map((row) => row.round_id)).toEqual([id]);
  });

  it('once by several replicas at once', async () => {
    const who = people();
    const { id } = await inProgress(who);
    await ask(who.hr, UPDATE, { id, input: { status: 'COMPLETED' } });
    await Promise.all([1, 2, 3].map(() => at.closeRooms()));
    await at.untilClosingsAre(0);
    expect(at.vendor.calls.filter((call) => call.includes('deactivate'))).toHaveLength(1);
  });
});
