import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { findUnstorable, storableText } from './text.js';

const schema = buildSchema(`
  scalar JSON
  input Inner { note: String payload: JSON id: ID }
  input Outer { name: String! tags: [String!] inner: Inner }
  type Query { take(outer: Outer, note: String, tags: [String!], id: ID, payload: JSON): Int }
`);

function unstorable(typeName: 'Outer' | 'Inner', value: unknown): string[] {
  const places: string[] = [];
  const type = schema.getType(typeName) as Parameters<typeof findUnstorable>[1]; // both are inputs
  findUnstorable(value, type, (path) => places.push(path.join('.')));
  return places;
}

describe('text in a variable', () => {
  it('is refused where it has a NUL or half a character, each place by name', () => {
    const inner = { note: 'x\ud800' };
    expect(unstorable('Outer', { name: 'a\0b', tags: ['whole 😀', '\udc00'], inner })).toEqual([
      'name',
      'tags.1',
      'inner.note',
    ]);
  });

  it('passes as an ID, which is only looked for, and in JSON, which is not stored', () => {
    expect(unstorable('Inner', { id: 'a\0b', payload: { note: '\0' }, note: null })).toEqual([]);
  });
});

describe('text in a document', () => {
  const problemsOf = (call: string) => validate(schema, parse(`{ take(${call}) }`), [storableText]).length;

  it.each(['note: "a\\u0000b"', 'tags: ["a", "\\u0000"]', 'outer: { name: "\\u0000" }'])('%s is refused', (call) => {
    expect(problemsOf(call)).toBe(1);
  });
  it.each(['note: "a\\nb"', 'id: "\\u0000"', 'payload: { note: "\\u0000" }'])('%s passes', (call) => {
    expect(problemsOf(call)).toBe(0);
  });
});
