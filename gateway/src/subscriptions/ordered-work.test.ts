import { describe, expect, it } from '@jest/globals';
import { OrderedWork } from './ordered-work.js';

/** Work that is finished by hand, item by item. */
function heldWork(atOnce: number) {
  const held = new Map<string, PromiseWithResolvers<string>>();
  let waiting = 0;
  const ordered = new OrderedWork<string, string>({
    atOnce,
    onWaiting: (bytes) => {
      waiting += bytes;
    },
    work: (item) => {
      const started = Promise.withResolvers<string>();
      held.set(item, started);
      return started.promise;
    },
  });
  return { ordered, held, waiting: () => waiting };
}

describe('ordered work', () => {
  it('hands results on in the order of the items, whichever is done first', async () => {
    const { ordered, held } = heldWork(3);
    for (const item of ['a', 'b', 'c']) ordered.push(item, 1);
    for (const item of ['c', 'b', 'a']) held.get(item)?.resolve(item.toUpperCase());
    expect([await ordered.next(), await ordered.next(), await ordered.next()].map((r) => r.value)).toEqual([
      'A',
      'B',
      'C',
    ]);
  });

  it('works on no more items at a time than it may', async () => {
    const { ordered, held } = heldWork(2);
    for (const item of ['a', 'b', 'c']) ordered.push(item, 1);
    expect([...held.keys()]).toEqual(['a', 'b']);
    held.get('b')?.resolve('B');
    const first = ordered.next();
    held.get('a')?.resolve('A');
    await first;
    await ordered.next();
    expect([...held.keys()]).toEqual(['a', 'b', 'c']);
  });

  it('counts what waits until it is handed on', async () => {
    const { ordered, held, waiting } = heldWork(2);
    ordered.push('a', 10);
    ordered.push('b', 5);
    expect(waiting()).toBe(15);
    held.get('a')?.resolve('A');
    await ordered.next();
    expect(waiting()).toBe(5);
    await ordered.return();
    expect(waiting()).toBe(0);
  });

  it('ends a pending read at once when the reader leaves', async () => {
    const { ordered } = heldWork(1);
    const pending = ordered.next();
    await ordered.return();
    expect(await pending).toEqual({ done: true, value: undefined });
    ordered.push('late', 1);
    expect(await ordered.next()).toEqual({ done: true, value: undefined });
  });

  it('hands on what came before a failure, then throws it once', async () => {
    const { ordered, held } = heldWork(1);
    ordered.push('a', 1);
    ordered.close({ error: new Error('refused') });
    held.get('a')?.resolve('A');
    expect(await ordered.next()).toEqual({ done: false, value: 'A' });
    await expect(ordered.next()).rejects.toThrow('refused');
    expect(await ordered.next()).toEqual({ done: true, value: undefined });
  });
});
