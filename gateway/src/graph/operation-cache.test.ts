import { readFileSync } from 'node:fs';
import { createLog } from '@interview/runtime/log';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'graphql';
import { loadGraph } from './graph.js';
import { createOperationCache, type PreparedOperation } from './operation-cache.js';
import { createQueryRunner } from './query-runner.js';
import type { SubgraphAnswer, ViewerContext } from './subgraph-source.js';
import { createSubgraphSources } from './subgraph-sources.js';
import { warmOperations } from './warm-operations.js';

const log = createLog('test', 'silent');
const nowhere = 'http://127.0.0.1:1';
const subgraphSources = createSubgraphSources({
  subgraphs: { rounds: nowhere, resumes: nowhere, insights: nowhere, verdicts: nowhere },
  internalKey: 'key',
  timeoutMs: 1000,
  log,
});
const graph = loadGraph({
  supergraphSdl: readFileSync(new URL('../../../schema/supergraph.graphql', import.meta.url), 'utf8'),
  subgraphSources,
});
afterAll(() => subgraphSources.close());

const ONE = 'query One($id: ID!) { round(id: $id) { id status } }';
const TWO = `${ONE} query Two { viewer { id } }`;
const FEED = 'subscription Feed($id: ID!) { insightAdded(roundId: $id) { id } }';

describe('known operations', () => {
  it('are planned once, named or not', () => {
    const operations = createOperationCache(graph);
    const planned = jest.spyOn(graph.planner, 'buildQueryPlan');
    expect(operations.get(ONE, undefined)).toBeUndefined();
    const prepared = operations.prepare(ONE, parse(ONE), undefined);
    expect(operations.prepare(ONE, parse(ONE), 'One')).toBe(prepared);
    expect(operations.get(ONE, 'One')).toBe(prepared);
    expect(operations.get(ONE, undefined)).toBe(prepared);
    expect(planned).toHaveBeenCalledTimes(1);
    planned.mockRestore();
  });

  it('are each document’s own, whatever their names', () => {
    const operations = createOperationCache(graph);
    operations.prepare(TWO, parse(TWO), 'Two');
    expect(operations.get(TWO, 'One')).toBeUndefined();
    expect(operations.get(TWO, undefined)).toBeUndefined();
    expect(operations.get(TWO, 'Two')?.operation.name?.value).toBe('Two');
    expect(operations.get(ONE, 'Two')).toBeUndefined();
    expect(() => operations.prepare(TWO, parse(TWO), undefined)).toThrow('which of its operations');
    expect(() => operations.prepare(FEED, parse(FEED), undefined)).toThrow('subscription');
  });

  it('are prepared ahead, but for what is no query or does not fit', async () => {
    const operations = createOperationCache(graph);
    const schema = '{ __schema { queryType { name } } }';
    const sources = [ONE, '{ nothing', '{ nothingLikeThis }', FEED, schema, TWO];
    const { signal } = new AbortController();
    await warmOperations(sources, { engine: { graph, operations }, introspection: false, signal, log });
    expect(operations.get(ONE, undefined)).toBe(operations.get(ONE, 'One'));
    expect(operations.get(TWO, 'Two')).toBeDefined();
    for (const source of [FEED, schema]) expect(operations.get(source, undefined)).toBeUndefined();
    await warmOperations([schema], { engine: { graph, operations }, introspection: true, signal, log });
    expect(operations.get(schema, undefined)).toBeDefined();
  });

  it('are not prepared any more when the process stops', async () => {
    const operations = createOperationCache(graph);
    const signal = AbortSignal.abort();
    await warmOperations([ONE], { engine: { graph, operations }, introspection: true, signal, log });
    expect(operations.get(ONE, undefined)).toBeUndefined();
  });
});

describe('an answer', () => {
  const counted: string[] = [];
  const metrics = { operation: (kind: string, outcome: string) => void counted.push(`${kind} ${outcome}`) };
  const context = { signedViewer: 'nobody' } as ViewerContext; // the fake below looks at nothing of it
  const run = (source: string, answer: SubgraphAnswer) => {
    const prepared: PreparedOperation = createOperationCache(graph).prepare(source, parse(source), undefined);
    const sources = { rounds: { ask: async () => answer } } as unknown as typeof graph.sources; // all that it asks
    return createQueryRunner({ sources }, { metrics, log }).run(prepared, { id: 'r1' }, context);
  };

  it('tells what is missing where the schema wants a value', async () => {
    const { data, errors } = await run(ONE, { data: { round: { id: 'r1', status: null } } });
    expect(data).toEqual({ round: null });
    expect(errors).toEqual([
      {
        message: 'Something went wrong on our side.',
        path: ['round', 'status'],
        extensions: { code: 'INTERNAL_ERROR' },
      },
    ]);
  });

  it('says nothing of the inside, and is counted', async () => {
    counted.length = 0;
    const secret = { message: 'SELECT * FROM secrets', path: ['round'], extensions: { code: 'INTERNAL_ERROR' } };
    const { errors } = await run(ONE, { data: { round: null }, errors: [secret] });
    expect(JSON.stringify(errors)).not.toContain('secrets');
    await run(ONE, { data: { round: { id: 'r1', status: 'SCHEDULED' } } });
    expect(counted).toEqual(['query partial', 'query ok']);
  });
});
