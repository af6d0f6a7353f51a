import type { FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, OperationTypeNode, parse } from 'graphql';
import type { SubgraphAnswer } from '../subgraph-source.js';
import { compileOperation } from './compiled-operation.js';
import { type AskedBody, NOBODY } from './testing/two-executors.js';

const schema = buildSchema(`
  type Round { id: ID! status: String verdict: Verdict }
  type Verdict { score: Int note: String }
  type Query { rounds: [Round] first: Round other: Round }
  type Mutation { open: Round close: Round }
`);

const key: QueryPlanSelectionNode[] = [
  {
    kind: 'InlineFragment',
    typeCondition: 'Round',
    selections: [
      { kind: 'Field', name: '__typename' },
      { kind: 'Field', name: 'id' },
    ],
  },
];
const fetch = (serviceName: string, operation: string, change: Partial<FetchNode> = {}): FetchNode => ({
  kind: 'Fetch',
  serviceName,
  operation,
  operationName: undefined,
  operationKind: OperationTypeNode.QUERY,
  ...change,
});
const rounds = fetch('rounds', '{rounds}');
const verdicts = fetch('verdicts', 'verdicts', { requires: key });
const at = (path: string[], node: PlanNode): PlanNode => ({ kind: 'Flatten', path, node });
const sequence = (...nodes: PlanNode[]): PlanNode => ({ kind: 'Sequence', nodes });
const parallel = (...nodes: PlanNode[]): PlanNode => ({ kind: 'Parallel', nodes });
const round = (id: string) => ({ __typename: 'Round', id });

type Answers = Record<string, (variables: { representations?: unknown[] }) => SubgraphAnswer | Error>;

