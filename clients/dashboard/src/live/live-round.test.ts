/** The live page's state against a scripted graph: what is read, from where the feeds go on, what a person sees. */

import { type ConnectionState, InterviewError, type SubscribeOptions } from '@interview/sdk/client';
import { EventQueue } from '@interview/sdk/event-queue';
import {
  InsightAddedDocument,
  InsightUpdatedDocument,
  ReviewInsightDocument,
  RoundDocument,
  RoundInsightsDocument,
  RoundTranscriptDocument,
  TranscriptUpdatedDocument,
} from '@interview/sdk/operations';
import { describe, expect, test } from '@jest/globals';
import { type LiveClient, LiveRound, type LiveState } from './live-round';
import { makeInsight, makeSegment } from './testing';
import type { Insight, Segment } from './timeline';

interface Opened {
  variables: { after?: string };
  options: SubscribeOptions;
  events: EventQueue<unknown>;
}

/** A graph whose store and feeds the test fills. */
class ScriptedGraph {
  stored: { insights: Insight[]; segments: Segment[] } = { insights: [], segments: [] };
  pageSize = 2;
  roundExists = true;
  readonly feeds = new Map<unknown, Opened>();
  private readonly reopened = new Map<unknown, (feed: Opened) => void>();
  private listener: (state: ConnectionState) => void = () => {};

  /** The narrow part of the client that the page uses; documents are told apart by identity. */
  readonly client = {
    connection: 'idle',
    query: async (document: unknown, variables: { after?: string }) => {
      if (document === RoundDocument) return { round: this.roundExists ? { id: 'r', status: 'IN_PROGRESS' } : null };
      if (document === RoundInsightsDocument) {
        return { round: { insights: this.page(this.stored.insights, variables.after) } };
      }
      if (document === RoundTranscriptDocument) {
        return { round: { transcript: this.page(this.stored.segments, variables.after) } };
      }
      throw new Error('The page asked for something unknown.');
    },
    mutate: async (document: unknown, { id, disposition }: Pick<Insight, 'id' | 'disposition'>) => {
      if (document !== ReviewInsightDocument) throw new Error('The page changed something unknown.');
      const reviewed = this.stored.insights.find((insight) => insight.id === id);
      if (!reviewed) throw new InterviewError('NOT_FOUND', 'There is no such insight.');
      return { reviewInsight: { ...reviewed, disposition } };
    },
    subscribe: (document: unknown, variables: { after?: string }, options: SubscribeOptions) => {
      const events = new EventQueue<unknown>(() => {});
      options.signal?.addEventListener('abort', () => events.drop());
      const opened = { variables, options, events };
      this.feeds.set(document, opened);
      this.reopened.get(document)?.(opened);
      return events;
    },
    onConnection: (listener: (state: ConnectionState) => void) => {
      this.listener = listener;
      return () => {};
    },
  } as unknown as LiveClient; // typed by document in the SDK, which a script cannot be

  connectionIs(state: ConnectionState): void {
    this.listener(state);
  }

  feed(document: unknown): Opened {
    const feed = this.feeds.get(document);
    if (!feed) throw new Error('This feed was not opened.');
    return feed;
  }

  /** The next feed of that document. */
  nextFeed(document: unknown): Promise<Opened> {
    return new Promise((resolve) => this.reopened.set(document, resolve));
  }

  private page<T extends { cursor: string }>(list: readonly T[], after: string | undefined) {
    const from = after === undefined ? 0 : list.findIndex((entry) => entry.cursor === after) + 1;
    const nodes = list.slice(from, from + this.pageSize);
    const endCursor = nodes.at(-1)?.cursor ?? null;
    return { nodes, pageInfo: { hasNextPage: from + this.pageSize < list.length, endCursor } };
  }
}

function openRound(graph: ScriptedGraph) {
  const live = new LiveRound(graph.client, 'r', () => new Date('2026-01-30T09:30:00.000Z'));
  const leave = live.start();
  /** Resolves with the first state, now or later, that is as wished. */
  const until = (wished: (state: LiveState) => boolean) =>
    new Promise<LiveState>((resolve) => {
      const look = () => {
        if (!wished(live.state())) return;
        forget();
        resolve(live.state());
      };
      const forget = live.onChange(look);
      look();
    });
  return { live, leave, until };
}

