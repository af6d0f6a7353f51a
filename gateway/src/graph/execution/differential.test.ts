/**
 * Every answer of the compiled executor is compared with what Apollo's executor makes of the same plan and the same
 * subgraphs, on operations that are generated from the schema.
 *
 * EXECUTION_RUNS says how many of each kind, EXECUTION_SEED which ones; a failure names its seed and path.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type DocumentNode,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  Kind,
  OperationTypeNode,
  visit,
} from 'graphql';
import { type FakeSubgraphsOptions, type Faults, fakeSubgraphs, NO_FAULTS } from './testing/fake-subgraphs.js';
import { composeLibrary, LIBRARY_SUBGRAPHS } from './testing/library-graph.js';
import { generateOperation } from './testing/operation-generator.js';
import {
  type AskedBody,
  type PlannedOperation,
  planned,
  runApollo,
  runCompiled,
  runSteps,
  type TestGraph,
  testGraph,
} from './testing/two-executors.js';

const RUNS = Number(process.env['EXECUTION_RUNS'] ?? 40);
/** A long run takes what it takes. */
const TIMEOUT_MS = 30_000 + RUNS * 200;
const SEED = Number(process.env['EXECUTION_SEED'] ?? 1);

const read = (path: string) => readFileSync(new URL(`../../../../schema/${path}`, import.meta.url), 'utf8');
const product = testGraph(read('supergraph.graphql'));
const worlds: Record<string, { graph: TestGraph; subgraphs: Readonly<Record<string, string>> }> = {
  product: {
    graph: product,
    subgraphs: Object.fromEntries(product.names.map((name) => [name, read(`sdl/${name}.graphql`)])),
  },
  library: { graph: testGraph(composeLibrary()), subgraphs: LIBRARY_SUBGRAPHS },
};

const faults: Record<string, Partial<Faults>> = {
  'without a fault': {},
  'when resolvers throw': { error: 12 },
  'when there is nothing where something must be': { nothing: 15 },
  'when fields are missing': { missing: 15 },
  'when values are of the wrong type': { wrongLeaf: 15 },
  'when whole answers fail': { wholeAnswer: 4 },
  'when everything happens': { error: 20, nothing: 30, missing: 30, wrongLeaf: 30, wholeAnswer: 10 },
};

type Compare = (operation: PlannedOperation, subgraphs: FakeSubgraphsOptions, graph: TestGraph) => Promise<void>;

function generated(
  world: string,
  kind: OperationTypeNode,
  given: Partial<Faults>,
  compare: Compare,
  runs = RUNS,
): Promise<void> {
  const { graph, subgraphs } = worlds[world] ?? {};
  if (!graph || !subgraphs) throw new Error('There is no such world.');
  const property = fc.asyncProperty(fc.gen(), fc.nat(1000), async (pick, seed) => {
    const wanted = { schema: graph.schema, kind, depth: 4, fields: 4, conditions: true };
    const operation = planned(graph, generateOperation(pick, wanted));
    fc.pre(operation !== undefined);
    if (!operation) return;
    // Apollo's executor does not give a field its name back whose value is false, 0 or an empty text.
    const truthy = JSON.stringify(operation.plan).includes('KeyRenamer');
    const spoilt = { subgraphs, seed, faults: { ...NO_FAULTS, ...given }, nulls: 9, truthy };
    await compare(operation, spoilt, graph).catch((error: unknown) => {
      const { source, variables } = operation;
      throw new Error(`with seed ${seed} and ${JSON.stringify(variables)} in\n${source}\n${String(error)}`);
    });
  });
  return fc.assert(property, { numRuns: runs, seed: SEED, endOnFailure: true });
}

const compareAll: Compare = async (operation, options, graph) => {
  const subgraphs = fakeSubgraphs(options);
  const expected = await runApollo(graph, operation, subgraphs);
  const asked: AskedBody[] = [];
  const answered = await runCompiled(graph, operation, subgraphs, asked);
  expect(comparable(answered)).toEqual(comparable(expected));
  const [one, other] = [completionOf(answered), completionOf(expected)];
  if (isPlain(operation.document)) expect(one).toEqual(other);
  else expect(one === undefined).toBe(other === undefined);
  for (const { body } of asked) expectNoRepeats(JSON.parse(body).variables.representations ?? []);
  if (operation.source.startsWith('query')) expectNoRepeats(asked);
};

