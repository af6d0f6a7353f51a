/**
 * A feed that ends when its viewer may no longer have it: access is decided again every two seconds, so that
 * who was reassigned, or whose company it never was, sees nothing within five.
 */
const RECHECK_MS = 2000;

interface Feed<T> extends AsyncIterableIterator<T> {
  fail(error: unknown): void;
}

/** `check` throws what the feed shall end with. While it cannot be decided (the database is away) the feed stays. */
export function guarded<T>(
  feed: Feed<T>,
  check: () => Promise<void>,
  isRefusal: (error: unknown) => boolean,
): AsyncIterableIterator<T> {
  const timer = setInterval(() => {
    check().catch((error: unknown) => {
      if (isRefusal(error)) feed.fail(error);
    });
  }, RECHECK_MS);
  timer.unref();
  const watched: AsyncIterableIterator<T> = {
    [Symbol.asyncIterator]: () => watched,
    async next() {
      const result = await feed.next().catch((error: unknown) => {
        clearInterval(timer);
        throw error;
      });
      if (result.done) clearInterval(timer);
      return result;
    },
    return() {
      clearInterval(timer);
      return feed.return?.() ?? Promise.resolve({ done: true, value: undefined });
    },
  };
  return watched;
}
