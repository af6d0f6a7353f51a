/** What is asked: one nested query over all four subgraphs, each time of another page of rounds. */

export const PAGES = 200;

export const NESTED_QUERY = `query Dashboard($first: Int!, $after: String) {
  rounds(first: $first, after: $after) {
    nodes {
      id
      status
      roundType
      startedAt
      resume { fileName fileUrl }
      verdict { decision overallScore submittedAt }
      aggregate {
        speech { averageConfidence totalHesitations }
        video { engagementScore eyeContactPercentage }
        fraud { alertsCount tabSwitches }
      }
      insights(last: 5) { nodes { id type severity timestampMs } }
    }
  }
}`;

export interface Breadth {
  first: number;
}

export const nestedRequest = ({ first }: Breadth, page: number): string =>
  JSON.stringify({
    operationName: 'Dashboard',
    query: NESTED_QUERY,
    variables: { first, after: `page-${page % PAGES}` },
  });

/** Equal for equal answers, whatever the order of their fields; errors too. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join(',')}}`;
}
