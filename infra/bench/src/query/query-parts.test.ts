import { describe, expect, it } from '@jest/globals';
import { createInventor } from './invented-answers.js';
import { canonical, NESTED_QUERY, nestedRequest, PAGES } from './nested-query.js';

describe('equal answers', () => {
  it('have one text, whatever the order of their fields', () => {
    expect(canonical({ b: [1, { d: null, c: 'x' }], a: true })).toBe(
      canonical({ a: true, b: [1, { c: 'x', d: null }] }),
    );
  });
  it.each([
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: null }, {}],
    [{ data: 1 }, { data: 1, errors: [] }],
  ])('are not %j and %j', (one, other) => {
    expect(canonical(one)).not.toBe(canonical(other));
  });
});

describe('the requests', () => {
  it('are of so many different pages', () => {
    const bodies = Array.from({ length: 2 * PAGES }, (_, place) => nestedRequest({ first: 20 }, place));
    expect(new Set(bodies).size).toBe(PAGES);
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({
      query: NESTED_QUERY,
      variables: { first: 20, after: 'page-0' },
    });
  });
});

describe('an invented answer', () => {
  const rounds = createInventor('rounds');
  const insights = createInventor('insights');
  const ask = async (invent: typeof rounds, query: string, variables: object = {}) =>
    JSON.parse(await invent(JSON.stringify({ query, variables })));

  it('is the same however it is asked, and another for another page', async () => {
    const one = await ask(rounds, '{ rounds(first: 2, after: "a") { nodes { id status } } }');
    expect(one.data.rounds.nodes).toHaveLength(2);
    const other = await ask(rounds, 'query ($n: Int) { x: rounds(after: "a", first: $n) { nodes { status id } } }', {
      n: 2,
    });
    expect(canonical(other.data.x)).toBe(canonical(one.data.rounds));
    const next = await ask(rounds, '{ rounds(first: 2, after: "b") { nodes { id } } }');
    expect(next.data.rounds.nodes[0].id).not.toBe(one.data.rounds.nodes[0].id);
  });

  it('is about the entity that was asked for, as many items as were', async () => {
    const query = `query ($representations: [_Any!]!) {
      _entities(representations: $representations) { ... on Round { id insights(last: 5) { nodes { id severity } } } }
    }`;
    const { data, errors } = await ask(insights, query, { representations: [{ __typename: 'Round', id: 'r1' }] });
    expect(errors).toBeUndefined();
    expect(data._entities[0].id).toBe('r1');
    expect(data._entities[0].insights.nodes).toHaveLength(5);
  });
});
