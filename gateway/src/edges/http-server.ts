/** The HTTP server itself: how long a client may take over a request, so that slow ones cannot hold it. */
import { createServer, type RequestListener, type Server } from 'node:http';

export interface ServerPatience {
  /** Until all headers have come. */
  headersMs: number;
  /** Until the whole request has come: a resume of 10 MB at 1 Mbit/s takes 80 s. */
  requestMs: number;
  /** A connection between two requests; longer than the 60 s of common proxies, which else send into a closed one. */
  idleMs: number;
  /** How often the first two are looked at. */
  checkMs: number;
}

const PATIENCE: ServerPatience = { headersMs: 10_000, requestMs: 120_000, idleMs: 65_000, checkMs: 5_000 };

export function createHttpServer(listener: RequestListener, patience = PATIENCE): Server {
  return createServer(
    {
      headersTimeout: patience.headersMs,
      requestTimeout: patience.requestMs,
      keepAliveTimeout: patience.idleMs,
      connectionsCheckingInterval: patience.checkMs,
    },
    listener,
  );
}
