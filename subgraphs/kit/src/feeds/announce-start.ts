/**
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
): Results | ExecutionResult {
  if (!(Symbol.asyncIterator in result)) return result;
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
