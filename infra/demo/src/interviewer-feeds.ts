/** Every live feed of the round, as the interviewer's page subscribes to them, into one log. */
import type { InterviewClient } from '@interview/sdk/client';
import {
  AggregateUpdatedDocument,
  FraudAlertRaisedDocument,
  MetricsUpdatedDocument,
  RoundUpdatedDocument,
  TranscriptUpdatedDocument,
} from '@interview/sdk/generated/graphql';
import { INSIGHT_ADDED } from './documents.js';
import type { FeedLog } from './feed-log.js';

/**
 * Subscribes to all feeds; each is resumed by the client when the connection is lost.
 * @returns a promise that settles when the feeds have ended: by `signal`, or with the error of the first that failed.
 */
export async function followRound(
  client: InterviewClient,
  roundId: string,
  log: FeedLog,
  signal: AbortSignal,
): Promise<void> {
  const variables = { roundId };
  const options = { signal };
  const follow = async <T>(feed: AsyncIterable<T>, add: (data: T) => void): Promise<void> => {
    for await (const data of feed) add(data);
    if (!signal.aborted) throw new Error('A feed ended although the round goes on.');
  };
  await Promise.all([
    follow(client.subscribe(INSIGHT_ADDED, variables, options), (d) => log.add('insight', d.insightAdded)),
    follow(client.subscribe(TranscriptUpdatedDocument, variables, options), (d) =>
      log.add('segment', d.transcriptUpdated),
    ),
    follow(client.subscribe(FraudAlertRaisedDocument, variables, options), (d) => log.add('alert', d.fraudAlertRaised)),
    follow(client.subscribe(MetricsUpdatedDocument, variables, options), (d) => log.add('metrics', d.metricsUpdated)),
    follow(client.subscribe(AggregateUpdatedDocument, variables, options), (d) =>
      log.add('aggregate', d.aggregateUpdated),
    ),
    follow(client.subscribe(RoundUpdatedDocument, variables, options), (d) => log.add('round', d.roundUpdated)),
  ]);
}
