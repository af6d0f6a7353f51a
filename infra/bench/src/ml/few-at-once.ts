/** Makes many things a few at a time: rounds are opened while the machine has other work. */

const AT_ONCE = 4;

/** @returns all of them, in order; when one fails the rest is not begun, and who called is told what there is */
export async function fewAtOnce<T>(
  count: number,
  make: (n: number) => Promise<T>,
): Promise<{ made: T[]; failure: unknown }> {
  const made: T[] = [];
  for (let from = 0; from < count; from += AT_ONCE) {
    const group = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, n) => make(from + n));
    const settled = await Promise.allSettled(group);
    for (const one of settled) if (one.status === 'fulfilled') made.push(one.value);
    const failed = settled.find((one) => one.status === 'rejected');
    if (failed) return { made, failure: failed.reason };
  }
  return { made, failure: undefined };
}
