/** The graph as the line that signals travel on: sent one at a time, since they arrive in the order of their sending. */
import type { InterviewClient, InterviewError } from '@interview/sdk/client';
import { SendSignalDocument, SignalReceivedDocument } from '@interview/sdk/operations';
import { readSignal, type Signal } from './signal';

export interface SignalLine {
  send: (signal: Signal) => void;
  /** Hands over what the other one sends, until the round or the line ends. @throws InterviewError */
  listen: (receive: (signal: Signal) => Promise<void>, onOpenAgain: () => void) => Promise<void>;
  /** What was sent so far still goes out. */
  end: () => void;
}

type SignalClient = Pick<InterviewClient, 'mutate' | 'subscribe'>;

export function signalLine(
  client: SignalClient,
  roundId: string,
  onProblem: (problem: InterviewError) => void,
): SignalLine {
  const left = new AbortController();
  let sending: Promise<unknown> = Promise.resolve();
  return {
    send: (payload) => {
      sending = sending
        .then(() => client.mutate(SendSignalDocument, { roundId, payload }))
        .catch((error: InterviewError) => {
          // A signal that is lost is made good by a hello; after the end nobody waits for one.
          if (!left.signal.aborted) onProblem(error);
        });
    },
    listen: async (receive, onOpenAgain) => {
      const feed = client.subscribe(
        SignalReceivedDocument,
        { roundId },
        { signal: left.signal, onResume: () => onOpenAgain() },
      );
      for await (const { signalReceived } of feed) {
        const signal = readSignal(signalReceived.payload);
        if (signal) await receive(signal);
      }
    },
    end: () => left.abort(),
  };
}
