import { describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { compileRewrites } from './rewrites.js';

const schema = buildSchema(`
  interface Media { id: ID }
  type Book implements Media { id: ID }
  type Film implements Media { id: ID }
  type Query { media: Media }
`);

/** As what leaves would be. */
const left = (value: unknown) => JSON.parse(JSON.stringify(value));

describe('a rewrite of an answer', () => {
  it('gives fields their names back, also those whose value is false, 0 or nothing', () => {
    const path = ['works', '... on Media', 'label__alias_0'];
    const rewrite = compileRewrites([{ kind: 'KeyRenamer', path, renameKeyTo: 'label' }], schema);
    const works = [
      { __typename: 'Book', label__alias_0: 'a' },
      { __typename: 'Film', label__alias_0: '' },
      { __typename: 'Book', label__alias_0: null },
      { label__alias_0: 0 },
      { __typename: 'Note', label__alias_0: 'kept' },
      null,
    ];
    const value = { works };
    rewrite?.(value);
    expect(left(value).works).toEqual([
      { __typename: 'Book', label: 'a' },
      { __typename: 'Film', label: '' },
      { __typename: 'Book', label: null },
      { label: 0 },
      { __typename: 'Note', label__alias_0: 'kept' },
      null,
    ]);
  });

  it('does nothing to what has another shape', () => {
    const rewrite = compileRewrites([{ kind: 'ValueSetter', path: ['a', 'b'], setValueTo: 1 }], schema);
    for (const value of [null, 5, 'text', { a: null }, { a: 'text' }, []]) {
      const before = left(value);
      rewrite?.(value);
      expect(value).toEqual(before);
    }
  });

  it('has to end at a field', () => {
    const misled = () => compileRewrites([{ kind: 'ValueSetter', path: ['a', '... on B'], setValueTo: 1 }], schema);
    expect(misled).toThrow(/does not: a\.\.\.\. on B/);
  });
});
