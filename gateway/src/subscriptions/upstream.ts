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
  /** Where a resumable feed that starts now begins; told once at most, before its events. */
  begins(cursor: string): void;
  /** An event, in the subgraph's own shape, and the feed's position after it. */
  event(result: FormattedExecutionResult, bytes: number, cursor: string | undefined): void;
  /** Nothing comes any more; with errors when the feed was refused or failed. */
  end(errors?: readonly GraphQLFormattedError[]): void;
}

/** As whom a feed is read: one of those who read it. */
export interface UpstreamSigner {
  /** Asked for at each request, for readers come and go, and renew their tokens. */
  signedViewer(): string;
  /** This one's token was refused. @returns whether there is another now */
  refused(signedViewer: string): boolean;
}

export interface UpstreamOptions {
  socket: Pick<SubgraphSocket, 'subscribe'>;
  /** Asked for each time: one that reads the feed the same takes its place when the graph changes, and the graph before is let go. */
  plan: () => FeedPlan;
  /** Coerced, with defaults. */
  variables: Variables;
  /** Where a resumable feed goes on from; from now on when absent. */
  after: string | undefined;
  /** It goes on with a feed that ran before, so it is as patient as if it had run itself. */
  ranBefore: boolean;
  signer: UpstreamSigner;
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

export interface Upstream {
  /** Whether the subgraph has ever answered with this feed. */
  readonly established: boolean;
  /** Ends it, at once and without a further call of the reader. */
  stop(): void;
}

/** Opens the feed. */
export function openUpstream(options: UpstreamOptions): Upstream {
  const { socket, reader } = options;
  let cursor = options.after;
  let requested = false;
  let established = options.ranBefore;
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
    if (!requested && !established) end([UNAVAILABLE]);
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
    if (Date.now() - failingSince >= patience) return end(errors);
    if (isOfToken(errors)) {
      if (options.signer.refused(readAs)) subscribe();
      else end(errors);
    } else if (mayPass(errors, established)) retry = setTimeout(subscribe, RETRY_MS);
    else end(errors);
  };

  const subscribe = () => {
    stopRequest = socket.subscribe({
      request: () => {
        requested = true;
        clearTimeout(giveUp);
        readAs = options.signer.signedViewer();
        const plan = options.plan();
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
          if (cursor === undefined) {
            cursor = position;
            reader.begins(position);
          }
          return;
        }
        const plan = options.plan();
        cursor = plan.resume ? (cursorOf(result, plan) ?? cursor) : undefined;
        reader.event(result, bytes, cursor);
      },
      complete: () => end(),
      error: failed,
    });
  };
  subscribe();
  return {
    get established() {
      return established;
    },
    stop: () => {
      if (!ended) stop();
    },
  };
}

/** The token of who is read as has ended, or is not taken: somebody else's may be. */
function isOfToken(errors: readonly GraphQLFormattedError[]): boolean {
  return errors.length > 0 && errors.every(({ extensions }) => extensions?.['code'] === 'INVALID_TOKEN');
}

/** Whether asking again may help: what is down comes back, and a feed that ran can fail inside only by accident. */
function mayPass(errors: readonly GraphQLFormattedError[], established: boolean): boolean {
  return errors.every(({ extensions }) => {
    const code = extensions?.['code'];
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