async function execute(
  node: NonNullable<QueryPlan['node']>,
  source: string,
  answers: Answers,
  variables: Record<string, unknown> = {},
) {
  const asked: AskedBody[] = [];
  const plan: QueryPlan = { kind: 'QueryPlan', node };
  const result = await compileOperation({ supergraphSchema: schema, schema, plan, document: parse(source) }).execute({
    variables,
    context: NOBODY,
    ask: async (subgraph, body) => {
      asked.push({ subgraph, body });
      const { query, variables: sent } = JSON.parse(body);
      const answer = answers[query]?.(sent) ?? new Error(`"${query}" is not known`);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  return { ...result, asked };
}

describe('a fetch of entities', () => {
  const plan = sequence(rounds, at(['rounds', '@'], verdicts));
  const source = '{ rounds { id verdict { score } } }';
  const some = () => ({ data: { rounds: [round('1'), round('2'), null, round('1')] } });
  const scored = (...scores: number[]) => ({ data: { _entities: scores.map((score) => ({ verdict: { score } })) } });

  it('asks for equal ones once, and gives each of them what is answered', async () => {
    const { data, asked } = await execute(plan, source, { '{rounds}': some, verdicts: () => scored(7, 8) });
    expect(data).toEqual({
      rounds: [
        { id: '1', verdict: { score: 7 } },
        { id: '2', verdict: { score: 8 } },
        null,
        { id: '1', verdict: { score: 7 } },
      ],
    });
    expect(asked[1]?.body).toBe(
      '{"query":"verdicts","variables":{"representations":[{"__typename":"Round","id":"1"},{"__typename":"Round","id":"2"}]}}',
    );
  });

  it('tells an error of one wherever it stands, at the client’s path', async () => {
    const error = { message: 'No.', path: ['_entities', 0, 'verdict', 'score'], extensions: { code: 'FORBIDDEN' } };
    const { errors } = await execute(plan, source, {
      '{rounds}': some,
      verdicts: () => ({
        data: { _entities: [null, null] },
        errors: [error, { message: 'All.', path: ['_entities'] }],
      }),
    });
    expect(errors).toEqual([
      { ...error, path: ['rounds', 0, 'verdict', 'score'] },
      { ...error, path: ['rounds', 3, 'verdict', 'score'] },
      { message: 'All.', path: ['rounds'] },
    ]);
  });

  it('counts representations, not what stands between them', async () => {
    const given = { data: { rounds: [{ id: '0' }, { __typename: 'Other', id: '1' }, round('2')] } };
    const { errors } = await execute(plan, source, {
      '{rounds}': () => given,
      verdicts: () => ({
        data: { _entities: [null] },
        errors: [{ message: 'No.', path: ['_entities', 0, 'verdict'] }],
      }),
    });
    expect(errors).toEqual([{ message: 'No.', path: ['rounds', 2, 'verdict'] }]);
  });

  it('does not tell one error more than a hundred times', async () => {
    const many = { data: { rounds: Array.from({ length: 300 }, () => round('1')) } };
    const { errors } = await execute(plan, source, {
      '{rounds}': () => many,
      verdicts: () => ({ data: null, errors: [{ message: 'No.', path: ['_entities', 0, 'verdict'] }] }),
    });
    expect(errors).toHaveLength(100);
  });

  it.each<[string, SubgraphAnswer, string[]]>([
    ['too few', scored(1), ['rounds']],
    ['too many', scored(1, 2, 3), ['rounds']],
    ['no list', { data: { _entities: {} } }, ['rounds']],
    // Whatever the type says, a subgraph may answer anything.
    ['no object', { data: 'text' as unknown as null }, ['rounds']],
  ])('takes none where it is answered %s', async (_what, answer, path) => {
    const { data, errors } = await execute(plan, source, { '{rounds}': some, verdicts: () => answer });
    expect(JSON.stringify(data)).not.toContain('score');
    expect(errors).toEqual([{ message: expect.any(String), path, extensions: { code: 'INTERNAL_ERROR' } }]);
  });

  it('keeps the others where one is something else', async () => {
    const answer = { data: { _entities: ['text', { verdict: { score: 8 } }] } };
    const { data, errors } = await execute(plan, source, { '{rounds}': some, verdicts: () => answer });
    expect(data).toMatchObject({ rounds: [{ verdict: null }, { verdict: { score: 8 } }, null, { verdict: null }] });
    expect(errors?.map(({ path }) => path?.join('.'))).toEqual(['rounds.0', 'rounds.3']);
  });

  it('asks nothing where there are none', async () => {
    const { asked, data } = await execute(plan, source, { '{rounds}': () => ({ data: { rounds: [] } }) });
    expect([asked.length, data]).toEqual([1, { rounds: [] }]);
  });

  it('refuses a variable by the name of its own', async () => {
    const using = fetch('verdicts', 'verdicts', { requires: key, variableUsages: ['representations'] });
    const { errors } = await execute(
      sequence(rounds, at(['rounds', '@'], using)),
      source,
      { '{rounds}': some },
      { representations: 1 },
    );
    expect(errors).toMatchObject([
      { message: expect.stringMatching(/"representations"/), extensions: { code: 'VALIDATION_FAILED' } },
    ]);
  });
});

describe('a fetch', () => {
  it('is sent the variables that it uses, and its name', async () => {
    const named = fetch('rounds', '{rounds}', { operationName: 'R', variableUsages: ['a', 'b', 'c'] });
    const variables = { a: 'x"', b: undefined, c: { d: [1] }, e: 5 };
    const { asked } = await execute(named, '{ rounds { id } }', { '{rounds}': () => ({ data: null }) }, variables);
    expect(asked[0]?.body).toBe('{"query":"{rounds}","operationName":"R","variables":{"a":"x\\"","c":{"d":[1]}}}');
  });

  it('that cannot be asked costs its part', async () => {
    const answers: Answers = { a: () => new Error('refused'), b: () => ({ data: { other: { id: '2' } } }) };
    const plan = parallel(fetch('rounds', 'a'), fetch('rounds', 'b'));
    const { data, errors } = await execute(plan, '{ first { id } other { id } }', answers);
    expect(data).toEqual({ first: null, other: { id: '2' } });
    expect(errors).toMatchObject([
      { message: expect.stringMatching(/refused/), extensions: { code: 'INTERNAL_ERROR' } },
    ]);
  });

  const twice = (path: (plan: PlanNode, key: string) => PlanNode) =>
    sequence(
      fetch('rounds', 'both'),
      parallel(
        path(fetch('v', 'verdicts', { requires: key }), 'first'),
        path(fetch('v', 'verdicts', { requires: key }), 'other'),
      ),
      at(['first', 'verdict'], fetch('n', 'notes')),
    );

  it.each([
    [
      'once in a query, of which nothing is shared then',
      '{ first { verdict { score note } } other { verdict { score note } } }',
      1,
    ],
    ['each time in a mutation', 'mutation { open { verdict { score note } } close { verdict { score note } } }', 2],
  ])('that is asked at two places is asked %s', async (_what, source, times) => {
    const [one, two] = times === 1 ? ['first', 'other'] : ['open', 'close'];
    const plan = twice((node, name) => at([name === 'first' ? one : two] as string[], node));
    const { data, asked } = await execute(plan, source, {
      both: () => ({ data: { [String(one)]: round('1'), [String(two)]: round('1') } }),
      verdicts: () => ({ data: { _entities: [{ verdict: { score: 7 } }] } }),
      notes: () => ({ data: { note: 'here' } }),
    });
    expect(asked.filter(({ subgraph }) => subgraph === 'v')).toHaveLength(times);
    const [here, there] = [
      { score: 7, note: times === 1 ? 'here' : null },
      { score: 7, note: null },
    ];
    expect(data).toEqual({ [String(one)]: { verdict: here }, [String(two)]: { verdict: there } });
  });

  it('of root fields within an object tells its errors there', async () => {
    const plan = sequence(rounds, at(['rounds', '@'], fetch('v', 'nested')));
    const { data, errors } = await execute(plan, '{ rounds { id status } }', {
      '{rounds}': () => ({ data: { rounds: [{ id: '1' }, { id: '2' }] } }),
      nested: () => ({ data: { status: 's' }, errors: [{ message: 'No.', path: ['verdict'] }] }),
    });
    expect(data).toEqual({
      rounds: [
        { id: '1', status: 's' },
        { id: '2', status: 's' },
      ],
    });
    expect(errors?.map(({ path }) => path)).toEqual([
      ['rounds', 0, 'verdict'],
      ['rounds', 1, 'verdict'],
    ]);
  });
});

describe('a node of the plan', () => {
  const condition: PlanNode = {
    kind: 'Condition',
    condition: 'wanted',
    ifClause: fetch('rounds', 'yes'),
    elseClause: fetch('rounds', 'no'),
  };
  const source = 'query ($wanted: Boolean! = false) { first { id @include(if: $wanted) status } }';
  const answers: Answers = { yes: () => ({ data: { first: { id: '1' } } }), no: () => ({ data: { first: null } }) };

  it.each<[Record<string, unknown>, string]>([
    [{ wanted: true }, 'yes'],
    [{ wanted: false }, 'no'],
    [{}, 'no'],
  ])('runs by a condition: %j is %s', async (variables, expected) => {
    const { asked } = await execute(condition, source, answers, variables);
    expect(asked.map(({ body }) => JSON.parse(body).query)).toEqual([expected]);
  });

  it('wants a variable for it that is true or false', async () => {
    await expect(execute(condition, source, answers, { wanted: 'yes' })).rejects.toThrow(/\$wanted/);
  });

  it('that is not executed here is refused before anything runs', async () => {
    const defer: PlanNode = { kind: 'Defer', primary: {}, deferred: [] };
    await expect(execute(sequence(rounds, defer), source, {})).rejects.toThrow(/defers parts/);
    await expect(execute({ kind: 'Subscription', primary: rounds }, source, {})).rejects.toThrow(/subscription/);
    const contextual = fetch('rounds', '{rounds}', {
      contextRewrites: [{ kind: 'KeyRenamer', path: ['..', 'id'], renameKeyTo: 'c' }],
    });
    await expect(execute(contextual, source, {})).rejects.toThrow(/@fromContext/);
  });
});
