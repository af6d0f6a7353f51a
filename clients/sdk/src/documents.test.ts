import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, Kind, parse } from 'graphql';
import { inspectDocument, RESUMABLE_FIELDS } from './documents.js';
import * as operations from './operations.js';

describe('the convention of resumable feeds', () => {
  test('covers exactly the fields of the contract that take `after`', () => {
    const contract = buildSchema(
      readFileSync(new URL('../../../schema/contract/graph.graphql', import.meta.url), 'utf8'),
    );
    const fields = Object.values(contract.getSubscriptionType()?.getFields() ?? {});
    const resumable = fields.filter((f) => f.args.some((a) => a.name === 'after')).map((f) => f.name);
    expect([...RESUMABLE_FIELDS].sort()).toEqual(resumable.sort());
  });

  test('is kept by every document of the product', () => {
    const documents = Object.values(operations).filter((d) => d.definitions[0]?.kind === Kind.OPERATION_DEFINITION);
    const keys = documents.map((document) => inspectDocument(document).resumeKey);
    expect(keys.filter((key) => key !== undefined).sort()).toEqual([...RESUMABLE_FIELDS].sort());
  });

  test('finds the cursor in a fragment and the root field under its alias', () => {
    const document = parse(`
      subscription ($roundId: ID!, $after: String) { fresh: insightAdded(roundId: $roundId, after: $after) { ...Place } }
      fragment Place on Insight { id ... on Insight { cursor } }
    `);
    expect(inspectDocument(document).resumeKey).toBe('fresh');
  });

  test.each([
    ['no $after', 'subscription { insightAdded(roundId: "r") { id cursor } }'],
    ['$after not passed', 'subscription ($after: String) { insightAdded(roundId: "r") { id cursor } }'],
    ['no cursor', 'subscription ($after: String) { insightAdded(roundId: "r", after: $after) { id } }'],
    ['cursor renamed', 'subscription ($after: String) { insightAdded(roundId: "r", after: $after) { c: cursor } }'],
  ])('is refused with %s', (_, text) => {
    expect(() => inspectDocument(parse(text))).toThrow(/insightAdded can be resumed/);
  });

  test('asks for one operation', () => {
    expect(() => inspectDocument(parse('query A { viewer { id } } query B { viewer { id } }'))).toThrow(TypeError);
  });
});
