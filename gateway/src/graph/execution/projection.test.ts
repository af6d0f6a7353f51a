import { describe, expect, it } from '@jest/globals';
import { buildSchema, getOperationAST, parse, validate } from 'graphql';
import { conditionDefaults } from './conditions.js';
import type { JsonObject } from './json.js';
import { compileProjection } from './projection.js';
import { ProjectionRun } from './projection-run.js';

const schema = buildSchema(`
  interface Named { name: String }
  type Book implements Named { name: String! pages: Int size: Float out: Boolean kind: Kind id: ID any: JSON author: Author! }
  type Film implements Named { name: String minutes: Int! }
  type Author { id: ID! books: [Book!] grid: [[Book]!] tags: [String!]! }
  union Work = Book | Film
  scalar JSON
  enum Kind { PRINT SCREEN }
  type Query { book: Book author: Author named: Named works: [Work] must: Book! }
`);

function project(source: string, data: string, variables: Record<string, unknown> = {}) {
  const document = parse(source);
  expect(validate(schema, document)).toEqual([]);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('There is no operation.');
  const conditions = new Map([...conditionDefaults(operation), ...(Object.entries(variables) as [string, boolean][])]);
  const run = new ProjectionRun(variables);
  const projected = compileProjection(schema, document, operation, conditions)(JSON.parse(data) as JsonObject, run);
  return { text: JSON.stringify(projected), invalid: run.invalid.map(said), faults: run.faults.map(said) };
}

const said = ({ message, path }: { message: string; path?: readonly (string | number)[] }) =>
  `${path?.join('.')}: ${message}`;

describe('what a client is answered', () => {
  it.each([
    [
      'its fields in its order',
      '{ book { pages name } }',
      '{"book":{"name":"a","id":"x","pages":1}}',
      '{"book":{"pages":1,"name":"a"}}',
    ],
    [
      'what is there already as it is',
      '{ book { name any } }',
      '{"book":{"name":"a","any":{"b":[1]}}}',
      '{"book":{"name":"a","any":{"b":[1]}}}',
    ],
    [
      'null for what is missing',
      '{ book { pages } author { id } }',
      '{"book":{}}',
      '{"book":{"pages":null},"author":null}',
    ],
    [
      'names that every object has',
      '{ __proto__: book { constructor: name toString: pages } }',
      '{"__proto__":{"constructor":"a"}}',
      '{"__proto__":{"constructor":"a","toString":null}}',
    ],
    ['names that no object was given', '{ valueOf: book { name } }', '{}', '{"valueOf":null}'],
    [
      'one field for several selections',
      '{ book { name ...F } book { pages } } fragment F on Book { kind name }',
      '{"book":{"kind":"PRINT","name":"a","pages":2}}',
      '{"book":{"name":"a","kind":"PRINT","pages":2}}',
    ],
    [
      'fragments that apply',
      '{ named { name ... on Film { minutes } ... on Book { pages } ... on Named { n: name } } }',
      '{"named":{"__typename":"Film","name":"f","minutes":5,"pages":7,"n":"f"}}',
      '{"named":{"name":"f","minutes":5,"n":"f"}}',
    ],
    [
      'types by their names',
      '{ __typename t: __typename works { __typename ... on Book { k: __typename } } }',
      '{"works":[{"__typename":"Book","k":"Book"},{"__typename":"Film"},null]}',
      '{"__typename":"Query","t":"Query","works":[{"__typename":"Book","k":"Book"},{"__typename":"Film"},null]}',
    ],
    [
      'an object without what would tell its type',
      '{ works { __typename } book { __typename } }',
      '{"works":[{}],"book":{}}',
      '{"works":[null],"book":{"__typename":"Book"}}',
    ],
  ])('has %s', (_what, source, data, expected) => {
    expect(project(source, data)).toEqual({ text: expected, invalid: [], faults: [] });
  });

  it('follows conditions, of each selection of a field', () => {
    const source = `query ($a: Boolean!, $b: Boolean = true) {
      book { name @skip(if: $a) pages @include(if: $b) ... @include(if: $a) { kind } size @skip(if: true) }
      book @include(if: $a) { id }
    }`;
    const data = '{"book":{"name":"a","pages":1,"kind":"PRINT","id":"i"}}';
    expect(project(source, data, { a: true }).text).toBe('{"book":{"pages":1,"kind":"PRINT","id":"i"}}');
    expect(project(source, data, { a: false, b: false }).text).toBe('{"book":{"name":"a"}}');
  });

  it('knows the schema', () => {
    const source =
      'query ($n: String!) { a: __type(name: $n) { ...T } b: __schema { queryType { ...T } } } fragment T on __Type { name }';
    expect(project(source, '{}', { n: 'Kind' }).text).toBe('{"a":{"name":"Kind"},"b":{"queryType":{"name":"Query"}}}');
  });
});

