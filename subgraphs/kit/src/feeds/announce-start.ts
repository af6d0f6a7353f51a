/**
 * What a subscription's result needs before graphql-ws sends it on.
 *
 * A resumable feed tells the gateway where it starts before it tells any event, so that the gateway can go on
 * from there even when the connection drops before the first one: a result with `data: null` and
 * `extensions.cursor`. The gateway swallows it.
 */
import type { ExecutionResult } from 'graphql';
import type { SubgraphContext } from '../context.js';

type Results = AsyncIterableIterator<ExecutionResult>;

export function announceStart(
  result: AsyncIterable<ExecutionResult> | ExecutionResult,
  context: SubgraphContext,
): Results {
  if (!(Symbol.asyncIterator in result)) return refused(result);
  const events = result[Symbol.asyncIterator]();
  const cursor = context.startCursor;
  let announced = cursor === undefined;
  const announcing: Results = {
    [Symbol.asyncIterator]: () => announcing,
    next() {
      if (announced) return events.next();
      announced = true;
      return Promise.resolve({ done: false, value: { data: null, extensions: { cursor } } });
    },
    // `return` must reach the source at once: a generator would wait behind its pending `next`.
    return: async () => (await events.return?.()) ?? { done: true, value: undefined },
    throw: async (error) => (await events.throw?.(error)) ?? { done: true, value: undefined },
  };
  return announcing;
}

/** A feed that could not start: graphql-ws makes an `error` message of what an iterator throws. */
function refused(result: ExecutionResult): Results {
  const error = result.errors?.[0] ?? new Error('The subscription gave neither events nor errors.');
  const refusing: Results = {
    [Symbol.asyncIterator]: () => refusing,
    next: () => Promise.reject(error),
    return: () => Promise.resolve({ done: true, value: undefined }),
  };
  return refusing;
}
