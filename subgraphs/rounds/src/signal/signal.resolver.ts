/** Signals in the graph: `sendSignal` and `signalReceived`. */
import type { SubgraphContext } from '@interview/subgraph-kit/context';
import { JSONValue } from '@interview/subgraph-kit/scalars';
import { Arg, Ctx, ID, Mutation, Resolver, Root, Subscription } from 'type-graphql';
import { Signal } from './signal.js';
import type { SignalService } from './signal.service.js';

export function signalResolver(signals: SignalService) {
  @Resolver(() => Signal)
  class SignalResolver {
    @Mutation(() => Boolean, { description: 'The two people of the round.' })
    sendSignal(
      @Ctx() context: SubgraphContext,
      @Arg('roundId', () => ID) roundId: string,
      @Arg('payload', () => JSONValue) payload: unknown,
    ): Promise<boolean> {
      return signals.send(context, roundId, payload);
    }

    @Subscription(() => Signal, {
      description: 'What the other person sent.',
      subscribe: ({ args, context }: { args: { roundId: string }; context: SubgraphContext }) =>
        signals.feed(context, args.roundId),
    })
    signalReceived(@Root() signal: Signal, @Arg('roundId', () => ID) _roundId: string): Signal {
      return signal;
    }
  }
  return SignalResolver;
}