function expectNoRepeats(values: readonly unknown[]): void {
  expect(new Set(values.map((value) => JSON.stringify(value))).size).toBe(values.length);
}

/**
 * Errors are told in no order. Apollo's executor counts all entities at a path where a subgraph counts the
 * representations that it was sent, so it tells a wrong place wherever an entity was not represented; hence places in
 * lists are looked at below, in another way. It tells no place where a list of entities is too short, and says so in
 * other words.
 */
function comparable({ data, errors }: FormattedExecutionResult) {
  return { data, errors: told(errors) };
}

const completionOf = ({ extensions }: FormattedExecutionResult) => told(extensions?.['valueCompletion']);

/**
 * The first null where none may be ends the object around it, and nothing after it is told. Where a document has
 * fragments, or selects a field twice, the two executors differ in what comes first, so that each may tell what the
 * other does not.
 */
function isPlain(document: DocumentNode): boolean {
  let plain = true;
  visit(document, {
    SelectionSet({ selections }) {
      const names = selections.map((s) => (s.kind === Kind.FIELD ? (s.alias ?? s.name).value : ''));
      plain &&= !names.includes('') && new Set(names).size === names.length;
    },
  });
  return plain;
}

function told(errors: unknown): string[] | undefined {
  return (errors as readonly GraphQLFormattedError[] | undefined)
    ?.map(({ message, path, extensions }) =>
      /^Expected "data._entities" to|entities where \d+ were asked for/.test(message)
        ? 'not as many entities as were asked for'
        : JSON.stringify([message, path?.map((key) => (typeof key === 'number' ? '@' : key)), extensions?.['code']]),
    )
    .sort();
}

/** An error of an entity tells, as its details, the representation that it was about: it has to stand there. */
const comparePlaces: Compare = async (operation, options, graph) => {
  const { data, errors } = await runSteps(graph, operation, fakeSubgraphs(options));
  for (const { path = [], extensions } of errors) {
    const representation = Object.entries((extensions?.['details'] ?? {}) as Record<string, unknown>);
    // Of an interface object the type is another one by now, and of what is within more is known.
    const key = representation.filter(([name, value]) => name !== '__typename' && typeof value !== 'object');
    const passed: unknown[] = [];
    let value: unknown = data;
    for (const name of path) {
      value = (value as Record<string | number, unknown> | null)?.[name];
      passed.push(value);
    }
    if (key.length > 0) expect(passed).toContainEqual(expect.objectContaining(Object.fromEntries(key)));
  }
};

/** What is not of the shape that it must have is null, and nothing else is lost. Apollo's executor loses all. */
const compareShapes: Compare = async (operation, options, graph) => {
  const { data } = await runCompiled(graph, operation, fakeSubgraphs(options));
  const nulls = fakeSubgraphs({ ...options, wrongShapes: { object: null, list: null } });
  expect(data).toEqual((await runApollo(graph, operation, nulls)).data);
};

