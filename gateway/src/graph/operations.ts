/**
 * Runs the gateway's own documents (those of the Socket.IO and REST edges) through the graph as a viewer,
 * exactly as if the viewer had sent them.
 */
import { AppError } from '@interview/runtime/errors';
import { signViewer, type Viewer } from '@interview/runtime/viewer';
import type { GraphQLFormattedError } from 'graphql';
import { validDocument } from './document-rules.js';
import { isErrorCode, NEUTRAL_MESSAGE } from './errors.js';
import type { PreparedOperation } from './operation-cache.js';
import type { QueryEngine, QueryEngines } from './query-engines.js';
import { coerceVariables, VariablesRefused } from './variables.js';

/** @throws AppError with the code of the first error of the answer. */
export type RunOperation = (
  viewer: Viewer,
  document: string,
  variables: Record<string, unknown>,
) => Promise<Record<string, unknown>>;

export interface OwnOperationsOptions {
  engines: QueryEngines;
  internalKey: string;
}

export function createOperations({ engines, internalKey }: OwnOperationsOptions): RunOperation {
  return async (viewer, source, variables) => {
    const engine = engines.current();
    const { graph, runner } = engine;
    const operation = preparedOn(engine, source);
    try {
      coerceVariables(graph.schema, operation.operation, variables);
    } catch (error) {
      if (error instanceof VariablesRefused) throw asAppError(error.errors[0]);
      throw error;
    }
    const context = { viewer, signedViewer: signViewer(viewer, internalKey) };
    const { data, errors } = await runner.run(operation, variables, context);
    if (errors) throw asAppError(errors[0]);
    return data ?? {};
  };
}

function preparedOn({ graph, operations }: QueryEngine, source: string): PreparedOperation {
  const known = operations.get(source, undefined);
  if (known) return known;
  const document = validDocument(graph.schema, source, true);
  if (!document) throw new Error('A document of our own does not fit the graph.');
  return operations.prepare(source, document, undefined);
}

function asAppError(error: Pick<GraphQLFormattedError, 'message' | 'extensions'> | undefined): AppError {
  const { code, details } = error?.extensions ?? {};
  if (!error || !isErrorCode(code)) return new AppError('INTERNAL_ERROR', NEUTRAL_MESSAGE);
  // Errors were made public, or are our own: details have the catalogue's form.
  return new AppError(code, error.message, details as AppError['details']);
}
