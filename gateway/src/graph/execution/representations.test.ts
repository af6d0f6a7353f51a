import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner';
import { describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import type { JsonObject } from './json.js';
import { compileRepresentations } from './representations.js';

const schema = buildSchema(`
  interface Media { id: ID }
  type Book implements Media { id: ID }
  type Film implements Media { id: ID }
  type Query { media: Media }
`);

const field = (name: string, selections?: QueryPlanSelectionNode[]): QueryPlanSelectionNode => ({
  kind: 'Field',
  name,
  ...(selections ? { selections } : {}),
});
const on = (typeCondition: string, ...selections: QueryPlanSelectionNode[]): QueryPlanSelectionNode => ({
  kind: 'InlineFragment',
  typeCondition,
  selections: [field('__typename'), ...selections],
});

function represent(entity: JsonObject, requires: QueryPlanSelectionNode[], rewrites?: FetchDataRewrite[]) {
  return compileRepresentations(requires, rewrites, schema)(entity);
}

describe('a representation', () => {
  it('is what is required of an entity of the type, as JSON', () => {
    const entity = { other: 1, id: 'a "b"', __typename: 'Book' };
    expect(represent(entity, [on('Book', field('id'))])).toBe('{"__typename":"Book","id":"a \\"b\\""}');
    expect(represent(entity, [on('Media', field('id'))])).toBe('{"__typename":"Book","id":"a \\"b\\""}');
  });

  it.each<[string, JsonObject, QueryPlanSelectionNode[]]>([
    ['of another type', { __typename: 'Film', id: '1' }, [on('Book', field('id'))]],
    ['without a required field', { __typename: 'Book' }, [on('Book', field('id'))]],
    ['without a type', { id: '1' }, [on('Book', field('id'))]],
    ['of a type that nobody knows', { __typename: 'Map', id: '1' }, [on('Book', field('id'))]],
    ['with a type that is no text', { __typename: 5, id: '1' }, [on('Book', field('id'))]],
  ])('is none for an entity %s', (_what, entity, requires) => {
    expect(represent(entity, requires)).toBeUndefined();
  });

  it('keeps null and falsy values, and what is within', () => {
    const size = field('size', [field('height'), field('weight', [field('grams')])]);
    const entity = {
      __typename: 'Book',
      id: null,
      pages: 0,
      size: [{ height: 1, width: 2, weight: null }, { width: 3 }],
    };
    expect(represent(entity, [on('Book', field('id'), field('pages'), size)])).toBe(
      '{"__typename":"Book","id":null,"pages":0,"size":[{"height":1,"weight":null},null]}',
    );
  });

  it('unites what several fragments require, of which each stands or falls alone', () => {
    const requires = [on('Media', field('id')), on('Book', field('pages')), on('Book', field('size', [field('w')]))];
    const whole = { __typename: 'Book', id: '1', pages: 2, size: { w: 3, h: 4 } };
    expect(represent(whole, requires)).toBe('{"__typename":"Book","id":"1","pages":2,"size":{"w":3}}');
    expect(represent({ __typename: 'Book', id: '1' }, requires)).toBe('{"__typename":"Book","id":"1"}');
    expect(represent({ __typename: 'Film', id: '1' }, requires)).toBe('{"__typename":"Film","id":"1"}');
  });

  it('goes under the name of an interface object where the planner wants it so', () => {
    const rename: FetchDataRewrite = { kind: 'ValueSetter', path: ['... on Book', '__typename'], setValueTo: 'Media' };
    const entity = { __typename: 'Book', id: '1' };
    expect(represent(entity, [on('Book', field('id'))], [rename])).toBe('{"__typename":"Media","id":"1"}');
    expect(entity.__typename).toBe('Book');
  });
});
