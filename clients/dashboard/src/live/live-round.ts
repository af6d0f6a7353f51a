/**
 * What the live page shows of one round, kept without React: first everything that is stored, then the feeds from
 * the last cursor on, so that nothing is missing between the two and nothing comes twice.
 *
 * Reviews change insights that are there; their feed keeps no past, so after a loss what is stored is read again.
 *
 * A round without any entry has no cursor to go on from. Its feed then starts at the present, and what was stored
 * between reading and subscribing is read once more as soon as the feed shows that there is something.
 */
import { type ConnectionState, type InterviewClient, InterviewError } from '@interview/sdk/client';
import {
  type AggregateDetailFragment,
  AggregateUpdatedDocument,
  InsightAddedDocument,
  type InsightDisposition,
  InsightUpdatedDocument,
  MetricsUpdatedDocument,
  type MetricsUpdatedSubscription,
  ReviewInsightDocument,
  RoundDocument,
  RoundInsightsDocument,
  type RoundSummaryFragment,
  RoundTranscriptDocument,
  RoundUpdatedDocument,
  TranscriptUpdatedDocument,
} from '@interview/sdk/operations';
import { type Insight, type Segment, TimeSeries } from './timeline';

export type Metrics = MetricsUpdatedSubscription['metricsUpdated'];

export interface LiveState {
  /** `loading`: the stored part is being read. `failed`: `problem` says why, nothing more comes. */
  phase: 'loading' | 'live' | 'failed';
  problem: InterviewError | undefined;
  round: RoundSummaryFragment | undefined;
  segments: TimeSeries<Segment>;
  /** What is being said right now, in the words recognised so far; replaced by id. */
  interim: readonly Segment[];
  insights: TimeSeries<Insight>;
  /** Insights that arrived while the page was open: only these may interrupt a person. */
  arrivedLive: ReadonlySet<string>;
  metrics: Metrics | undefined;
  aggregate: AggregateDetailFragment | undefined;
  connection: ConnectionState;
  /** When the feeds' connection was lost; what is shown may be older than reality since then. */
  staleSince: Date | undefined;
}

export type LiveClient = Pick<InterviewClient, 'query' | 'mutate' | 'subscribe' | 'connection' | 'onConnection'>;

/** The most that the graph answers at once. */
const PAGE_SIZE = 500;

interface StoredPart<T> {
  entries: readonly T[];
  /** The last entry's cursor; undefined where there is none yet. */
  after: string | undefined;
}

