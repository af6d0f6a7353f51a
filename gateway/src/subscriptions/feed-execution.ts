/**
 * Completes an event: the subgraph that it came from answers the plan's first fetch with the event itself, all
 * other fetches go where they always go.
 */
import type { Logger } from '@interview/runtime/log';
import type { FormattedExecutionResult } from 'graphql';
import { publicError } from '../graph/errors.js';
import type { AskSubgraph } from '../graph/execution/compiled-operation.js';
import type { Graph } from '../graph/graph.js';
import { askingFrom, trustedError, type ViewerContext } from '../graph/subgraph-source.js';
import type { FeedPlan, Variables } from './feed-plan.js';

export interface EventToComplete {
  plan: FeedPlan;
  /** Coerced, with defaults. */
  variables: Variables;
  context: ViewerContext;
  /** In the subgraph's own shape; belongs to the execution from here on. */
  event: FormattedExecutionResult;
  log: Logger;
}

/** @returns at once, without a promise, when no other subgraph has to be asked */
export function completeEvent(options: EventToComplete): FormattedExecutionResult | Promise<FormattedExecutionResult> {
  const { plan, variables, context, event, log } = options;
  const given = {
    data: event.data ?? null,
    ...(event.errors ? { errors: event.errors.map(trustedError) } : {}),
  };
  const result = plan.compiled.execute({ variables, context, ask: plan.ask, given });
  return result instanceof Promise ? result.then((late) => publicResult(late, log)) : publicResult(result, log);
}

function publicResult({ data, errors }: FormattedExecutionResult, log: Logger): FormattedExecutionResult {
  if (!errors) return { data: data ?? null };
  return { data: data ?? null, errors: errors.map((error) => publicError(error, error, log)) };
}

/** Asks the subgraphs of a graph; equal questions that pile up, of one viewer, are asked once. */
export const askingFor = (graph: Graph): AskSubgraph => askingFrom(graph.feedSources);
