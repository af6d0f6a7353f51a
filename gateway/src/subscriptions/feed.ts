/** A feed to be read as an iterator, for the edge that does not take events as they are pushed yet. */
import type { Viewer } from '@interview/runtime/viewer';
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import type { FeedPlan, Variables } from './feed-plan.js';
import type { SubscribeFeed } from './feed-subscriber.js';

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

export function iteratedFeeds(subscribe: SubscribeFeed): OpenFeed {
  return ({ plan, variables, viewer, onWaiting = () => undefined }) => {
    const waiting: { result: FormattedExecutionResult; bytes: number }[] = [];
    let backlog = 0;
    let over: { errors?: readonly GraphQLFormattedError[] | undefined } | undefined;
    let wake = (): void => undefined;
    const count = (bytes: number) => {
      backlog += bytes;
      onWaiting(bytes);
    };
    const leave = subscribe({
      plan,
      variables,
      subscriber: {
        viewer,
        events: ({ events }) => {
          for (const { result, json } of events) {
            waiting.push({ result, bytes: json.length });
            count(json.length);
          }
          wake();
        },
        backlog: () => backlog,
        ended: (errors) => {
          over = { errors };
          wake();
        },
      },
    });
    return {
      async next() {
        for (;;) {
          const first = waiting.shift();
          if (first) {
            count(-first.bytes);
            return { done: false, value: first.result };
          }
          if (over?.errors) throw new FeedEnded(over.errors);
          if (over) return { done: true, value: undefined };
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      },
      async return() {
        leave();
        over = {};
        for (const { bytes } of waiting.splice(0)) count(-bytes);
        wake();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  };
}
