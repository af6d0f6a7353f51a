/**
 * Queries and mutations, executed: from an operation that is prepared, and variables that have been checked, to what
 * the client may see. Every way in (HTTP, REST, Socket.IO) comes through here.
 */
import type { Logger } from '@interview/runtime/log';
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { publicError } from './errors.js';
import type { Graph } from './graph.js';
import type { PreparedOperation } from './operation-cache.js';
import { askingFrom, type ViewerContext } from './subgraph-source.js';

export interface OperationMetrics {
  /** Told of each operation that was answered. */
  operation(kind: string, outcome: OperationOutcome, seconds: number): void;
}

export type OperationOutcome = 'ok' | 'partial' | 'refused';

export interface PublicAnswer {
  data: Record<string, unknown> | null;
  /** Only when there are any; each as a client may see it. */
  errors?: readonly GraphQLFormattedError[];
}

export interface QueryRunner {
  /**
   * The answer as subgraphs and schema make it, with errors that are not public yet, for who has them made public.
   * @param variables checked
   */
  execute(
    prepared: PreparedOperation,
    variables: Readonly<Record<string, unknown>>,
    context: ViewerContext,
  ): Promise<FormattedExecutionResult>;
  /** The same as a client may see it, counted. */
  run(
    prepared: PreparedOperation,
    variables: Readonly<Record<string, unknown>>,
    context: ViewerContext,
  ): Promise<PublicAnswer>;
}

export interface QueryRunnerOptions {
  metrics: OperationMetrics;
  log: Logger;
}

export function createQueryRunner(graph: Pick<Graph, 'sources'>, { metrics, log }: QueryRunnerOptions): QueryRunner {
  const ask = askingFrom(graph.sources);
  const execute: QueryRunner['execute'] = async ({ compiled }, variables, context) =>
    compiled.execute({ variables, context, ask });
  return {
    execute,
    async run(prepared, variables, context) {
      const start = performance.now();
      const answer = publicAnswer(await execute(prepared, variables, context), log);
      metrics.operation(prepared.operation.operation, outcomeOf(answer), (performance.now() - start) / 1000);
      return answer;
    },
  };
}

export function outcomeOf({
  data,
  errors,
}: {
  data?: unknown;
  errors?: readonly unknown[] | undefined;
}): OperationOutcome {
  if (!errors?.length) return 'ok';
  return data == null ? 'refused' : 'partial';
}

function publicAnswer(result: FormattedExecutionResult, log: Logger): PublicAnswer {
  const errors = result.errors ?? missingValues(result);
  const data = result.data ?? null;
  return errors ? { data, errors: errors.map((error) => publicError(error, error, log)) } : { data };
}

/** A subgraph answered null where its own schema promises a value: data is missing, which must show. */
export function missingValues(result: FormattedExecutionResult): readonly GraphQLFormattedError[] | undefined {
  const missing: unknown = result.extensions?.['valueCompletion'];
  // What the executor tells there.
  return Array.isArray(missing) ? (missing as GraphQLFormattedError[]) : undefined;
}
