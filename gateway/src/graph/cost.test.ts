import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, getOperationAST, parse, validate } from 'graphql';
import { checkCost, costOf } from './cost.js';

const contract = new URL('../../../schema/contract/graph.graphql', import.meta.url);
const schema = buildSchema(readFileSync(contract, 'utf8'));

function cost(source: string, variables: Record<string, unknown> = {}): number {
  const document = parse(source);
  expect(validate(schema, document)).toEqual([]);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('There is no operation.');
  return costOf(schema, document, operation, variables);
}

describe('the cost of an operation', () => {
  it.each([
    ['{ __typename }', 0],
    ['{ viewer { id role } }', 1],
    ['{ round(id: "r") { id status consent { given } } }', 2],
    // The connection, and its nodes by the default of `first`.
    ['{ rounds { nodes { id } totalCount } }', 1 + 20],
    ['{ rounds(first: 50) { nodes { id } pageInfo { endCursor } } }', 1 + 50 + 1],
    ['{ rounds(first: 50) { edges { node { id } } } }', 1 + 50 * 2],
    // `last` beside the default of `first`: whichever is more.
    ['{ round(id: "r") { insights(last: 300) { nodes { id } } } }', 1 + 1 + 300],
    ['{ round(id: "r") { questions { id } } }', 1 + 10],
    ['{ rounds(first: 10) { nodes { insights(first: 5) { nodes { id } } } } }', 1 + 10 * (1 + 1 + 5)],
    ['{ a: rounds { nodes { id } } b: rounds { nodes { id } } }', 2 * 21],
    [
      'query { rounds { ...F } } fragment F on RoundConnection { nodes { ... on Round { resume { id } } } }',
      1 + 20 * 2,
    ],
    ['subscription { insightAdded(roundId: "r") { id round { id } } }', 2],
  ])('of %s is %d', (source, expected) => {
    expect(cost(source)).toBe(expected);
  });

  it('is decided by variables too', () => {
    const source = 'query ($n: Int) { rounds(first: $n) { nodes { id } } }';
    expect(cost(source, { n: 7 })).toBe(8);
    expect(cost(source)).toBe(21);
    expect(cost(source, { n: null })).toBe(501);
  });

  it('is not made small or endless by a page that the graph would refuse', () => {
    const page = (first: number) => cost(`{ rounds(first: ${first}) { nodes { id } } }`);
    expect(page(-5)).toBe(2);
    expect(page(2_000_000_000)).toBe(501);
  });

  it('is named beside the limit where it is too high', () => {
    const document = parse('{ rounds(first: 500) { nodes { insights(first: 500) { nodes { id } } } } }');
    const operation = getOperationAST(document);
    if (!operation) throw new Error('There is no operation.');
    expect(() => checkCost(schema, document, operation, {}, 50_000)).toThrow(/costs 251001, and at most 50000/);
    expect(() => checkCost(schema, document, operation, {}, 251_001)).not.toThrow();
  });
});
