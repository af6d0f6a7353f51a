import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OrderedWork } from './ordered-work.js';

/** Work that is done when the test says so, or at once for items that begin with "now". */
function heldWork(atOnce = 3) {
  const started: string[] = [];
  const handedOn: string[] = [];
  const failures: unknown[] = [];
  const held = new Map<string, PromiseWithResolvers<string>>();
  const work = new OrderedWork<string, string>({
    work: (item) => {
      started.push(item);
      if (item.startsWith('throw')) throw new Error(item);
      if (item.startsWith('now')) return item;
      const done = Promise.withResolvers<string>();
      held.set(item, done);
      return done.promise;
    },
    handOn: (result) => handedOn.push(result),
    failed: (error) => failures.push(error),
    atOnce,
  });
  const finish = async (item: string) => {
    held.get(item)?.resolve(item);
    await Promise.resolve();
  };
  return { work, started, handedOn, failures, held, finish };
}

describe('ordered work', () => {
  it('hands on at once what needs no waiting', () => {
    const { work, handedOn } = heldWork();
    work.push('now 1');
    work.push('now 2');
    expect(handedOn).toEqual(['now 1', 'now 2']);
    expect(work.waiting).toBe(0);
  });

  it('hands results on in the order in which the items came', async () => {
    const { work, handedOn, finish } = heldWork();
    for (const item of ['a', 'now b', 'c']) work.push(item);
    await finish('c');
    expect(handedOn).toEqual([]);
    await finish('a');
    expect(handedOn).toEqual(['a', 'now b', 'c']);
  });

  it('works on so many at a time, and then on the next', async () => {
    const { work, started, finish } = heldWork(2);
    for (const item of ['a', 'b', 'c', 'd']) work.push(item);
    expect(started).toEqual(['a', 'b']);
    await finish('b');
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('finishes when what came before has been handed on, and takes no more', async () => {
    const { work, handedOn, finish } = heldWork();
    work.push('a');
    let finished = false;
    work.finish(() => {
      finished = true;
    });
    work.push('late');
    expect(finished).toBe(false);
    await finish('a');
    expect([finished, handedOn]).toEqual([true, ['a']]);
  });

  it('hands nothing on after it was closed', async () => {
    const { work, handedOn, finish } = heldWork();
    work.push('a');
    work.close();
    await finish('a');
    work.push('now b');
    expect(handedOn).toEqual([]);
  });

  it.each(['throw', 'reject'])('says once that work failed, and stops (%s)', async (way) => {
    const { work, handedOn, failures, held, finish } = heldWork();
    work.push('a');
    work.push(way === 'throw' ? 'throw b' : 'b');
    held.get('b')?.reject(new Error('b'));
    await Promise.resolve();
    await finish('a');
    expect(failures).toHaveLength(1);
    expect(handedOn).toEqual([]);
  });

  it('keeps the order whatever finishes when', async () => {
    const schedules = fc.array(fc.record({ now: fc.boolean(), finishes: fc.nat(5) }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(schedules, fc.integer({ min: 1, max: 4 }), async (schedule, atOnce) => {
        const { work, handedOn, held, finish } = heldWork(atOnce);
        const items = schedule.map(({ now }, index) => `${now ? 'now' : 'later'} ${index}`);
        for (const [index, { finishes }] of schedule.entries()) {
          work.push(items[index] ?? '');
          const open = [...held.keys()];
          const next = open[finishes % Math.max(1, open.length)];
          if (next === undefined) continue;
          held.get(next)?.resolve(next);
          held.delete(next);
          await Promise.resolve();
        }
        while (held.size > 0) {
          for (const item of [...held.keys()].reverse()) {
            const done = held.get(item);
            held.delete(item);
            done?.resolve(item);
          }
          await finish('');
        }
        expect(handedOn).toEqual(items);
      }),
    );
  });
});
