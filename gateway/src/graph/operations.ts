/**
 * Runs the gateway's own documents (those of the Socket.IO and REST edges) through the graph as a viewer,
 * exactly as if the viewer had sent them.
 */
import type { ApolloServer } from '@apollo/server';
import { AppError } from '@interview/runtime/errors';
import { signViewer, type Viewer } from '@interview/runtime/viewer';
import { isErrorCode, NEUTRAL_MESSAGE } from './errors.js';
import type { ViewerContext } from './subgraph-source.js';

/** @throws AppError with the code of the first error of the answer. */
export type RunOperation = (
  viewer: Viewer,
  document: string,
  variables: Record<string, unknown>,
) => Promise<Record<string, unknown>>;

export function createOperations(server: ApolloServer<ViewerContext>, internalKey: string): RunOperation {
  return async (viewer, query, variables) => {
    const { body } = await server.executeOperation(
      { query, variables },
      { contextValue: { viewer, signedViewer: signViewer(viewer, internalKey) } },
    );
    if (body.kind !== 'single') throw new Error('An answer in parts was not asked for.');
    const { data, errors } = body.singleResult;
    const [error] = errors ?? [];
    if (!error) return data ?? {};
    const { code, details } = error.extensions ?? {};
    if (!isErrorCode(code)) throw new AppError('INTERNAL_ERROR', NEUTRAL_MESSAGE);
    // `formatError` has left details of the catalogue's form only.
    throw new AppError(code, error.message, details as AppError['details']);
  };
}