const ids = (series: { entries: readonly { id: string }[] }) => series.entries.map((entry) => entry.id);

describe('the live page', () => {
  test('shows all that is stored, then goes on from the last cursor', async () => {
    const graph = new ScriptedGraph();
    graph.stored.insights = [1, 2, 3, 4, 5].map((n) => makeInsight(n));
    graph.stored.segments = [1, 2, 3].map((n) => makeSegment(n));
    const { until } = openRound(graph);
    const loaded = await until((s) => s.phase === 'live');
    expect(ids(loaded.insights)).toEqual(['i1', 'i2', 'i3', 'i4', 'i5']);
    expect(ids(loaded.segments)).toEqual(['s1', 's2', 's3']);
    expect(graph.feed(InsightAddedDocument).variables.after).toBe('c5');
    expect(graph.feed(TranscriptUpdatedDocument).variables.after).toBe('c3');

    graph.feed(InsightAddedDocument).events.push({ insightAdded: makeInsight(6) });
    const state = await until((s) => s.insights.has('i6'));
    expect([...state.arrivedLive]).toEqual(['i6']);
  });

  test('misses nothing that came between reading an empty round and its first event', async () => {
    const graph = new ScriptedGraph();
    const { until } = openRound(graph);
    await until((s) => s.phase === 'live');
    graph.stored.insights = [makeInsight(1), makeInsight(2)];
    graph.feed(InsightAddedDocument).events.push({ insightAdded: makeInsight(2) });
    expect(ids((await until((s) => s.insights.has('i1'))).insights)).toEqual(['i1', 'i2']);
  });

  test('misses nothing when the connection is lost before any cursor is known', async () => {
    const graph = new ScriptedGraph();
    const { until } = openRound(graph);
    await until((s) => s.phase === 'live');
    graph.stored.insights = [makeInsight(1)];
    graph.feed(InsightAddedDocument).options.onResume?.({ after: undefined });
    await until((s) => s.insights.has('i1'));
  });

  test('replaces interim words in place until they are final', async () => {
    const graph = new ScriptedGraph();
    const { until, live } = openRound(graph);
    await until((s) => s.phase === 'live');
    const say = (text: string, isFinal: boolean) =>
      graph.feed(TranscriptUpdatedDocument).events.push({ transcriptUpdated: makeSegment(1, { text, isFinal }) });
    say('we', false);
    say('we wrote', false);
    await until((s) => s.interim[0]?.text === 'we wrote');
    expect(live.state().interim).toHaveLength(1);
    say('We wrote it twice.', true);
    const state = await until((s) => s.segments.has('s1'));
    expect(state.interim).toEqual([]);
  });

  test('takes interim words back when they came to nothing', async () => {
    const graph = new ScriptedGraph();
    const { until } = openRound(graph);
    await until((s) => s.phase === 'live');
    const say = (text: string) =>
      graph
        .feed(TranscriptUpdatedDocument)
        .events.push({ transcriptUpdated: makeSegment(1, { text, isFinal: false }) });
    say('thank you');
    await until((s) => s.interim.length === 1);
    say('');
    await until((s) => s.interim.length === 0);
  });

  test('forgets interim words when the feed resumes, since they are not replayed', async () => {
    const graph = new ScriptedGraph();
    graph.stored.segments = [makeSegment(1)];
    const { until } = openRound(graph);
    await until((s) => s.phase === 'live');
    const feed = graph.feed(TranscriptUpdatedDocument);
    feed.events.push({ transcriptUpdated: makeSegment(2, { isFinal: false }) });
    await until((s) => s.interim.length === 1);
    feed.options.onResume?.({ after: 'c1' });
    await until((s) => s.interim.length === 0);
  });

  test('says since when it is stale, until it is live again', async () => {
    const graph = new ScriptedGraph();
    const { until, live } = openRound(graph);
    await until((s) => s.phase === 'live');
    graph.connectionIs('connected');
    expect(live.state().staleSince).toBeUndefined();
    graph.connectionIs('resuming');
    expect(live.state().staleSince).toEqual(new Date('2026-01-30T09:30:00.000Z'));
    graph.connectionIs('connected');
    expect(live.state().staleSince).toBeUndefined();
  });

  test('stops with the reason when the viewer loses access', async () => {
    const graph = new ScriptedGraph();
    const { until } = openRound(graph);
    await until((s) => s.phase === 'live');
    graph.feed(InsightAddedDocument).events.fail(new InterviewError('ACCESS_DENIED', 'Reassigned.'));
    expect((await until((s) => s.phase === 'failed')).problem?.code).toBe('ACCESS_DENIED');
    expect(graph.feed(TranscriptUpdatedDocument).options.signal?.aborted).toBe(true);
  });

  test('shows what a person judged, here or elsewhere, in the place where it stood', async () => {
    const graph = new ScriptedGraph();
    graph.stored.insights = [makeInsight(1), makeInsight(2)];
    const { until, live } = openRound(graph);
    await until((s) => s.phase === 'live');
    await live.review('i1', 'DISMISSED');
    graph.feed(InsightUpdatedDocument).events.push({ insightUpdated: makeInsight(2, { disposition: 'CONFIRMED' }) });
    const { insights, arrivedLive } = await until((s) => s.insights.entries[1]?.disposition === 'CONFIRMED');
    expect(insights.entries.map(({ id, disposition }) => [id, disposition])).toEqual([
      ['i1', 'DISMISSED'],
      ['i2', 'CONFIRMED'],
    ]);
    expect([...arrivedLive]).toEqual([]);
    await expect(live.review('i9', 'CONFIRMED')).rejects.toThrow('There is no such insight.');
  });

  test('reads again what was judged while the feed of reviews was lost', async () => {
    const graph = new ScriptedGraph();
    graph.stored.insights = [makeInsight(1)];
    const { until } = openRound(graph);
    await until((s) => s.phase === 'live');
    graph.stored.insights = [makeInsight(1, { disposition: 'DISMISSED' })];
    graph.feed(InsightUpdatedDocument).options.onResume?.({ after: undefined });
    await until((s) => s.insights.entries[0]?.disposition === 'DISMISSED');
  });

  test('begins anew where its cursor is too old: reads what is stored and goes on behind it', async () => {
    const graph = new ScriptedGraph();
    graph.stored.insights = [makeInsight(1)];
    graph.stored.segments = [makeSegment(1)];
    const { until } = openRound(graph);
    await until((s) => s.phase === 'live');
    graph.stored.insights = [makeInsight(1), makeInsight(2), makeInsight(3)];
    graph.stored.segments = [makeSegment(1), makeSegment(2)];
    const expired = new InterviewError('CURSOR_EXPIRED', 'Too old.');
    const again = Promise.all([graph.nextFeed(InsightAddedDocument), graph.nextFeed(TranscriptUpdatedDocument)]);
    graph.feed(InsightAddedDocument).events.fail(expired);
    graph.feed(TranscriptUpdatedDocument).events.fail(expired);
    const [insights, segments] = await again;
    await until((s) => s.insights.has('i3') && s.segments.has('s2'));
    insights.events.push({ insightAdded: makeInsight(4) });
    const { phase, problem } = await until((s) => s.insights.has('i4'));
    expect({ phase, problem }).toEqual({ phase: 'live', problem: undefined });
    expect(insights.variables.after).toBe('c3');
    expect(segments.variables.after).toBe('c2');
  });

  test('says so when there is no such round', async () => {
    const graph = new ScriptedGraph();
    graph.roundExists = false;
    const { until } = openRound(graph);
    expect((await until((s) => s.phase === 'failed')).problem?.code).toBe('NOT_FOUND');
  });

  test('ends its feeds when it is left', async () => {
    const graph = new ScriptedGraph();
    const { until, leave } = openRound(graph);
    await until((s) => s.phase === 'live');
    leave();
    expect([...graph.feeds.values()].every((feed) => feed.options.signal?.aborted)).toBe(true);
  });
});
