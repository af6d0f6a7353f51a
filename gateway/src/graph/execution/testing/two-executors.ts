/** One operation through Apollo's executor and through the compiled one, on the same subgraphs. */
import { operationFromDocument, type Schema, Supergraph } from '@apollo/federation-internals';
import { buildOperationContext, executeQueryPlan, type GraphQLDataSource } from '@apollo/gateway';
import { type FetchNode, type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { createLog } from '@interview/runtime/log';
import {
  type DocumentNode,
  type FormattedExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  validate,
} from 'graphql';
import type { SubgraphAnswer, ViewerContext } from '../../subgraph-source.js';
import { type CompiledOperation, compileOperation } from '../compiled-operation.js';
import { conditionDefaults } from '../conditions.js';
import type { Execution } from '../execution.js';
import { compileNode } from '../plan-nodes.js';
import type { FakeSubgraphs, Question } from './fake-subgraphs.js';
import type { GeneratedOperation } from './operation-generator.js';

/** Nobody's: what is asked here does not depend on who asks. */
export const NOBODY = {} as ViewerContext;

export interface TestGraph {
  names: readonly string[];
  api: Schema;
  schema: GraphQLSchema;
  supergraphSchema: GraphQLSchema;
  planner: QueryPlanner;
}

export function testGraph(supergraphSdl: string): TestGraph {
  const supergraph = Supergraph.build(supergraphSdl);
  const api = supergraph.apiSchema();
  return {
    names: [...supergraph.subgraphsMetadata()].map(({ name }) => name),
    api,
    schema: api.toGraphQLJSSchema(),
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
    planner: new QueryPlanner(supergraph),
  };
}

/** One of several in a document has to be named. */
export interface NamedOperation extends GeneratedOperation {
  operationName?: string;
}

export interface PlannedOperation extends NamedOperation {
  document: DocumentNode;
  plan: QueryPlan;
  /** Of a subscription: the fetch that an event answers. */
  given?: FetchNode;
}

/** @returns undefined when the operation is not valid. */
export function planned(graph: TestGraph, operation: NamedOperation): PlannedOperation | undefined {
  const document = parse(operation.source);
  if (validate(graph.schema, document).length > 0) return undefined;
  const { operationName } = operation;
  const named = operationName === undefined ? {} : { operationName };
  const plan = graph.planner.buildQueryPlan(operationFromDocument(graph.api, document, named));
  if (plan.node?.kind !== 'Subscription') return { ...operation, document, plan };
  const { primary, rest } = plan.node;
  const node: QueryPlan['node'] = rest ? { kind: 'Sequence', nodes: [primary, rest] } : primary;
  return { ...operation, document, plan: { kind: 'QueryPlan', node }, given: primary };
}

const log = createLog('test', 'silent');

export async function runApollo(
  graph: TestGraph,
  { document, plan, variables, operationName }: PlannedOperation,
  subgraphs: FakeSubgraphs,
): Promise<FormattedExecutionResult> {
  const sources: Record<string, GraphQLDataSource> = Object.fromEntries(
    graph.names.map((name) => [
      name,
      {
        process: async ({ request }) => {
          // As it would travel: equal in what JSON says.
          const { query, operationName, variables: sent } = JSON.parse(JSON.stringify(request)) as Question;
          return subgraphs.answer(name, { query, operationName, variables: sent });
        },
      },
    ]),
  );
  // The executor reads no more of a request context than this.
  const requestContext = { request: { variables }, metrics: {}, context: NOBODY, logger: log } as unknown;
  const { data, errors, extensions } = await executeQueryPlan(
    plan,
    sources,
    requestContext as Parameters<typeof executeQueryPlan>[2],
    buildOperationContext({ schema: graph.schema, operationDocument: document, operationName }),
    graph.supergraphSchema,
    graph.api,
  );
  const result = { data, ...(errors ? { errors: errors.map(formatted) } : {}), ...(extensions ? { extensions } : {}) };
  return JSON.parse(JSON.stringify(result)) as FormattedExecutionResult;
}

/** What is no GraphQLError is made one by the server in front. */
function formatted(error: GraphQLError) {
  return error.toJSON ? error.toJSON() : { message: (error as Error).message, extensions: { code: 'INTERNAL_ERROR' } };
}

function compiled(graph: TestGraph, { document, plan, given, operationName }: PlannedOperation): CompiledOperation {
  const { supergraphSchema, schema } = graph;
  return compileOperation({ supergraphSchema, schema, plan, document, given, operationName });
}

/** An event: what the subgraph of the feed answers. */
function eventOf({ given, variables }: PlannedOperation, subgraphs: FakeSubgraphs): SubgraphAnswer | undefined {
  if (!given) return undefined;
  const { operation: query, operationName } = given;
  const used = (given.variableUsages ?? []).filter((name) => variables[name] !== undefined);
  const sent = Object.fromEntries(used.map((name) => [name, variables[name]]));
  return subgraphs.answer(given.serviceName, { query, operationName, variables: sent });
}

export interface AskedBody {
  subgraph: string;
  body: string;
}

export async function runCompiled(
  graph: TestGraph,
  operation: PlannedOperation,
  subgraphs: FakeSubgraphs,
  asked: AskedBody[] = [],
): Promise<FormattedExecutionResult> {
  const result = await compiled(graph, operation).execute({
    variables: operation.variables,
    context: NOBODY,
    given: eventOf(operation, subgraphs),
    ask: async (subgraph, body): Promise<SubgraphAnswer> => {
      asked.push({ subgraph, body });
      return subgraphs.answer(subgraph, JSON.parse(body) as Question);
    },
  });
  return JSON.parse(JSON.stringify(result)) as FormattedExecutionResult;
}

/** The steps of the plan alone: what has been merged, and errors with their places in it. */
export async function runSteps(
  graph: TestGraph,
  { plan, variables, document }: PlannedOperation,
  subgraphs: FakeSubgraphs,
): Promise<Execution> {
  const execution: Execution = {
    variables,
    context: NOBODY,
    ask: async (subgraph, body) => subgraphs.answer(subgraph, JSON.parse(body) as Question),
    given: undefined,
    data: {},
    errors: [],
    answers: new Map(),
  };
  const operation = getOperationAST(document);
  if (!operation) throw new Error('There is no operation.');
  const defaults = conditionDefaults(operation);
  const nodePlan = { schema: graph.supergraphSchema, given: undefined, defaults, shares: () => false };
  if (plan.node) await compileNode(plan.node, nodePlan)(execution);
  return execution;
}
