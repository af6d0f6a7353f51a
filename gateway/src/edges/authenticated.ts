/** Who asks, for the HTTP edges: the token is checked before anything else of a request is read. */
import type { VerifyToken } from '@interview/runtime/tokens';
import { signViewer, type Viewer } from '@interview/runtime/viewer';
import type { Request, RequestHandler, Response } from 'express';
import type { ViewerContext } from '../graph/subgraph-source.js';

/**
 * A request that was let in is carried to its end: the signature must outlive a token that ends meanwhile, or
 * ended within the tolerance for clocks.
 */
const REQUEST_SECONDS = 30;

const asked = new WeakMap<Request, ViewerContext>();

/**
 * Lets a request with a good token pass.
 * @param refuse answers one without, in the edge's own form
 */
export function authenticated(
  verifyToken: VerifyToken,
  internalKey: string,
  refuse: (response: Response, error: unknown) => void,
): RequestHandler {
  return async (request, response, next) => {
    try {
      const viewer = await verifyToken(request.headers.authorization);
      asked.set(request, { viewer, signedViewer: signViewer(forOneRequest(viewer), internalKey) });
    } catch (error) {
      refuse(response, error);
      return;
    }
    next();
  };
}

/** The viewer as the subgraphs are to see them until the request has ended. */
export function forOneRequest(viewer: Viewer): Viewer {
  return { ...viewer, expiresAt: Math.max(viewer.expiresAt, Math.ceil(Date.now() / 1000) + REQUEST_SECONDS) };
}

/** @throws Error for a request that did not pass `authenticated`: a fault in how the routes are laid. */
export function viewerOf(request: Request): ViewerContext {
  const context = asked.get(request);
  if (!context) throw new Error('The request was not authenticated.');
  return context;
}