describe('a value that the schema does not allow', () => {
  it.each([
    [
      '{ book { pages } }',
      '{"book":{"pages":1.5}}',
      '{"book":{"pages":null}}',
      ['book.pages: Invalid value found for field Book.pages.'],
    ],
    [
      '{ book { kind } }',
      '{"book":{"kind":"SECRET"}}',
      '{"book":{"kind":null}}',
      ['book.kind: Invalid value found for field Book.kind.'],
    ],
    [
      '{ book { id out } }',
      '{"book":{"id":5,"out":"yes"}}',
      '{"book":{"id":5,"out":null}}',
      ['book.out: Invalid value found for field Book.out.'],
    ],
    [
      '{ book { name } }',
      '{"book":{"name":null}}',
      '{"book":null}',
      ['book.name: Cannot return null for non-nullable field Book.name.'],
    ],
    ['{ must { name } }', '{"must":null}', 'null', ['must: Cannot return null for non-nullable field Query.must.']],
    [
      '{ author { books { pages author { id } } } }',
      '{"author":{"books":[{"author":{"id":"a"}},{"author":{}}]}}',
      '{"author":{"books":null}}',
      ['author.books.1.author.id: Cannot return null for non-nullable field Author.id.'],
    ],
    [
      '{ author { tags } }',
      '{"author":{"tags":["a",null]}}',
      '{"author":null}',
      ['author.tags.1: Cannot return null for non-nullable array element of type String at index 1.'],
    ],
    [
      '{ author { grid { id } } }',
      '{"author":{"grid":[[{"id":"1"},null],null]}}',
      '{"author":{"grid":null}}',
      ['author.grid.1: Cannot return null for non-nullable array element of type [Book] at index 1.'],
    ],
    [
      '{ named { name } }',
      '{"named":{"__typename":"Secret"}}',
      '{"named":null}',
      ['named: Invalid __typename found for object at field Query.named.'],
    ],
    // The field is the interface's here, and that one may be null.
    ['{ named { name } }', '{"named":{"__typename":"Book","name":null}}', '{"named":{"name":null}}', []],
  ])('is null, and told: %s of %s', (source, data, expected, invalid) => {
    expect(project(source, data)).toEqual({ text: expected, invalid, faults: [] });
  });
});

describe('an answer of another shape', () => {
  it.each([
    [
      '{ book { name } author { id } }',
      '{"book":"x","author":{"id":"a"}}',
      '{"book":null,"author":{"id":"a"}}',
      /^book: .* No object at field Query\.book/,
    ],
    ['{ book { name } }', '{"book":[]}', '{"book":null}', /^book: .* No object/],
    ['{ works { __typename } }', '{"works":{"a":1}}', '{"works":null}', /^works: .* No list at field Query\.works/],
    [
      '{ works { __typename } }',
      '{"works":[5,{"__typename":"Film"}]}',
      '{"works":[null,{"__typename":"Film"}]}',
      /^works\.0: /,
    ],
    ['{ named { name } }', '{"named":{"__typename":{}}}', '{"named":null}', /^named: .* __typename is no text/],
  ])('costs its place, which is told: %s of %s', (source, data, expected, fault) => {
    expect(project(source, data)).toEqual({ text: expected, invalid: [], faults: [expect.stringMatching(fault)] });
  });
});
