import { describe, expect, it } from '@jest/globals';
import { Backlog, OneByOne } from './bounded-work.js';

describe('one by one', () => {
  it('starts the next when the one before has ended, also badly', async () => {
    const order: string[] = [];
    const first = Promise.withResolvers<void>();
    const work = new OneByOne(10);
    const one = work.run(async () => {
      order.push('one begins');
      await first.promise;
    });
    const two = work.run(async () => void order.push('two'));
    await Promise.resolve();
    expect(order).toEqual(['one begins']);
    first.reject(new Error('one failed'));
    await expect(one).rejects.toThrow('one failed');
    await two;
    expect(order).toEqual(['one begins', 'two']);
  });

  it('refuses what is too much, and takes more when there is room', async () => {
    const gate = Promise.withResolvers<void>();
    const work = new OneByOne(2);
    const waiting = [work.run(() => gate.promise), work.run(() => gate.promise)];
    await expect(work.run(() => gate.promise)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    gate.resolve();
    await Promise.all(waiting);
    await expect(work.run(async () => 'taken')).resolves.toBe('taken');
  });
});

describe('a backlog', () => {
  it('lets in by weight, whatever becomes of the work', async () => {
    const gate = Promise.withResolvers<void>();
    const backlog = new Backlog(100);
    const heavy = backlog.run(80, () => gate.promise);
    await expect(backlog.run(21, async () => undefined)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await expect(backlog.run(20, async () => 'light')).resolves.toBe('light');
    gate.reject(new Error('lost'));
    await expect(heavy).rejects.toThrow('lost');
    await expect(backlog.run(100, async () => 'all')).resolves.toBe('all');
  });
});
