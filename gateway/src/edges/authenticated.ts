/** Who asks, for the HTTP edges: the token is checked before anything else of a request is read. */
import type { IncomingMessage } from 'node:http';
import type { VerifyToken } from '@interview/runtime/tokens';
import { signViewer, type Viewer } from '@interview/runtime/viewer';
import type { Request, RequestHandler, Response } from 'express';
import type { ViewerContext } from '../graph/subgraph-source.js';

/**
 * A request that was let in is carried to its end: the signature must outlive a token that ends meanwhile, or
 * ended within the tolerance for clocks.
 */
const REQUEST_SECONDS = 30;

const asked = new WeakMap<IncomingMessage, ViewerContext>();

/** @throws AppError AUTH_REQUIRED, INVALID_TOKEN */
export type ViewerContextOf = (authorization: string | undefined) => Promise<ViewerContext>;

/** From a token to what travels with an operation. The verifier gives one viewer for one token, so it is signed once. */
export function createViewerContexts(verifyToken: VerifyToken, internalKey: string): ViewerContextOf {
  const signed = new WeakMap<Viewer, ViewerContext>();
  return async (authorization) => {
    const viewer = await verifyToken(authorization);
    // Near its end each request is given time of its own.
    const lasts = viewer.expiresAt >= Date.now() / 1000 + REQUEST_SECONDS + 1;
    const known = lasts && signed.get(viewer);
    if (known) return known;
    const context = { viewer, signedViewer: signViewer(forOneRequest(viewer), internalKey) };
    if (lasts) signed.set(viewer, context);
    return context;
  };
}

/** Lets a request pass whose token has been checked. */
export function admit(request: IncomingMessage, context: ViewerContext): void {
  asked.set(request, context);
}

/**
 * Lets a request with a good token pass.
 * @param refuse answers one without, in the edge's own form
 */
export function authenticated(
  verifyToken: VerifyToken,
  internalKey: string,
  refuse: (response: Response, error: unknown) => void,
): RequestHandler {
  const contextOf = createViewerContexts(verifyToken, internalKey);
  return async (request, response, next) => {
    try {
      admit(request, await contextOf(request.headers.authorization));
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
