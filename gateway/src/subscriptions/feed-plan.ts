/**
 * From a subscription's text to what running it needs. Apollo's planner splits a subscription into the
 * operation that opens the feed in one subgraph (`primary`) and what is to be fetched from the others for
 * each event (`rest`); plans are kept, so an equal document is validated and planned once.
 */

import { operationFromDocument } from '@apollo/federation-internals';
import { buildOperationContext } from '@apollo/gateway';
import type { FetchNode, QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Graph } from '../graph/graph.js';
import { LIMITS } from '../graph/limits.js';
import { resumableDocument, rootFieldOf, validateFeed } from './feed-document.js';

const KEPT_PLANS = 500;

export type Variables = Readonly<Record<string, unknown>>;

export interface FeedPlan {
  /** The client's own document: it shapes what is handed on. */
  document: DocumentNode;
  operationContext: ReturnType<typeof buildOperationContext>;
  /** Opens the feed. */
  primary: FetchNode;
  /** Run for each event: `primary`, answered from the event, then the rest. */
  eventPlan: QueryPlan;
  /** Response name of the root field. */
  rootKey: string;
  resume: ResumePlan | undefined;
}

export interface ResumePlan {
  cursorKey: string;
  afterVariable: string;
  /** The `after` that the client itself asked for. */
  startAfter(variables: Variables): string | undefined;
}

/** Why a document is not run; each error has its code. */
export class FeedRefused extends Error {
  override readonly name = 'FeedRefused';
  constructor(readonly errors: readonly GraphQLError[]) {
    super(errors.map((e) => e.message).join(' '));
  }
}

export type AdmitFeed = (document: DocumentNode, operation: OperationDefinitionNode) => void;

export interface FeedPlanner {
  /**
   * @param admit may refuse a valid subscription, by throwing, before it is planned
   * @throws FeedRefused when the document does not parse, does not validate or is not a subscription
   */
  plan(source: string, operationName?: string | null, admit?: AdmitFeed): FeedPlan;
}

export function createFeedPlanner(graph: Graph): FeedPlanner {
  const plans = new LRUCache<string, FeedPlan>({ max: KEPT_PLANS });
  return {
    plan(source, operationName, admit = () => undefined) {
      const key = `${operationName ?? ''}\n${source}`;
      const known = plans.get(key);
      if (known) {
        admit(known.document, known.operationContext.operation);
        return known;
      }
      const plan = planFeed(graph, source, operationName ?? undefined, admit);
      plans.set(key, plan);
      return plan;
    },
  };
}

function planFeed(graph: Graph, source: string, operationName: string | undefined, admit: AdmitFeed): FeedPlan {
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

  admit(document, operation);

  const rootField = rootFieldOf(document, operation);
  const field = graph.schema.getSubscriptionType()?.getFields()[rootField.name.value];
  if (!field) throw refused('GRAPHQL_VALIDATION_FAILED', `There is no feed "${rootField.name.value}".`);
  const resumable = resumableDocument(graph.schema, document, operation, field);
  const asked = operationFromDocument(graph.apiSchema, resumable?.document ?? document, {
    ...(operationName ? { operationName } : {}),
  });
  const { node } = graph.planner.buildQueryPlan(asked);
  if (node?.kind !== 'Subscription') throw new Error('The planner did not plan a subscription.');

  const { primary, rest } = node;
  const definitions = operation.variableDefinitions ?? [];
  return {
    document,
    operationContext: buildOperationContext({
      schema: graph.schema,
      operationDocument: document,
      ...(operationName ? { operationName } : {}),
    }),
    primary,
    eventPlan: { kind: 'QueryPlan', node: rest ? { kind: 'Sequence', nodes: [primary, rest] } : primary },
    rootKey: rootField.alias?.value ?? rootField.name.value,
    resume: resumable && {
      cursorKey: resumable.cursorKey,
      afterVariable: resumable.afterVariable,
      startAfter: (variables) => {
        const { coerced } = getVariableValues(graph.schema, definitions, variables);
        const after = getArgumentValues(field, rootField, coerced)['after'];
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
