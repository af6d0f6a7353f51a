/** What the graph lists of a round's feed, to be held against what the subscriptions delivered. */
import type { InterviewClient } from '@interview/sdk/client';
import { RoundInsightsDocument, RoundTranscriptDocument } from '@interview/sdk/generated/graphql';
import type { FeedLog } from './feed-log.js';

export interface StoredFeed {
  /** Ids in the feed's order. */
  insights: string[];
  segments: string[];
}

const PAGE = 500;

/** Reads every page of the round's insights and of its transcript. */
export async function readStoredFeed(client: InterviewClient, roundId: string): Promise<StoredFeed> {
  const insights = await allPages(async (after) => {
    const { round } = await client.query(RoundInsightsDocument, { id: roundId, first: PAGE, after });
    return round?.insights;
  });
  const segments = await allPages(async (after) => {
    const { round } = await client.query(RoundTranscriptDocument, { id: roundId, first: PAGE, after });
    return round?.transcript;
  });
  return { insights, segments };
}

interface Page {
  nodes: { id: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

async function allPages(read: (after: string | null) => Promise<Page | null | undefined>): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ; ) {
    const page: Page | null | undefined = await read(after);
    if (!page) throw new Error('The graph does not list the round.');
    ids.push(...page.nodes.map((node) => node.id));
    if (!page.pageInfo.hasNextPage) return ids;
    after = page.pageInfo.endCursor;
  }
}

/** What the subscriptions delivered, interim segments aside: they are not stored. */
export function deliveredFeed(log: FeedLog): StoredFeed {
  return {
    insights: log.of('insight').map((event) => event.data.id),
    segments: log
      .of('segment')
      .filter((event) => event.data.isFinal)
      .map((event) => event.data.id),
  };
}

/** Says in words where the two differ; empty when the feed is the list, in order, once each. */
export function differences(stored: StoredFeed, delivered: StoredFeed): string[] {
  return (['insights', 'segments'] as const).flatMap((kind) => {
    const listed = stored[kind];
    const seen = delivered[kind];
    const lost = listed.filter((id) => !seen.includes(id));
    const repeated = seen.filter((id, i) => seen.indexOf(id) !== i);
    const unknown = seen.filter((id) => !listed.includes(id));
    const problems = [
      lost.length > 0 && `${lost.length} of ${listed.length} stored ${kind} were not delivered: ${lost.join(', ')}`,
      repeated.length > 0 && `${repeated.length} ${kind} were delivered more than once: ${repeated.join(', ')}`,
      unknown.length > 0 && `${unknown.length} ${kind} were delivered that are not stored: ${unknown.join(', ')}`,
    ].filter((problem) => problem !== false);
    if (problems.length === 0 && listed.some((id, i) => id !== seen[i])) {
      problems.push(`the ${kind} were delivered in another order than they are stored`);
    }
    return problems;
  });
}
