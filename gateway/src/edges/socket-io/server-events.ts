/** The guide's server events, and `round-status`: each is a subscription of the graph and a mapping of its events. */

/** What has been read of a subscription's event: its root field. */
export type Fields = Record<string, unknown>;

/** What one connection has been sent of one round. */
export interface Sent {
  /** The messages of insights since its last `insights-aggregated`. */
  insights: Fields[];
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
  /** The guide's message of an event: made once for everybody in the round, so nobody may change it. */
  message: (fields: Fields, roundId: string) => Fields;
  /**
   * What of it one connection is sent, where that depends on what it was sent before: undefined for nothing. A
   * message that is returned as it came is serialised once for all, another one for this connection alone.
   */
  toOne?: (message: Fields, sent: Sent) => Fields | undefined;
}

export const SERVER_EVENTS: readonly ServerEvent[] = [
  {
    event: 'round-status',
    forCandidate: true,
    document: `subscription SocketRoundStatus($roundId: ID!) {
      feed: roundUpdated(roundId: $roundId) { status consent { given } }
    }`,
    // The document asks for the consent, and it is never null.
    message: ({ status, consent }, roundId) => ({
      roundId,
      status,
      consentGiven: (consent as { given: boolean }).given,
    }),
    toOne: (message, sent) => {
      const text = `${message['status']} ${message['consentGiven']}`;
      if (text === sent.status) return undefined;
      sent.status = text;
      return message;
    },
  },
  {
    event: 'insight',
    document: `subscription SocketInsights($roundId: ID!) {
      feed: insightAdded(roundId: $roundId) { timestampMs type severity value explanation }
    }`,
    message: ({ timestampMs, type, severity, value, explanation }, roundId) => ({
      roundId,
      timestampMs,
      insightType: type,
      severity,
      value,
      explanation,
    }),
    toOne: (message, { insights }) => {
      insights.push(message);
      if (insights.length > INSIGHTS_PER_AGGREGATE) insights.shift();
      return message;
    },
  },
  {
    event: 'fraud-alert',
    document: `subscription SocketAlerts($roundId: ID!) {
      feed: fraudAlertRaised(roundId: $roundId) { type severity timestampMs message }
    }`,
    message: ({ type, severity, timestampMs, message }) => ({ type, severity, timestamp: timestampMs, message }),
  },
  {
    event: 'transcript',
    document: `subscription SocketTranscript($roundId: ID!) {
      feed: transcriptUpdated(roundId: $roundId) { speaker text timestampMs confidence isFinal }
    }`,
    message: ({ speaker, text, timestampMs, confidence, isFinal }, roundId) => ({
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
    message: ({ speechConfidence, engagementScore, hesitationsCount, averageResponseTimeMs }, roundId) => ({
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
    message: ({ recommendations }, roundId) => ({ roundId, insights: [], recommendations }),
    // Of each connection its own: who came later, or was caught up meanwhile, was sent other insights.
    toOne: (message, { insights }) => ({ ...message, insights: insights.splice(0) }),
  },
];
