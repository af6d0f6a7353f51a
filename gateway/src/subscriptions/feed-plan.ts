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
import { KEPT_CHARACTERS } from '../graph/operation-cache.js';
import { resumableDocument, rootFieldOf, validateFeed } from './feed-document.js';
import { askingFor } from './feed-execution.js';
import { type FeedKind, readFeedKinds } from './feed-kind.js';
import { FeedRefused, refused, withCode } from './feed-refused.js';
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
   * @param open what runs: however many they are, those who change over in the same turn find these planned
   * @returns what changes over: it plans for this graph from then on
   * @throws Error when the supergraph's feeds contradict their directives
   */
  prepare(graph: Graph, open?: () => Iterable<FeedPlan>): Promise<() => void>;
}

/** @throws Error when the supergraph's feeds contradict their directives */
export function createFeedPlanner(first: Graph, keptPlans = KEPT_PLANS): FeedPlanner {
  let plans = newCache(keptPlans);
  /** What runs while the graph changes; no bound applies to these, for as long as that takes. */
  let moving: ReadonlyMap<string, FeedPlan | FeedRefused> = new Map();
  let basis = basisOf(first);
  return {
    plan(source, operationName, admit = () => undefined) {
      const key = keyOf(source, operationName);
      const known = moving.get(key) ?? plans.get(key);
      if (known instanceof FeedRefused) throw known;
      if (known) {
        admit(known.document, known.operation, basis.graph);
        return known;
      }
      const plan = planFeed({ ...basis, source, operationName: operationName ?? undefined, admit });
      plans.set(key, plan);
      return plan;
    },
    async prepare(next, open = () => []) {
      const prepared = basisOf(next);
      const planned = newCache(keptPlans);
      const outcomes = new Map<string, FeedPlan | FeedRefused>();
      const planAnew = async (key: string, { source, operationName }: FeedPlan) => {
        await setImmediate();
        const outcome = plannedOrRefused({ ...prepared, source, operationName, admit: () => undefined });
        if (outcome) outcomes.set(key, outcome);
        return outcome;
      };
      // The least recently used first, so that the order stays.
      for (const [key, plan] of [...plans.entries()].reverse()) {
        const outcome = await planAnew(key, plan);
        if (outcome && !(outcome instanceof FeedRefused)) planned.set(key, outcome);
      }
      for (const plan of open()) {
        const key = keyOf(plan.source, plan.operationName);
        if (!outcomes.has(key)) await planAnew(key, plan);
      }
      return () => {
        basis = prepared;
        plans = planned;
        moving = outcomes;
        // All change over in this turn; whoever goes on has its plan.
        queueMicrotask(() => {
          moving = new Map();
        });
      };
    },
  };
}

/** Bounded by its texts too: a plan takes as much memory for each character as an operation does. */
const newCache = (max: number) =>
  new LRUCache<string, FeedPlan>({ max, maxSize: KEPT_CHARACTERS, sizeCalculation: (_plan, key) => key.length });

const keyOf = (source: string, operationName: string | null | undefined) => `${operationName ?? ''}\n${source}`;

/** @returns nothing when planning failed: whoever wants the document meets the fault */
function plannedOrRefused(document: DocumentToPlan): FeedPlan | FeedRefused | undefined {
  try {
    return planFeed(document);
  } catch (error) {
    return error instanceof FeedRefused ? error : undefined;
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
