/** Who is in a round when there are several replicas, some of which are killed or lose Redis. */
import { randomUUID } from 'node:crypto';
import { keys } from '@interview/schema/keys';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type CuttableProxy, cuttableProxy } from '../../testing/cuttable-proxy.js';
import { CARL, INES, InterviewPlace, TEST_REDIS_URL } from '../../testing/interview-place.js';
import type { TestGateway } from '../../testing/test-gateway.js';

const LEAVE_AFTER_MS = 400;

describe('presence across replicas', () => {
  let place: InterviewPlace;
  let proxy: CuttableProxy;
  let steady: TestGateway;
  /** A replica whose way to Redis can be cut: to the others it is as good as killed. */
  let fragile: TestGateway;

  beforeAll(async () => {
    place = await InterviewPlace.open();
    proxy = await cuttableProxy(TEST_REDIS_URL);
    steady = await place.startGateway({ LEAVE_AFTER_MS: `${LEAVE_AFTER_MS}` });
    fragile = await place.startGateway({ LEAVE_AFTER_MS: `${LEAVE_AFTER_MS}`, REDIS_URL: proxy.url });
  });
  afterEach(async () => {
    place.leaveAll();
    await mend();
  });
  afterAll(async () => {
    await place.close();
    await proxy.close();
  });

  /** Resolves when the fragile replica has Redis again. */
  const mend = async () => {
    proxy.mend();
    const pia = await place.connect(fragile, { id: 'pia', role: 'CANDIDATE' });
    const roundId = randomUUID();
    await until(async () => JSON.stringify(await pia.ask('join-interview', { roundId })) === '{"ok":true}');
    await pia.ask('leave-interview');
    pia.socket.close();
  };

  const joined = async (gateway: TestGateway, roundId: string) => {
    const carl = await place.connect(gateway, CARL);
    expect(await carl.ask('join-interview', { roundId })).toEqual({ ok: true });
    return carl;
  };

  it('counts a lost connection as leaving after the time of grace, and not before', async () => {
    const roundId = randomUUID();
    const carl = await joined(steady, roundId);
    const lostAt = Date.now();
    carl.socket.close();
    await place.untilMoved(() => place.movesOf(roundId).includes('leaveRound carl'));
    expect(Date.now() - lostAt).toBeGreaterThanOrEqual(LEAVE_AFTER_MS);
    await nothingLeft(roundId);
    expect(place.movesOf(roundId)).toEqual(['joinRound carl', 'leaveRound carl']);
  });

  it('lasts while another connection of the person is in the round, whichever replica has it', async () => {
    const roundId = randomUUID();
    const [one, two] = [await joined(steady, roundId), await joined(fragile, roundId)];
    expect(await one.ask('leave-interview')).toEqual({ ok: true });
    expect(place.movesOf(roundId)).toEqual(['joinRound carl', 'joinRound carl']);
    expect(await two.ask('leave-interview')).toEqual({ ok: true });
    expect(place.movesOf(roundId)).toEqual(['joinRound carl', 'joinRound carl', 'leaveRound carl']);
  });

  it('goes on for one who returns through another replica', async () => {
    const roundId = randomUUID();
    const carl = await joined(fragile, roundId);
    carl.socket.close();
    const again = await joined(steady, roundId);
    // Another round is left meanwhile, by somebody who went later.
    const other = randomUUID();
    (await joined(fragile, other)).socket.close();
    await place.untilMoved(() => place.movesOf(other).includes('leaveRound carl'));
    expect(place.movesOf(roundId)).toEqual(['joinRound carl', 'joinRound carl']);
    await again.ask('leave-interview');
    expect(place.movesOf(roundId)).toEqual(['joinRound carl', 'joinRound carl', 'leaveRound carl']);
  });

  it('ends with a leave that follows a lost connection at once', async () => {
    const roundId = randomUUID();
    const dropped = await joined(fragile, roundId);
    const back = await joined(steady, roundId);
    const gone = until(async () => (await connectionsIn(roundId)) === 1);
    dropped.socket.close();
    await gone;
    await back.ask('leave-interview');
    expect(place.movesOf(roundId).at(-1)).toBe('leaveRound carl');
  });

  it('ends once, by another replica, when the replica that held it is killed', async () => {
    const roundId = await place.putRound();
    const ines = await place.connect(steady, INES);
    await ines.ask('join-interview', { roundId });
    const carl = await joined(fragile, roundId);
    const told = ines.next('participant-left');
    const killedAt = Date.now();
    proxy.cut();
    carl.socket.close();
    await place.untilMoved(() => place.movesOf(roundId).includes('leaveRound carl'));
    expect(Date.now() - killedAt).toBeGreaterThanOrEqual(LEAVE_AFTER_MS);
    expect(await told).toEqual({ roundId, participant: 'candidate' });
    await mend();
    // Back again, the replica has nothing to add.
    const after = await joined(fragile, randomUUID());
    await after.ask('leave-interview');
    expect(place.movesOf(roundId)).toEqual(['joinRound ines', 'joinRound carl', 'leaveRound carl']);
  });

  it('is told to those who are connected to another replica, also after an outage of Redis', async () => {
    const roundId = await place.putRound();
    const ines = await place.connect(fragile, INES);
    await ines.ask('join-interview', { roundId });
    const first = ines.next('participant-joined');
    const carl = await joined(steady, roundId);
    expect(await first).toEqual({ roundId, participant: 'candidate' });
    const gone = ines.next('participant-left');
    proxy.cut();
    // Told while nobody listens there.
    await carl.ask('leave-interview');
    await mend();
    expect(await gone).toEqual({ roundId, participant: 'candidate' });
  });

  it('is found by a replica that starts after all others have gone', async () => {
    const roundId = randomUUID();
    const lonely = await place.startGateway({ LEAVE_AFTER_MS: '60000', REDIS_URL: proxy.url });
    await joined(lonely, roundId);
    proxy.cut();
    // As it will be when the time of grace is over.
    await place.redis.zadd(keys.presence(roundId), 1, ...(await place.redis.zrange(keys.presence(roundId), 0, 0)));
    await place.redis.zadd(keys.presenceDue, 1, roundId);
    await place.untilMoved(() => place.movesOf(roundId).includes('leaveRound carl'));
    expect(place.movesOf(roundId)).toEqual(['joinRound carl', 'leaveRound carl']);
  });

  it('is told to the graph again when Redis was away for longer than the time of grace', async () => {
    const roundId = randomUUID();
    const carl = await joined(fragile, roundId);
    proxy.cut();
    await place.untilMoved(() => place.movesOf(roundId).includes('leaveRound carl'));
    proxy.mend();
    await place.untilMoved(() => place.movesOf(roundId).length === 3);
    expect(place.movesOf(roundId)).toEqual(['joinRound carl', 'leaveRound carl', 'joinRound carl']);
    expect(await carl.ask('leave-interview')).toEqual({ ok: true });
    expect(place.movesOf(roundId).at(-1)).toBe('leaveRound carl');
  });

  it('is told to the graph again when the graph was away', async () => {
    const roundId = randomUUID();
    const carl = await joined(steady, roundId);
    await place.world.rounds.kill();
    expect(await carl.ask('leave-interview')).toMatchObject({ error: { code: 'SERVICE_UNAVAILABLE' } });
    await place.world.rounds.start();
    // As it will be when the claim on telling it has expired.
    await place.redis.zadd(keys.presence(roundId), 1, ...(await place.redis.zrange(keys.presence(roundId), 0, 0)));
    await place.redis.zadd(keys.presenceDue, 1, roundId);
    await place.untilMoved(() => place.movesOf(roundId).includes('leaveRound carl'));
    await nothingLeft(roundId);
  });

  it('cannot be had without Redis: joining asks to try again, and leaves nobody in the round', async () => {
    const roundId = randomUUID();
    const carl = await place.connect(fragile, CARL);
    const helen = await place.connect(fragile, { id: 'helen', role: 'HR' });
    proxy.cut();
    expect(await carl.ask('join-interview', { roundId })).toMatchObject({ error: { code: 'SERVICE_UNAVAILABLE' } });
    expect(place.movesOf(roundId)).toEqual([]);
    // Who only watches is not kept from it.
    expect(await helen.ask('join-interview', { roundId })).toEqual({ ok: true });
    await mend();
    expect(await carl.ask('join-interview', { roundId })).toEqual({ ok: true });
    await carl.ask('leave-interview');
  });

  const connectionsIn = (roundId: string) => place.redis.zcard(keys.presence(roundId));
  const nothingLeft = (roundId: string) => until(async () => (await connectionsIn(roundId)) === 0);
});

/** For what nobody announces. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}