interface Page<T> {
  nodes: readonly T[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

export class LiveRound {
  private current: LiveState;
  private readonly listeners = new Set<() => void>();
  private left = new AbortController();

  constructor(
    private readonly client: LiveClient,
    private readonly roundId: string,
    private readonly now: () => Date,
  ) {
    this.current = {
      phase: 'loading',
      problem: undefined,
      round: undefined,
      segments: TimeSeries.empty(),
      interim: [],
      insights: TimeSeries.empty(),
      arrivedLive: new Set(),
      metrics: undefined,
      aggregate: undefined,
      connection: client.connection,
      staleSince: undefined,
    };
  }

  /** The state now; another object after each change. */
  readonly state = (): LiveState => this.current;

  /** Calls after each change; the function that comes back ends that. */
  readonly onChange = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Reads, then follows, until the function that comes back is called. */
  start(): () => void {
    this.left = new AbortController();
    const { signal } = this.left;
    const forget = this.client.onConnection((connection) => this.connectionIs(connection));
    signal.addEventListener('abort', forget, { once: true });
    this.run(signal).catch((error: unknown) => this.fail(error, signal));
    const { left } = this;
    return () => left.abort();
  }

  /** A person's judgement of an insight. @throws InterviewError */
  readonly review = async (id: string, disposition: InsightDisposition): Promise<void> => {
    const { reviewInsight } = await this.client.mutate(ReviewInsightDocument, { id, disposition });
    this.change({ insights: this.current.insights.refreshed([reviewInsight]) });
  };

  private async run(signal: AbortSignal): Promise<void> {
    const { round } = await this.client.query(RoundDocument, { id: this.roundId }, { signal });
    if (!round) throw new InterviewError('NOT_FOUND', 'There is no such round.');
    this.change({ round });
    const [insights, segments] = await Promise.all([this.readInsights(signal), this.readTranscript(signal)]);
    this.change({
      insights: this.current.insights.with(insights.entries),
      segments: this.current.segments.with(segments.entries),
      phase: 'live',
    });
    await Promise.all([
      this.followAnew(insights.after, (after) => this.followInsights(after, signal), this.refreshInsights(signal)),
      this.followAnew(segments.after, (after) => this.followTranscript(after, signal), this.refreshTranscript(signal)),
      this.followReviews(signal),
      this.followRound(signal),
      this.followMetrics(signal),
      this.followAggregate(signal),
    ]);
  }

  /** A cursor that is too old to go on from: what is stored is read once more, and the feed goes on behind that. */
  private async followAnew(
    from: string | undefined,
    follow: (after: string | undefined) => Promise<void>,
    refresh: () => Promise<string | undefined>,
  ): Promise<void> {
    let after = from;
    for (;;) {
      try {
        return await follow(after);
      } catch (error) {
        if (!(error instanceof InterviewError && error.code === 'CURSOR_EXPIRED')) throw error;
        after = await refresh();
      }
    }
  }

  private refreshInsights(signal: AbortSignal): () => Promise<string | undefined> {
    return async () => {
      const { entries, after } = await this.readInsights(signal);
      this.change({ insights: this.current.insights.refreshed(entries) });
      return after;
    };
  }

  private refreshTranscript(signal: AbortSignal): () => Promise<string | undefined> {
    return async () => {
      const { entries, after } = await this.readTranscript(signal);
      this.change({ segments: this.current.segments.with(entries) });
      return after;
    };
  }

  private async followReviews(signal: AbortSignal): Promise<void> {
    const refresh = this.refreshInsights(signal);
    const onResume = () => {
      refresh().catch((error: unknown) => this.fail(error, signal));
    };
    const feed = this.client.subscribe(InsightUpdatedDocument, { roundId: this.roundId }, { signal, onResume });
    for await (const { insightUpdated } of feed) {
      this.change({ insights: this.current.insights.refreshed([insightUpdated]) });
    }
  }

  private async followInsights(after: string | undefined, signal: AbortSignal): Promise<void> {
    const catchUp = async () => this.addInsights((await this.readInsights(signal)).entries);
    let mayHaveGap = after === undefined;
    const feed = this.client.subscribe(
      InsightAddedDocument,
      { roundId: this.roundId, after },
      { signal, onResume: (resumption) => this.closeGap(resumption.after, catchUp, signal) },
    );
    for await (const { insightAdded } of feed) {
      this.addInsights([insightAdded]);
      if (mayHaveGap) await catchUp();
      mayHaveGap = false;
    }
  }

  private async followTranscript(after: string | undefined, signal: AbortSignal): Promise<void> {
    const catchUp = async () => {
      this.change({ segments: this.current.segments.with((await this.readTranscript(signal)).entries) });
    };
    let mayHaveGap = after === undefined;
    const feed = this.client.subscribe(
      TranscriptUpdatedDocument,
      { roundId: this.roundId, after },
      {
        signal,
        onResume: (resumption) => {
          this.change({ interim: [] }); // interim words are never replayed, and what they became will be
          this.closeGap(resumption.after, catchUp, signal);
        },
      },
    );
    for await (const { transcriptUpdated } of feed) {
      this.hear(transcriptUpdated);
      if (mayHaveGap && transcriptUpdated.isFinal) {
        mayHaveGap = false;
        await catchUp();
      }
    }
  }

  private async followRound(signal: AbortSignal): Promise<void> {
    const feed = this.client.subscribe(RoundUpdatedDocument, { roundId: this.roundId }, { signal });
    for await (const { roundUpdated } of feed) this.change({ round: roundUpdated });
  }

  private async followMetrics(signal: AbortSignal): Promise<void> {
    const feed = this.client.subscribe(MetricsUpdatedDocument, { roundId: this.roundId }, { signal });
    for await (const { metricsUpdated } of feed) this.change({ metrics: metricsUpdated });
  }

  private async followAggregate(signal: AbortSignal): Promise<void> {
    const feed = this.client.subscribe(AggregateUpdatedDocument, { roundId: this.roundId }, { signal });
    for await (const { aggregateUpdated } of feed) this.change({ aggregate: aggregateUpdated });
  }

  private readInsights(signal: AbortSignal): Promise<StoredPart<Insight>> {
    return readAll(async (after) => {
      const variables = { id: this.roundId, first: PAGE_SIZE, after };
      return (await this.client.query(RoundInsightsDocument, variables, { signal })).round?.insights;
    });
  }

  private readTranscript(signal: AbortSignal): Promise<StoredPart<Segment>> {
    return readAll(async (after) => {
      const variables = { id: this.roundId, first: PAGE_SIZE, after };
      return (await this.client.query(RoundTranscriptDocument, variables, { signal })).round?.transcript;
    });
  }

  /** A feed that resumes without a cursor replays nothing: what was stored meanwhile is read. */
  private closeGap(after: string | undefined, catchUp: () => Promise<void>, signal: AbortSignal): void {
    if (after === undefined) catchUp().catch((error: unknown) => this.fail(error, signal));
  }

  private addInsights(more: readonly Insight[]): void {
    const insights = this.current.insights.with(more);
    if (insights === this.current.insights) return;
    const arrivedLive = new Set(this.current.arrivedLive);
    for (const { id } of more) if (!this.current.insights.has(id)) arrivedLive.add(id);
    this.change({ insights, arrivedLive });
  }

  private hear(segment: Segment): void {
    const others = this.current.interim.filter((known) => known.id !== segment.id);
    if (segment.isFinal) this.change({ interim: others, segments: this.current.segments.with([segment]) });
    // Interim text that came to nothing is taken back by an empty one.
    else if (segment.text === '') this.change({ interim: others });
    else if (!this.current.segments.has(segment.id)) this.change({ interim: [...others, segment] });
  }

  private connectionIs(connection: ConnectionState): void {
    const staleSince = connection === 'resuming' ? (this.current.staleSince ?? this.now()) : undefined;
    this.change({ connection, staleSince });
  }

  private fail(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.left.abort();
    const problem =
      error instanceof InterviewError ? error : new InterviewError('INTERNAL_ERROR', String(error), { cause: error });
    this.change({ phase: 'failed', problem });
  }

  private change(part: Partial<LiveState>): void {
    this.current = { ...this.current, ...part };
    for (const listener of [...this.listeners]) listener();
  }
}

/** All pages of a connection, oldest first. What the viewer may not have, or what is down, counts as nothing. */
async function readAll<T>(
  readPage: (after: string | undefined) => Promise<Page<T> | null | undefined>,
): Promise<StoredPart<T>> {
  const entries: T[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await readPage(after);
    if (!page) return { entries, after };
    entries.push(...page.nodes);
    after = page.pageInfo.endCursor ?? after;
    if (!page.pageInfo.hasNextPage) return { entries, after };
  }
}
