/**
 * The subscriptions and queries of the demo that the SDK has no operation for: those that cross subgraphs.
 * Everything else is the SDK's own.
 */
import type { TypedDocumentNode } from '@interview/sdk/client';
import {
  type AggregateDetailFragment,
  AggregateDetailFragmentDoc,
  type FraudAlertRaisedSubscription,
  type InsightDetailFragment,
  InsightDetailFragmentDoc,
  type MetricsUpdatedSubscription,
  type RoundSummaryFragment,
  type SegmentDetailFragment,
} from '@interview/sdk/generated/graphql';
import { type DocumentNode, Kind, parse } from 'graphql';

/** What each feed delivers. `round { status }` of an insight is answered by another subgraph, for each event. */
export interface Feeds {
  insight: InsightDetailFragment & { round: { status: string } | null };
  segment: SegmentDetailFragment;
  alert: FraudAlertRaisedSubscription['fraudAlertRaised'];
  metrics: MetricsUpdatedSubscription['metricsUpdated'];
  aggregate: AggregateDetailFragment;
  round: RoundSummaryFragment;
}
export type FeedName = keyof Feeds;

/** A document of ours over fragments of the SDK's. `parse` cannot know the types; they are named where it is called. */
function compose<Data, Variables>(text: string, fragment: DocumentNode): TypedDocumentNode<Data, Variables> {
  return { kind: Kind.DOCUMENT, definitions: [...parse(text).definitions, ...fragment.definitions] };
}

export const INSIGHT_ADDED = compose<{ insightAdded: Feeds['insight'] }, { roundId: string; after?: string | null }>(
  /* GraphQL */ `
    subscription DemoInsightAdded($roundId: ID!, $after: String) {
      insightAdded(roundId: $roundId, after: $after) {
        ...InsightDetail
        cursor
        round {
          status
        }
      }
    }
  `,
  InsightDetailFragmentDoc,
);

export interface RoundReport {
  status: string;
  resume: { fileName: string; mimeType: string; sizeBytes: number; fileUrl: string } | null;
  aggregate: AggregateDetailFragment | null;
  verdict: { decision: string; overallScore: number } | null;
}

/** The round as all four subgraphs see it. */
export const ROUND_REPORT = compose<{ round: RoundReport | null }, { id: string }>(
  /* GraphQL */ `
    query DemoRoundReport($id: ID!) {
      round(id: $id) {
        status
        resume {
          fileName
          mimeType
          sizeBytes
          fileUrl
        }
        aggregate {
          ...AggregateDetail
        }
        verdict {
          decision
          overallScore
        }
      }
    }
  `,
  AggregateDetailFragmentDoc,
);
