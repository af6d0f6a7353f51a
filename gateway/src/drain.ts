/**
 * How the gateway leaves service: it says that it is not ready, gives load balancers the time to notice, closes what
 * stays open by its nature over a few seconds, and lets the requests that are under way come to their end. Meanwhile
 * it answers as before.
 */
import type { Server } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { RequestHandler } from 'express';

/** Open connections are closed over this time, so that their clients do not return all at once. */
const CLOSE_SPREAD_MS = 3000;
/** How long requests may still take after that. The whole ends before the process's own limit, `stop.ts`. */
const LAST_REQUESTS_MS = 2500;
const LOOK_MS = 50;

/** An edge with connections that last. */
export interface LastingEdge {
  /** Takes nobody in any more, and closes everybody over `spreadMs`. */
  close(spreadMs: number): Promise<unknown>;
}

export interface Drain {
  /** True from the moment the gateway is told to stop. */
  isStopping(): boolean;
  /** Has clients of kept-alive connections go elsewhere with their next request. */
  sendElsewhere: RequestHandler;
  /** Resolves when nobody is served any more. @throws what an edge threw, once all is closed */
  run(server: Server, edges: readonly LastingEdge[]): Promise<void>;
}

/** @param delayMs between being not ready and the first closing */
export function createDrain(delayMs: number): Drain {
  let stopping = false;
  return {
    isStopping: () => stopping,
    sendElsewhere: (_request, response, next) => {
      if (stopping) response.setHeader('connection', 'close');
      next();
    },
    async run(server, edges) {
      stopping = true;
      await setTimeout(delayMs);
      const closings = await Promise.allSettled(edges.map((edge) => edge.close(CLOSE_SPREAD_MS)));
      await endRequests(server);
      for (const closing of closings) if (closing.status === 'rejected') throw closing.reason;
    },
  };
}

function endRequests(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const limit = globalThis.setTimeout(() => server.closeAllConnections(), LAST_REQUESTS_MS);
    // A request that began before the stop was promised to be kept alive: its connection is idle once it is answered.
    const idle = setInterval(() => server.closeIdleConnections(), LOOK_MS);
    server.close(() => {
      clearTimeout(limit);
      clearInterval(idle);
      resolve();
    });
  });
}
