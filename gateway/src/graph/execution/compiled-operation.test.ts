import { readFileSync } from 'node:fs';
import { operationFromDocument } from '@apollo/federation-internals';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { type CompiledOperation, compileOperation } from './compiled-operation.js';
import { NOBODY, testGraph } from './testing/two-executors.js';

const graph = testGraph(readFileSync(new URL('../../../../schema/supergraph.graphql', import.meta.url), 'utf8'));

/** As a feed runs it: the event answers the first fetch. */
function feed(source: string): CompiledOperation {
  const document = parse(source);
  const { node } = graph.planner.buildQueryPlan(operationFromDocument(graph.api, document));
  if (node?.kind !== 'Subscription') throw new Error('The planner did not plan a subscription.');
  const { primary, rest } = node;
  return compileOperation({
    supergraphSchema: graph.supergraphSchema,
    schema: graph.schema,
    plan: { kind: 'QueryPlan', node: rest ? { kind: 'Sequence', nodes: [primary, rest] } : primary },
    document,
    given: primary,
  });
}

const nobodyAsks = () => {
  throw new Error('Nothing was to be asked.');
};

describe('an event of a feed', () => {
  it('is answered at once when one subgraph knows all of it', () => {
    const { execute } = feed('subscription { insightAdded(roundId: "r") { severity kind: __typename id } }');
    const given = { data: { insightAdded: { id: 'i', kind: 'Insight', severity: 'LOW', cursor: '7' } } };
    const answer = execute({ variables: {}, context: NOBODY, ask: nobodyAsks, given });
    expect(JSON.stringify(answer)).toBe('{"data":{"insightAdded":{"severity":"LOW","kind":"Insight","id":"i"}}}');
  });

  it('is completed with what the other subgraphs answer', async () => {
    const { execute } = feed('subscription { insightAdded(roundId: "r") { id round { status } } }');
    const asked: unknown[] = [];
    const answer = execute({
      variables: {},
      context: NOBODY,
      ask: async (subgraph, body) => {
        asked.push([subgraph, JSON.parse(body).variables]);
        return { data: { _entities: [{ status: 'IN_PROGRESS' }] } };
      },
      given: { data: { insightAdded: { id: 'i', round: { __typename: 'Round', id: 'r' } } } },
    });
    expect(await answer).toEqual({ data: { insightAdded: { id: 'i', round: { status: 'IN_PROGRESS' } } } });
    expect(asked).toEqual([['rounds', { representations: [{ __typename: 'Round', id: 'r' }] }]]);
  });

  it('keeps its errors, and is null where the schema wants a value that is not there', () => {
    const { execute } = feed('subscription { insightAdded(roundId: "r") { id } }');
    const error = { message: 'No.', path: ['insightAdded', 'id'], extensions: { code: 'FORBIDDEN' } };
    const given = { data: { insightAdded: { id: null } }, errors: [error] };
    expect(execute({ variables: {}, context: NOBODY, ask: nobodyAsks, given })).toEqual({
      errors: [error],
      data: null,
    });
  });
});
