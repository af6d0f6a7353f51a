/**
 * A federated feed: the events of one subgraph, each completed with what other subgraphs answer, in order.
 *
 * Every transport opens its feeds here. This is where equal subscribers come to share one execution: what
 * they have in common is all that `openFeed` takes, apart from the viewer.
 */
import { executeQueryPlan, type GraphQLDataSource } from '@apollo/gateway';
import type { Logger } from '@interview/runtime/log';
import { signViewer, type Viewer } from '@interview/runtime/viewer';
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { publicError } from '../graph/errors.js';
import type { Graph } from '../graph/graph.js';
import { trustedError, type ViewerContext } from '../graph/subgraph-source.js';
import type { FeedPlan, Variables } from './feed-plan.js';
import { OrderedWork } from './ordered-work.js';
import type { SubgraphSocket } from './subgraph-socket.js';
import { openUpstream } from './upstream.js';

/** Events of one feed that are completed at a time: a slow subgraph delays, it must not be flooded. */
const EVENTS_AT_ONCE = 16;

/** Thrown to the reader of a feed that the subgraph refused or ended with errors. */
export class FeedEnded extends Error {
  override readonly name = 'FeedEnded';
  constructor(readonly errors: readonly GraphQLFormattedError[]) {
    super(errors.map((e) => e.message).join(' '));
  }
}

export type Feed = AsyncIterableIterator<FormattedExecutionResult, undefined> & {
  return(): Promise<IteratorResult<FormattedExecutionResult, undefined>>;
};

export interface FeedRequest {
  plan: FeedPlan;
  variables: Variables;
  /** Who reads at this moment: a renewed token has a later end. */
  viewer: () => Viewer;
  /** Told of events that wait for the reader, in bytes: positive as they come, negative as they go. */
  onWaiting?: (bytes: number) => void;
}

export type OpenFeed = (request: FeedRequest) => Feed;

export interface FeedsOptions {
  graph: Graph;
  sockets: Readonly<Record<string, SubgraphSocket>>;
  internalKey: string;
  log: Logger;
}

/**
 * @returns what opens a feed. Reading it throws FeedEnded when the subgraph refuses it; `return()` ends it,
 * upstream too, at once.
 */
export function createFeeds({ graph, sockets, internalKey, log }: FeedsOptions): OpenFeed {
  return ({ plan, variables, viewer, onWaiting }) => {
    const socket = sockets[plan.primary.serviceName];
    if (!socket) throw new Error(`There is no connection to the subgraph "${plan.primary.serviceName}".`);
    const signed = signing(viewer, internalKey);
    const events = new OrderedWork<FormattedExecutionResult, FormattedExecutionResult>({
      work: (event) => completeEvent(graph, plan, variables, signed(), event, log),
      atOnce: EVENTS_AT_ONCE,
      ...(onWaiting ? { onWaiting } : {}),
    });
    const stop = openUpstream({
      socket,
      plan,
      variables,
      signedViewer: () => signed().signedViewer,
      reader: {
        event: (event, bytes) => events.push(event, bytes),
        end: (errors) => events.close(errors && { error: new FeedEnded(errors.map((e) => publicError(e, e, log))) }),
      },
    });
    return {
      next: () => events.next(),
      return: () => {
        stop();
        return events.return();
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  };
}

/** Signs a viewer once, and again when the token was renewed. */
function signing(viewer: () => Viewer, internalKey: string): () => ViewerContext {
  let last: ViewerContext | undefined;
  return () => {
    const current = viewer();
    if (last?.viewer !== current) last = { viewer: current, signedViewer: signViewer(current, internalKey) };
    return last;
  };
}

/**
 * Runs the plan for one event. The subgraph that the event came from answers the plan's first fetch with the
 * event itself; all other fetches go where they always go.
 */
async function completeEvent(
  graph: Graph,
  plan: FeedPlan,
  variables: Variables,
  context: ViewerContext,
  event: FormattedExecutionResult,
  log: Logger,
): Promise<FormattedExecutionResult> {
  const { serviceName, operation } = plan.primary;
  const source = graph.feedSources[serviceName];
  const fromEvent: GraphQLDataSource = {
    process: async (options) => {
      if (options.request.query !== operation && source) return source.process(options);
      return {
        data: event.data ?? null,
        ...(event.errors ? { errors: event.errors.map(trustedError) } : {}),
      };
    },
  };
  // The executor reads no more of a request context than this; the rest of the type belongs to Apollo Server.
  const requestContext = {
    request: { variables },
    metrics: {},
    context,
    logger: log,
  } as unknown as Parameters<typeof executeQueryPlan>[2];
  const { data, errors } = await executeQueryPlan(
    plan.eventPlan,
    { ...graph.feedSources, [serviceName]: fromEvent },
    requestContext,
    plan.operationContext,
    graph.supergraphSchema,
    graph.apiSchema,
  );
  return {
    data: data ?? null,
    ...(errors && errors.length > 0 ? { errors: errors.map((e) => publicError(e.toJSON(), e, log)) } : {}),
  };
}
