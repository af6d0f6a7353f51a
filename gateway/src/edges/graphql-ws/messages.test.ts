import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { validateMessage } from 'graphql-ws';
import { readMessage } from './messages.js';

const anything = fc.oneof(
  fc.constantFrom(undefined, null, '', 'text', 0, true),
  fc.array(fc.constantFrom<unknown>(null, 'x', {}, { message: 'm' }, { message: null }), { maxLength: 2 }),
  fc.dictionary(fc.constantFrom('a', 'message', 'query'), fc.constantFrom<unknown>(null, 'q', 1, {}), { maxKeys: 2 }),
);
const payload = fc.oneof(
  anything,
  fc.record(
    { query: anything, operationName: anything, variables: anything, extensions: anything },
    { requiredKeys: [] },
  ),
  fc.record(
    { query: fc.string(), operationName: anything, variables: fc.object(), extensions: anything },
    { requiredKeys: ['query'] },
  ),
);
const type = fc.constantFrom(
  'connection_init',
  'connection_ack',
  'ping',
  'pong',
  'subscribe',
  'next',
  'error',
  'complete',
  'start',
  '',
  undefined,
);

/** What the reference implementation takes. */
function isTaken(value: unknown): boolean {
  try {
    validateMessage(value);
    return true;
  } catch {
    return false;
  }
}

it('takes what the reference implementation takes, and nothing else', () => {
  fc.assert(
    fc.property(fc.oneof(anything, fc.record({ type, id: anything, payload }, { requiredKeys: [] })), (message) => {
      const text = JSON.stringify(message) ?? '';
      const value: unknown = text === '' ? undefined : JSON.parse(text);
      expect({ message, taken: readMessage(text) !== undefined }).toEqual({ message, taken: isTaken(value) });
    }),
    { numRuns: 2000 },
  );
});

it.each(['', '{', 'null', '[]', '1', '{"type":"ping"', '\u0000'])('takes no %j', (text) => {
  expect(readMessage(text)).toBeUndefined();
});
