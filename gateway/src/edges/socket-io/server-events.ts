/** The guide's server events, and `round-status`: each is a subscription of the graph and a mapping of its events. */

/** What has been read of a subscription's event: its root field. */
export type Fields = Record<string, unknown>;

/** What one connection has been sent of one round. */
export interface Sent {
  /** Insights since the last `insights-aggregated`. */
  insights: unknown[];
  /** The last `round-status`, as text. */
  status?: string;
}

/** Insights between two `insights-aggregated`; older ones are cut off. */
const INSIGHTS_PER_AGGREGATE = 500;

export interface ServerEvent {
  event: string;
  /** Sent to the candidate too; everything else is for those who may see insights. */
  forCandidate?: true;
  document: string;
  /** @returns undefined when there is nothing new in it for this connection. */
  map: (fields: Fields, roundId: string, sent: Sent) => Fields | undefined;
}

export const SERVER_EVENTS: readonly ServerEvent[] = [
  {
    event: 'round-status',
    forCandidate: true,
    document: `subscription SocketRoundStatus($roundId: ID!) {
      feed: roundUpdated(roundId: $roundId) { status consent { given } }
    }`,
    map: ({ status, consent }, roundId, sent) => {
      // The document asks for it, and it is never null.
      const { given } = consent as { given: boolean };
      const text = `${status} ${given}`;
      if (text === sent.status) return undefined;
      sent.status = text;
      return { roundId, status, consentGiven: given };
    },
  },
  {
    event: 'insight',
    document: `subscription SocketInsights($roundId: ID!) {
      feed: insightAdded(roundId: $roundId) { timestampMs type severity value explanation }
    }`,
    map: ({ timestampMs, type, severity, value, explanation }, roundId, { insights }) => {
      const insight = { roundId, timestampMs, insightType: type, severity, value, explanation };
      insights.push(insight);
      if (insights.length > INSIGHTS_PER_AGGREGATE) insights.shift();
      return insight;
    },
  },
  {
    event: 'fraud-alert',
    document: `subscription SocketAlerts($roundId: ID!) {
      feed: fraudAlertRaised(roundId: $roundId) { type severity timestampMs message }
    }`,
    map: ({ type, severity, timestampMs, message }) => ({ type, severity, timestamp: timestampMs, message }),
  },
  {
    event: 'transcript',
    document: `subscription SocketTranscript($roundId: ID!) {
      feed: transcriptUpdated(roundId: $roundId) { speaker text timestampMs confidence isFinal }
    }`,
    map: ({ speaker, text, timestampMs, confidence, isFinal }, roundId) => ({
      roundId,
      speaker: String(speaker).toLowerCase(),
      text,
      timestamp: timestampMs,
      confidence,
      isFinal,
    }),
  },
  {
    event: 'metrics-summary',
    document: `subscription SocketMetrics($roundId: ID!) {
      feed: metricsUpdated(roundId: $roundId) {
        speechConfidence engagementScore hesitationsCount averageResponseTimeMs
      }
    }`,
    map: ({ speechConfidence, engagementScore, hesitationsCount, averageResponseTimeMs }, roundId) => ({
      roundId,
      speechConfidence,
      engagementScore,
      hesitationsCount,
      avgResponseTime: averageResponseTimeMs,
    }),
  },
  {
    event: 'insights-aggregated',
    document: `subscription SocketAggregate($roundId: ID!) {
      feed: aggregateUpdated(roundId: $roundId) { recommendations { category question reason } }
    }`,
    map: ({ recommendations }, roundId, { insights }) => ({ roundId, insights: insights.splice(0), recommendations }),
  },
];
