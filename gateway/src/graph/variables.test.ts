import { describe, expect, it } from '@jest/globals';
import { buildSchema, getOperationAST, parse } from 'graphql';
import { coerceVariables, VariablesRefused } from './variables.js';

const schema = buildSchema(`
  enum Colour { RED }
  input Inner { size: Int! colours: [Colour!] }
  input Outer { name: String! inner: Inner list: [Inner!] note: String = "none" }
  type Query { take(outer: Outer, first: Int, colours: [Colour!]): Int }
`);

function coerce(declared: string, variables: Record<string, unknown>) {
  const operation = getOperationAST(parse(`query (${declared}) { __typename }`));
  if (!operation) throw new Error('There is no operation.');
  return coerceVariables(schema, operation, variables);
}
/** The details of every problem. */
function problems(declared: string, variables: Record<string, unknown>): unknown[] {
  try {
    coerce(declared, variables);
  } catch (error) {
    if (!(error instanceof VariablesRefused)) throw error;
    return error.errors.map(({ extensions }) => [extensions['code'], extensions['details']]);
  }
  return [];
}

describe('variables', () => {
  it('become what the fields receive, with defaults and lists of one', () => {
    const declared = '$o: Outer!, $n: Int = 5, $c: [Colour!], $absent: Int';
    const given = { o: { name: 'a', list: { size: 1 } }, c: 'RED', unused: {} };
    expect(coerce(declared, given)).toEqual({
      o: { name: 'a', list: [{ size: 1 }], note: 'none' },
      n: 5,
      c: ['RED'],
    });
    expect(coerce('$n: Int', { n: null })).toEqual({ n: null });
  });

  it.each<[string, string, Record<string, unknown>, string, RegExp]>([
    ['one that is missing', '$o: Outer!', {}, 'o', /^Outer! is required; it was not provided/],
    ['one that is null', '$o: Outer!', { o: null }, 'o', /not to be null/],
    ['a wrong number', '$n: Int', { n: 'x' }, 'n', /Int cannot represent/],
    ['a missing field', '$o: Outer!', { o: {} }, 'o.name', /required type "String!" was not provided/],
    ['an unknown field', '$o: Outer!', { o: { name: 'a', nam: 1 } }, 'o.nam', /not defined by type "Outer"/],
    [
      'a place in a list',
      '$o: Outer!',
      { o: { name: 'a', list: [{ size: 1 }, { size: 'x' }] } },
      'o.list[1].size',
      /Int/,
    ],
    ['an unknown name', '$c: [Colour!]', { c: ['RED', 'READ'] }, 'c[1]', /"READ" does not exist in "Colour"/],
  ])('are refused at the place: %s', (_what, declared, variables, path, message) => {
    expect(problems(declared, variables)).toEqual([
      ['VALIDATION_FAILED', [{ path, message: expect.stringMatching(message) }]],
    ]);
  });

  it('are refused with all that is wrong, up to a bound, each cut to a bearable length', () => {
    expect(problems('$o: Outer!, $n: Int!', { o: { inner: { size: 'x' } }, n: 'x' })).toHaveLength(3);
    const flood = problems('$c: [Colour!]', { c: Array.from({ length: 9000 }, () => 'x'.repeat(2000)) });
    expect(flood).toHaveLength(20);
    expect(JSON.stringify(flood).length).toBeLessThan(20 * 700);
  });

  it('are refused nested too deep, or too many, whether they are declared or not', () => {
    const nested = (depth: number) => JSON.parse(`${'['.repeat(depth)}1${']'.repeat(depth)}`);
    expect(() => coerce('$n: Int', { x: nested(31) })).not.toThrow();
    expect(() => coerce('$n: Int', { x: nested(5000) })).toThrow(/deeper than 32 levels/);
    expect(() => coerce('$n: Int', { x: new Array(10_000).fill(0) })).toThrow(/more than 10000 values/);
  });
});
