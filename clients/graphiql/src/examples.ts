/** What the page opens with: a first query, and a first subscription for a round found with it. */
export const EXAMPLES = [
  {
    query: `# My rounds, with what was measured in each.
# Run it: Ctrl-Enter (⌘-Enter).
query MyRounds {
  viewer { id role companyId }
  rounds(first: 5) {
    totalCount
    nodes {
      id
      status
      externalCandidateId
      startedAt
      aggregate {
        speech { totalHesitations averageResponseTimeMs wordsPerMinute }
        video { engagementScore }
        fraud { alertsCount }
      }
    }
  }
}
`,
  },
  {
    query: `# Live insights of one round: put its id into the variables below. Each event is resolved across the graph,
# To go on where a feed ended, pass its last "cursor" as "after".
subscription LiveInsights($roundId: ID!, $after: String) {
  insightAdded(roundId: $roundId, after: $after) {
    timestampMs
    type
    severity
    explanation
    value
    cursor
    round { status externalCandidateId }
  }
}
`,
    variables: `{
  "roundId": ""
}`,
  },
];
