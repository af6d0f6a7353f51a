import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { documents } from './documents.js';

const schemaFile = (path: string) => readFileSync(new URL(`../../../../schema/${path}`, import.meta.url), 'utf8');

describe.each([
  ['the contract', `${schemaFile('contract/graph.graphql')}\nextend type Round { justCreated: Boolean! }`],
  ['the graph as it is composed', schemaFile('api.graphql')],
])('the documents of the routes fit %s:', (_name, sdl) => {
  const schema = buildSchema(sdl);

  it.each(Object.entries(documents))('%s', (_document, text) => {
    expect(validate(schema, parse(text)).map(String)).toEqual([]);
  });
});