describe('what is generated', () => {
  it(
    'leads to plans with all that a plan can hold',
    async () => {
      const plans: string[] = [];
      const keep: Compare = async ({ plan }) => void plans.push(JSON.stringify(plan));
      await generated('library', OperationTypeNode.QUERY, {}, keep, Math.max(RUNS, 80));
      const kinds = ['Sequence', 'Parallel', 'Flatten', 'Fetch', 'Condition', 'ValueSetter', 'KeyRenamer'];
      const marks = [...kinds.map((kind) => `"kind":"${kind}"`), '"@","@"', '"inputRewrites"', '"outputRewrites"'];
      expect(marks.filter((mark) => !plans.some((plan) => plan.includes(mark)))).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

describe.each(['product', 'library'])('the %s graph is answered as Apollo’s executor does', (world) => {
  const { QUERY, MUTATION, SUBSCRIPTION } = OperationTypeNode;
  it.each(Object.entries(faults))('%s', (_when, given) => generated(world, QUERY, given, compareAll), TIMEOUT_MS);
  it('in mutations', () => generated(world, MUTATION, { error: 10 }, compareAll), TIMEOUT_MS);
  it(
    'for events of feeds',
    async () => {
      await generated(world, SUBSCRIPTION, { error: 20, nothing: 30, missing: 30, wrongLeaf: 30 }, compareAll);
    },
    TIMEOUT_MS,
  );
  it(
    'with its errors at the entities that they are about',
    async () => {
      await generated(world, QUERY, { error: 8, missing: 30 }, comparePlaces);
    },
    TIMEOUT_MS,
  );
  it(
    'with null for what has the wrong shape',
    async () => {
      await generated(world, QUERY, { wrongShape: 15, missing: 30 }, compareShapes);
    },
    TIMEOUT_MS,
  );
});

/** What requests bring along that generated operations have seldom or never. */
const ASKED: [string, string, Record<string, unknown>?, string?][] = [
  ['only `__typename`', '{ __typename again: __typename }'],
  [
    '`__typename` at the root of a mutation',
    'mutation ($id: ID!) { __typename joinRound(id: $id) { id } }',
    { id: 'r' },
  ],
  ['only introspection', '{ __schema { queryType { name fields { name } } } __type(name: "Round") { kind } }'],
  [
    'introspection and data, with variables in both',
    'query ($type: String!, $id: ID!) { __type(name: $type) { name } round(id: $id) { id verdict { decision } } }',
    { type: 'Round', id: 'r' },
  ],
  ...[true, false].flatMap((skip): [string, string, Record<string, unknown>][] =>
    [true, false].map((include) => [
      `@skip ${skip} and @include ${include} over several subgraphs`,
      `query ($skip: Boolean!, $include: Boolean = true) {
        rounds(first: 2) { nodes { id ...More @skip(if: $skip) resume @include(if: $include) { fileName } } }
        viewer @skip(if: $skip) @include(if: $include) { id }
      }
      fragment More on Round { aggregate { speech { totalHesitations @include(if: $include) } } verdict { id } }`,
      { skip, include },
    ]),
  ),
  [
    'mutations of several subgraphs',
    `mutation ($id: ID!, $at: DateTime!) {
      joinRound(id: $id) { id resume { fileName } }
      reportTabVisibility(roundId: $id, visible: true, timestamp: $at)
      again: joinRound(id: $id) { id verdict { decision } aggregate { roundId } }
    }`,
    { id: 'r', at: '2026-01-30T09:30:00.000Z' },
  ],
  [
    'the one of several that is named',
    'query A { viewer { id } } query B { round(id: "r") { id resume { id } } }',
    {},
    'B',
  ],
];

describe('what requests bring along', () => {
  it.each(ASKED)('%s', async (_what, source, variables = {}, operationName) => {
    const operation = planned(product, { source, variables, ...(operationName ? { operationName } : {}) });
    if (!operation) throw new Error('The operation is not valid.');
    const { subgraphs = {} } = worlds['product'] ?? {};
    for (const given of Object.values(faults)) {
      for (let seed = 0; seed < 5; seed++) {
        const spoilt = { subgraphs, seed, faults: { ...NO_FAULTS, ...given }, nulls: 9, truthy: false };
        await compareAll(operation, spoilt, product);
      }
    }
  });

  it('mutations, one after the other', async () => {
    const [, source = '', variables = {}] = ASKED.find(([what]) => what === 'mutations of several subgraphs') ?? [];
    const operation = planned(product, { source, variables });
    if (!operation) throw new Error('The operation is not valid.');
    const { subgraphs = {} } = worlds['product'] ?? {};
    const asked: AskedBody[] = [];
    const fakes = fakeSubgraphs({ subgraphs, seed: 1, faults: NO_FAULTS, nulls: 0, truthy: true });
    await runCompiled(product, operation, fakes, asked);
    const mutations = asked.filter(({ body }) => body.includes('"mutation'));
    expect(mutations.map(({ body }) => /(joinRound|reportTabVisibility)/.exec(body)?.[1])).toEqual([
      'joinRound',
      'reportTabVisibility',
      'joinRound',
    ]);
  });
});
