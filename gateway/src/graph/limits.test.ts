/** Documents that are small as text and large as work. */
import { describe, expect, it } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { LIMITS, withinLimits } from './limits.js';

const schema = buildSchema(`
  scalar JSON
  directive @note(about: JSON) on QUERY | FIELD
  type Query { store(payload: JSON): Boolean }
`);

/** Lists and objects by turns. */
function nested(levels: number): string {
  let text = '0';
  for (let level = 0; level < levels; level += 1) text = level % 2 === 0 ? `[${text}]` : `{a: ${text}}`;
  return text;
}

const problemsOf = (document: string) => validate(schema, parse(document), [withinLimits]).map((e) => e.message);

describe('a value in the document', () => {
  const places: [string, (value: string) => string][] = [
    ['an argument', (value) => `{ store(payload: ${value}) }`],
    ['the default of a variable', (value) => `query ($p: JSON = ${value}) { store(payload: $p) }`],
    ['a directive', (value) => `{ store @note(about: ${value}) }`],
    ['a fragment', (value) => `{ ...A } fragment A on Query { store(payload: ${value}) }`],
  ];
  it.each(places)('in %s is refused when it is nested too deep', (_place, document) => {
    expect(problemsOf(document(nested(LIMITS.literals)))).toEqual([]);
    expect(problemsOf(document(nested(LIMITS.literals + 1)))).toEqual([expect.stringContaining('at most 8')]);
  });

  it('counts levels, not values beside each other', () => {
    expect(problemsOf(`{ store(payload: [${'[0],'.repeat(100)}]) }`)).toEqual([]);
  });
});
