import { AppError, validationFailed } from '@interview/runtime/errors';
import { createLog } from '@interview/runtime/log';
import { describe, expect, it } from '@jest/globals';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { publicError, publicErrorOf, variableProblem } from './errors.js';
import { trustedError, unavailable } from './subgraph-source.js';

const log = createLog('test', 'silent');
const seen = (error: GraphQLFormattedError) => publicError(error, error, log);

describe('what a client sees of an error', () => {
  it('is code, message, path and details of the catalogue, and nothing else', () => {
    const details = [{ path: 'first', message: 'at most 500' }];
    const inside = { serviceName: 'rounds', stacktrace: ['at x'], exception: {}, query: '{ a }' };
    expect(
      seen({ message: 'Wrong.', path: ['rounds'], extensions: { code: 'VALIDATION_FAILED', details, ...inside } }),
    ).toEqual({ message: 'Wrong.', path: ['rounds'], extensions: { code: 'VALIDATION_FAILED', details } });
  });

  it.each([undefined, 'INTERNAL_ERROR', 'INTERNAL_SERVER_ERROR', 'DOWNSTREAM_SERVICE_ERROR', 'toString', 5])(
    'is neutral for code %s',
    (code) => {
      const error = { message: 'ECONNREFUSED 10.0.0.1', extensions: { code } };
      expect(seen(error)).toEqual({
        message: 'Something went wrong on our side.',
        extensions: { code: 'INTERNAL_ERROR' },
      });
    },
  );

  it('has no details that are not in the catalogue’s form', () => {
    const details = [{ path: 5, message: 'x' }, null, 'text', { sql: 'SELECT' }];
    expect(seen({ message: 'Wrong.', extensions: { code: 'CONFLICT', details } }).extensions).toEqual({
      code: 'CONFLICT',
    });
  });

  it('is the same for what the gateway throws itself', () => {
    const problem = { path: 'roundId', message: 'is not known' };
    expect(publicErrorOf(validationFailed([problem]), log).extensions).toEqual({
      code: 'VALIDATION_FAILED',
      details: [problem],
    });
    expect(publicErrorOf(new AppError('NOT_FOUND', 'No.'), log)).toMatchObject({ extensions: { code: 'NOT_FOUND' } });
    expect(publicErrorOf(new TypeError('x is not a function'), log).message).not.toContain('function');
    expect(publicErrorOf(new GraphQLError('no code'), log).extensions).toEqual({ code: 'INTERNAL_ERROR' });
  });
});

describe('a variable that does not coerce', () => {
  it.each([
    ['Variable "$first" got invalid value "a"; Int cannot represent "a"', 'first'],
    ['Variable "$input" got invalid value "a; b" at "input.overallScore"; Int cannot', 'input.overallScore'],
    [
      'Variable "$input" got invalid value {}; Field "roundId" of required type "ID!" was not provided.',
      'input.roundId',
    ],
    ['Variable "$id" of required type "ID!" was not provided.', 'id'],
    ['Variable "$id" of non-null type "ID!" must not be null.', 'id'],
  ])('is named: %s', (message, path) => {
    expect(variableProblem(message)?.path).toBe(path);
  });

  it('is not seen in other sentences', () => {
    expect(variableProblem('GET requests only support query operations')).toBeUndefined();
  });
});

describe('an error of a subgraph', () => {
  it('is not taken for one of the client’s document', () => {
    const error = { message: 'Cannot query field "x"', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } };
    expect(trustedError(error).extensions).toEqual({ code: 'INTERNAL_ERROR' });
  });
});

describe('a subgraph that does not answer', () => {
  it('costs the root fields that were asked of it, by their response names', () => {
    const paths = unavailable('{ mine: rounds { id } verdict { id } __typename }', undefined).map((e) => e.path);
    expect(paths).toEqual([['mine'], ['verdict']]);
  });

  it('costs the fields of each entity, and says so a hundred times at most', () => {
    const query =
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Round { resume { id } } } }';
    expect(unavailable(query, [{}, {}]).map((e) => e.path)).toEqual([
      ['_entities', 0, 'resume'],
      ['_entities', 1, 'resume'],
    ]);
    expect(
      unavailable(
        query,
        Array.from({ length: 500 }, () => ({})),
      ),
    ).toHaveLength(100);
  });
});
