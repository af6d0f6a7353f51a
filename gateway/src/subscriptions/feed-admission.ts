/**
 * What stands between a client's request for a subscription and the feed, the same on every transport: which
 * document is meant, whether it is registered, valid, affordable, and whether its variables fit.
 */
import { AppError } from '@interview/runtime/errors';
import { GraphQLError } from 'graphql';
import { checkCost } from '../graph/cost.js';
import { toGraphQLError } from '../graph/errors.js';
import type { OperationRequest, RegisteredOperations } from '../graph/registered-operations.js';
import { coerceVariables, VariablesRefused } from '../graph/variables.js';
import type { FeedPlan, FeedPlanner, Variables } from './feed-plan.js';
import { FeedRefused } from './feed-refused.js';

/** As the transport's protocol carries it: the protocol has checked the types of the two, and nothing else. */
export interface SubscribeRequest extends OperationRequest {
  operationName?: string | null | undefined;
  variables?: Record<string, unknown> | null | undefined;
}

/**
 * @throws AppError, FeedRefused, VariablesRefused or GraphQLError, each to be told to the client (`refusalsOf`)
 */
export type AdmitFeed = (request: SubscribeRequest) => { plan: FeedPlan; variables: Variables };

export interface FeedAdmissionOptions {
  planner: FeedPlanner;
  registered: RegisteredOperations;
  /** The most that one event may cost, as `cost.ts` counts. */
  maxCost: number;
}

export function createFeedAdmission({ planner, registered, maxCost }: FeedAdmissionOptions): AdmitFeed {
  return (request) => {
    const text = registered.documentOf(request);
    registered.admit(text);
    const variables: Variables = request.variables ?? {};
    const plan = planner.plan(text, request.operationName, (document, operation, graph) => {
      const coerced = coerceVariables(graph.schema, operation, variables);
      checkCost(graph.schema, document, operation, coerced, maxCost);
    });
    return { plan, variables };
  };
}

/**
 * Admits a feed anew that runs already, for the graph that is current now: whether its document is registered does not
 * depend on the graph, all else does.
 * @param variables as the client sent them
 * @returns its plan there, and the variables coerced
 * @throws AppError, FeedRefused or VariablesRefused, each to be told to the client (`refusalsOf`)
 */
export type ReadmitFeed = (plan: FeedPlan, variables: Variables) => { plan: FeedPlan; variables: Variables };

export function createFeedReadmission(options: Omit<FeedAdmissionOptions, 'registered'>): ReadmitFeed {
  const { planner, maxCost } = options;
  return ({ source, operationName }, variables) => {
    let coerced: Variables = {};
    const plan = planner.plan(source, operationName, (document, operation, graph) => {
      coerced = coerceVariables(graph.schema, operation, variables);
      checkCost(graph.schema, document, operation, coerced, maxCost);
    });
    return { plan, variables: coerced };
  };
}

/** What of these a client is told; anything else is thrown again: a fault of ours. */
export function refusalsOf(error: unknown): readonly GraphQLError[] {
  if (error instanceof FeedRefused || error instanceof VariablesRefused) return error.errors;
  if (error instanceof AppError) return [toGraphQLError(error)];
  if (error instanceof GraphQLError) return [error];
  throw error;
}
