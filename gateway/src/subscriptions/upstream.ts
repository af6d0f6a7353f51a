/**
 * A feed of a subgraph that outlives its connection. A resumable one goes on after the last cursor that was
 * handed on, so the reader sees no gap and no repeat; every other feed begins with the present state (or has
 * none), so asking for it again is enough.
 *
 * A resumable feed that "starts now" learns its start from the subgraph's first message: `data` null and
 * `extensions.cursor`. It is never handed on. Without it, what happens between the start and the first event
 * would be lost when the connection drops in between.
 */

import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { trustedError } from '../graph/subgraph-source.js';
import type { FeedPlan, Variables } from './feed-plan.js';
import type { SubgraphSocket } from './subgraph-socket.js';

export interface UpstreamReader {
  /** An event, in the subgraph's own shape. */
  event(result: FormattedExecutionResult, bytes: number): void;
  /** Nothing comes any more; with errors when the feed was refused or failed. */
  end(errors?: readonly GraphQLFormattedError[]): void;
}

export interface UpstreamOptions {
  socket: SubgraphSocket;
  plan: FeedPlan;
  variables: Variables;
  /** Who reads, signed; asked for at each request, for a renewed token moves its end. */
  signedViewer: () => string;
  reader: UpstreamReader;
}

/** A subgraph that was never reached: the reader is told rather than left waiting. */
const FIRST_ANSWER_MS = 10_000;
/** A feed that ran and then failed inside the subgraph is asked for again this long, the database may be back. */
const LAST_ANSWER_MS = 300_000;
const RETRY_MS = 500;

const UNAVAILABLE: GraphQLFormattedError = {
  message: 'This feed is not available at the moment.',
  extensions: { code: 'SERVICE_UNAVAILABLE' },
};

/** Opens the feed. @returns what ends it, at once and without a further call of the reader. */
export function openUpstream(options: UpstreamOptions): () => void {
  const { socket, plan, reader } = options;
  let cursor = plan.resume?.startAfter(options.variables);
  let requested = false;
  let established = false;
  let failingSince: number | undefined;
  let readAs = '';
  let ended = false;
  let stopRequest = (): void => undefined;
  let retry: NodeJS.Timeout | undefined;

  const end = (errors?: readonly GraphQLFormattedError[]) => {
    if (ended) return;
    stop();
    reader.end(errors);
  };
  const giveUp = setTimeout(() => {
    if (!requested) end([UNAVAILABLE]);
  }, FIRST_ANSWER_MS);
  const stop = () => {
    ended = true;
    clearTimeout(giveUp);
    clearTimeout(retry);
    stopRequest();
  };

  const failed = (given: readonly GraphQLFormattedError[]) => {
    if (ended) return;
    stopRequest();
    const errors = given.map(trustedError);
    failingSince ??= Date.now();
    const patience = established ? LAST_ANSWER_MS : FIRST_ANSWER_MS;
    const renewed = readAs !== options.signedViewer();
    if (mayPass(errors, established, renewed) && Date.now() - failingSince < patience) {
      retry = setTimeout(subscribe, RETRY_MS);
    } else end(errors);
  };

  const subscribe = () => {
    stopRequest = socket.subscribe({
      request: () => {
        requested = true;
        clearTimeout(giveUp);
        readAs = options.signedViewer();
        return {
          query: plan.primary.operation,
          operationName: plan.primary.operationName ?? null,
          variables: upstreamVariables(plan, options.variables, cursor),
          extensions: { viewer: readAs },
        };
      },
      next: (result, bytes) => {
        if (ended) return;
        // Errors without `data` are about the request, not about an event: graphql-js puts what a feed's
        // resolver refuses this way, and graphql-ws then sends it as a `next`.
        if (result.data === undefined && result.errors) return failed(result.errors);
        established = true;
        failingSince = undefined;
        const position = positionOf(result);
        if (position !== undefined) {
          cursor ??= position;
          return;
        }
        cursor = plan.resume ? (cursorOf(result, plan) ?? cursor) : undefined;
        reader.event(result, bytes);
      },
      complete: () => end(),
      error: failed,
    });
  };
  subscribe();
  return () => {
    if (!ended) stop();
  };
}

/**
 * Whether asking again may help: what is down for the moment comes back, a feed that ran before can fail
 * inside only by accident, and a token that ended may have been renewed meanwhile.
 */
function mayPass(errors: readonly GraphQLFormattedError[], established: boolean, renewed: boolean): boolean {
  return errors.every(({ extensions }) => {
    const code = extensions?.['code'];
    if (code === 'INVALID_TOKEN') return renewed;
    return code === 'SERVICE_UNAVAILABLE' || (code === 'INTERNAL_ERROR' && established);
  });
}

function upstreamVariables(plan: FeedPlan, given: Variables, cursor: string | undefined): Record<string, unknown> {
  const variables: Record<string, unknown> = {};
  for (const name of plan.primary.variableUsages ?? []) {
    if (given[name] !== undefined) variables[name] = given[name];
  }
  if (plan.resume && cursor !== undefined) variables[plan.resume.afterVariable] = cursor;
  return variables;
}

function positionOf(result: FormattedExecutionResult): string | undefined {
  const cursor = result.data == null && !result.errors ? result.extensions?.['cursor'] : undefined;
  return typeof cursor === 'string' ? cursor : undefined;
}

function cursorOf(result: FormattedExecutionResult, plan: FeedPlan): string | undefined {
  const event = result.data?.[plan.rootKey];
  if (typeof event !== 'object' || event === null || !plan.resume) return undefined;
  // An object of the subgraph's answer; whatever stands under the key is checked.
  const cursor = (event as Record<string, unknown>)[plan.resume.cursorKey];
  return typeof cursor === 'string' ? cursor : undefined;
}
