/**
 * From a subscription's text to what running it needs. Apollo's planner splits a subscription into the
 * operation that opens the feed in one subgraph (`primary`) and what is to be fetched from the others for
 * each event (`rest`); plans are kept, so an equal document is validated and planned once.
 */
import { setImmediate } from 'node:timers/promises';
import { operationFromDocument } from '@apollo/federation-internals';
import type { FetchNode, QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { type AskSubgraph, type CompiledOperation, compileOperation } from '../graph/execution/compiled-operation.js';
import type { Graph } from '../graph/graph.js';
import { LIMITS } from '../graph/limits.js';
import { resumableDocument, rootFieldOf, validateFeed } from './feed-document.js';
import { askingFor } from './feed-execution.js';
import { type FeedKind, readFeedKinds } from './feed-kind.js';
import { type NormalisedDocument, normaliseDocument } from './group-key.js';
import { readsPerViewer } from './per-viewer-fields.js';

const KEPT_PLANS = 500;

export type Variables = Readonly<Record<string, unknown>>;

export interface FeedPlan {
  /** What it was planned for. */
  graph: Graph;
  /** The text that was planned, and which of its operations: to plan it again on another graph. */
  source: string;
  operationName: string | undefined;
  /** The client's own document: it shapes what is handed on. */
  document: DocumentNode;
  operation: OperationDefinitionNode;
  kind: FeedKind;
  normalised: NormalisedDocument;
  /** Whether it reads what is each viewer's own. */
  perViewer: boolean;
  /** Executes the plan for an event, which answers `primary`. */
  compiled: CompiledOperation;
  /** Asks the subgraphs of its graph. */
  ask: AskSubgraph;
  /** What `compiled` was made of. */
  eventPlan: QueryPlan;
  /** Whether other subgraphs are asked for each event. */
  enriched: boolean;
  /** Opens the feed. */
  primary: FetchNode;
  /** Response name of the root field. */
  rootKey: string;
  resume: ResumePlan | undefined;
}

export interface ResumePlan {
  cursorKey: string;
  afterVariable: string;
  /** The `after` that the client itself asked for. @param coerced with defaults */
  startAfter(coerced: Variables): string | undefined;
}

/** Why a document is not run; each error has its code. */
export class FeedRefused extends Error {
  override readonly name = 'FeedRefused';
  constructor(readonly errors: readonly GraphQLError[]) {
    super(errors.map((e) => e.message).join(' '));
  }
}

/** @param graph the one that the document is planned for */
export type AdmitDocument = (document: DocumentNode, operation: OperationDefinitionNode, graph: Graph) => void;

export interface FeedPlanner {
  /**
   * @param admit may refuse a valid subscription, by throwing, before it is planned
   * @throws FeedRefused when the document does not parse, does not validate or is not a subscription
   */
  plan(source: string, operationName?: string | null, admit?: AdmitDocument): FeedPlan;
  /**
   * Plans anew for this graph what it has planned, a document in a turn of the event loop.
   * @returns what changes over: it plans for this graph from then on
   * @throws Error when the supergraph's feeds contradict their directives
   */
  prepare(graph: Graph): Promise<() => void>;
}

/** @throws Error when the supergraph's feeds contradict their directives */
export function createFeedPlanner(first: Graph): FeedPlanner {
  let plans = new LRUCache<string, FeedPlan>({ max: KEPT_PLANS });
  let basis = basisOf(first);
  return {
    plan(source, operationName, admit = () => undefined) {
      const key = `${operationName ?? ''}\n${source}`;
      const known = plans.get(key);
      if (known) {
        admit(known.document, known.operation, basis.graph);
        return known;
      }
      const plan = planFeed({ ...basis, source, operationName: operationName ?? undefined, admit });
      plans.set(key, plan);
      return plan;
    },
    async prepare(next) {
      const prepared = basisOf(next);
      const planned = new LRUCache<string, FeedPlan>({ max: KEPT_PLANS });
      // The least recently used first, so that the order stays.
      for (const [key, { source, operationName }] of [...plans.entries()].reverse()) {
        await setImmediate();
        const plan = planIfServed({ ...prepared, source, operationName, admit: () => undefined });
        if (plan) planned.set(key, plan);
      }
      return () => {
        basis = prepared;
        plans = planned;
      };
    },
  };
}

/** Who wants a document that is not served is told why when it is planned for them. */
function planIfServed(document: DocumentToPlan): FeedPlan | undefined {
  try {
    return planFeed(document);
  } catch {
    return undefined;
  }
}

/** All that plans are made of, derived from one graph. */
interface PlanningBasis {
  graph: Graph;
  kinds: ReadonlyMap<string, FeedKind>;
  ask: AskSubgraph;
}

const basisOf = (graph: Graph): PlanningBasis => ({
  graph,
  kinds: readFeedKinds(graph.supergraphSchema),
  ask: askingFor(graph),
});

interface DocumentToPlan extends PlanningBasis {
  source: string;
  operationName: string | undefined;
  admit: AdmitDocument;
}

function planFeed({ graph, kinds, ask, source, operationName, admit }: DocumentToPlan): FeedPlan {
  const document = parseFeed(graph.schema, source);
  const operation = getOperationAST(document, operationName);
  if (!operation) {
    const wanted = operationName
      ? `named "${operationName}"`
      : 'or must say by operationName which of several is meant';
    throw refused('VALIDATION_FAILED', `The document must hold an operation ${wanted}.`);
  }
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION) {
    const message = `Only subscriptions are served here; send a ${operation.operation} to POST /graphql.`;
    throw refused('VALIDATION_FAILED', message);
  }

  admit(document, operation, graph);

  const rootField = rootFieldOf(document, operation);
  const field = graph.schema.getSubscriptionType()?.getFields()[rootField.name.value];
  if (!field) throw refused('GRAPHQL_VALIDATION_FAILED', `There is no feed "${rootField.name.value}".`);
  const kind = kinds.get(field.name) ?? 'passing';
  const resumable = kind === 'resumable' ? resumableDocument(graph.schema, document, operation) : undefined;
  const asked = operationFromDocument(graph.apiSchema, resumable?.document ?? document, {
    ...(operationName ? { operationName } : {}),
  });
  const { node } = graph.planner.buildQueryPlan(asked);
  if (node?.kind !== 'Subscription') throw new Error('The planner did not plan a subscription.');

  const { primary, rest } = node;
  const eventPlan: QueryPlan = {
    kind: 'QueryPlan',
    node: rest ? { kind: 'Sequence', nodes: [primary, rest] } : primary,
  };
  return {
    graph,
    source,
    operationName,
    document,
    operation,
    kind,
    normalised: normaliseDocument(resumable?.document ?? document, operationName, resumable?.afterVariable),
    perViewer: readsPerViewer(graph.supergraphSchema, document),
    compiled: compileOperation({
      supergraphSchema: graph.supergraphSchema,
      schema: graph.schema,
      plan: eventPlan,
      document,
      operationName,
      given: primary,
    }),
    ask,
    eventPlan,
    enriched: rest !== undefined,
    primary,
    rootKey: rootField.alias?.value ?? rootField.name.value,
    resume: resumable && {
      cursorKey: resumable.cursorKey,
      afterVariable: resumable.afterVariable,
      startAfter: (coerced) => {
        const after = getArgumentValues(field, rootField, { ...coerced })['after'];
        return typeof after === 'string' ? after : undefined;
      },
    },
  };
}

function parseFeed(schema: GraphQLSchema, source: string): DocumentNode {
  let document: DocumentNode;
  try {
    document = parse(source, { maxTokens: LIMITS.tokens });
  } catch (error) {
    if (error instanceof GraphQLError) throw new FeedRefused([withCode(error, 'GRAPHQL_PARSE_FAILED')]);
    throw error;
  }
  const errors = validateFeed(schema, document);
  if (errors.length > 0) throw new FeedRefused(errors.map((e) => withCode(e, 'GRAPHQL_VALIDATION_FAILED')));
  return document;
}

const refused = (code: string, message: string) =>
  new FeedRefused([new GraphQLError(message, { extensions: { code } })]);

function withCode(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { code },
  });
}
