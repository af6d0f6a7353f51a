import { keys } from '@interview/schema/keys';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CALM_MS } from './attempts.js';
import { type Lease, takeLease } from './lease.js';
import type { RunningWorker } from './service.js';
import { createGate, entryTellingAnalyser, eventually, log, WorkerWorld } from './worker.fixtures.js';
import { startWorker } from './worker.js';

let world: WorkerWorld;
const roundId = '3f0f9d3e-52f5-4d0c-8a5c-0d4a5f1a9b11';

beforeEach(async () => {
  world = await WorkerWorld.open(15, 'speech');
});
afterEach(() => world.close());

async function take(): Promise<{ lease: Lease; afterVanishing: boolean }> {
  const taken = await takeLease(world.redis, 'speech', roundId);
  if (!taken) throw new Error('Somebody holds it.');
  return taken;
}
/** As if nobody had renewed it for long enough. */
const expire = () => world.redis.del(keys.lease('speech', roundId));

describe('a lease', () => {
  it('is had by one, and free again at once when it is left', async () => {
    const { lease, afterVanishing } = await take();
    expect(afterVanishing).toBe(false);
    expect(await takeLease(world.redis, 'speech', roundId)).toBeNull();
    await lease.leave();
    expect(await take()).toMatchObject({ afterVanishing: false, lease: { vanished: [] } });
  });

  it('tells who takes it how many vanished before, and what they had in hand', async () => {
    const first = await take();
    expect(await first.lease.noteInHand('audio 1-0')).toBe(true);
    await expire();
    await take();
    await expire();
    const third = await take();
    expect(third.afterVanishing).toBe(true);
    expect(third.lease.vanished.toSorted()).toEqual(['', 'audio 1-0']);
    await third.lease.leave();
    const fourth = await take();
    expect(fourth).toMatchObject({ afterVanishing: false });
    expect(fourth.lease.vanished).toHaveLength(2);
    expect(await fourth.lease.forgetVanished()).toBe(true);
    await fourth.lease.leave();
    expect((await take()).lease.vanished).toEqual([]);
  });

  it('that was lost blames nobody who lives, whether a successor has it already or not', async () => {
    const first = await take();
    await first.lease.noteInHand('audio 1-0');
    await expire();
    await first.lease.leave();
    const second = await take();
    expect(second.lease.vanished).toEqual([]);
    await second.lease.noteInHand('audio 1-0');
    await expire();
    const third = await take();
    expect(third.lease.vanished).toEqual(['audio 1-0']);
    await second.lease.leave();
    expect(await third.lease.noteInHand('audio 2-0')).toBe(true);
    await third.lease.leave();
    expect((await take()).lease.vanished).toEqual([]);
  });

  it('that was lost writes nothing more', async () => {
    const { lease } = await take();
    await expire();
    await take();
    expect(await lease.noteInHand('audio 1-0')).toBe(false);
    expect(await lease.forgetVanished()).toBe(false);
    expect(await world.redis.hexists(keys.holders('speech', roundId), 'inHand')).toBe(0);
  });
});

describe('a worker after two that vanished', () => {
  it('notes what it handles and saves after each entry, until all was calm for a while', async () => {
    let aheadMs = 0;
    let worker: RunningWorker | undefined;
    try {
      const round = await world.putRound();
      const holders = keys.holders('speech', round.id);
      await world.redis.hset(holders, 'vanished:a', '', 'vanished:b', '');
      const ids = [await world.addAudio(round, 1_000_000), await world.addAudio(round, 1_000_100)];
      const clock = () => Date.now() + aheadMs;
      const options = { redisUrl: world.redisUrl, host: '127.0.0.1', port: 0, log, clock };
      const saved: (string | null)[] = [];
      worker = await startWorker(
        entryTellingAnalyser({
          async handle() {
            saved.push(await world.redis.get(keys.checkpoint('speech', round.id)));
            return [];
          },
        }),
        options,
      );
      await eventually(async () => (await world.redis.hget(holders, 'inHand')) === `audio ${ids[1]}`);
      await eventually(async () => saved.length === 2);
      expect([saved[0], JSON.parse(saved[1] ?? '').lastIds]).toEqual([null, { audio: ids[0] }]);
      aheadMs = CALM_MS;
      await eventually(async () => String(await world.redis.hkeys(holders)) === 'holder');
      await world.addAudio(round, 1_000_200);
      await eventually(async () => saved.length === 3);
      expect(await world.redis.hget(holders, 'inHand')).toBeNull();
    } finally {
      await worker?.stop();
    }
  });

  it('handles the entries of other rounds while one round’s finish waits, which is not blamed for them', async () => {
    const ended = await world.putRound({ status: 'COMPLETED' });
    await world.redis.sadd(keys.unfinishedRounds('speech'), ended.id);
    const going = await world.putRound();
    for (const { id } of [ended, going]) {
      await world.redis.hset(keys.holders('speech', id), 'vanished:a', '', 'vanished:b', '');
    }
    const [finishing, gate] = [createGate(), createGate()];
    const worker = await startWorker(
      entryTellingAnalyser({
        async finish() {
          finishing.open();
          await gate.opened;
          return [];
        },
      }),
      { redisUrl: world.redisUrl, host: '127.0.0.1', port: 0, log },
    );
    try {
      await finishing.opened;
      const inHand = () => world.redis.hget(keys.holders('speech', ended.id), 'inHand');
      expect(await inHand()).toBe('finish ');
      await world.addAudio(going, 1_000_000);
      await world.published.until((all) => all.length === 1);
      expect(await inHand()).toBe('');
      gate.open();
      await eventually(async () => (await world.redis.sismember(keys.unfinishedRounds('speech'), ended.id)) === 0);
    } finally {
      gate.open();
      await worker.stop();
    }
  });
});
