/**
 * The demo interview from the round's creation to the verdict: what `npm run demo` does, and what the
 * end-to-end tests play while they break things.
 */
import type { InterviewClient } from '@interview/sdk/client';
import {
  type AggregateDetailFragment,
  SubmitVerdictDocument,
  UpdateRoundDocument,
} from '@interview/sdk/generated/graphql';
import { type Clock, systemClock } from './clock.js';
import { ROUND_REPORT } from './documents.js';
import { EXPECTATIONS, unmet } from './expectations.js';
import { type FeedEvent, FeedLog } from './feed-log.js';
import { ARRIVAL_LIMIT_MS, demand, holdInterview, type Running, startOf } from './hold-interview.js';
import { loadInterview } from './interview.js';
import { followRound } from './interviewer-feeds.js';
import type { Participant } from './participant.js';
import { patiently } from './patience.js';
import { type Out, Report } from './report.js';
import { type Stage, setStage } from './stage.js';
import { deliveredFeed, differences, readStoredFeed, type StoredFeed } from './stored-feed.js';
import type { Acknowledged } from './stream-media.js';

export interface DemoOptions {
  gatewayUrl: string;
  jwtSecret: string;
  out: Out;
  onEvent?: (event: FeedEvent) => void;
  /** Runs beside the media. What it throws ends the demo. */
  afterStart?: (running: Running) => Promise<void>;
  clock?: Clock;
}

export interface DemoLog {
  roundId: string;
  startedAtMs: number;
  /** Everything that the subscriptions delivered, in order of arrival. */
  events: readonly FeedEvent[];
  /** Every medium that the gateway acknowledged. */
  acknowledged: Acknowledged[];
  /** What the graph lists afterwards. */
  stored: StoredFeed;
  /** What the subscriptions delivered of it. */
  delivered: StoredFeed;
  aggregate: AggregateDetailFragment | null;
  /** Names of what the media contain and did not arrive. */
  missing: string[];
  /** What is wrong otherwise, a sentence each. */
  problems: string[];
}

/** The feed counts as complete when the graph has listed nothing new for so long. */
const QUIET_MS = 2000;

/** Plays the interview in real time and prints it. Rejects only when the product could not be used at all. */
export async function playDemo(options: DemoOptions): Promise<DemoLog> {
  const clock = options.clock ?? systemClock;
  const report = new Report(options.out);
  const interview = await loadInterview();
  const stage = await setStage(options, report);
  const { hr, interviewer, roundId } = stage;

  const log = new FeedLog(clock, (event) => {
    report.event(event, startOf(log), log.events);
    options.onEvent?.(event);
  });
  const stop = new AbortController();
  const feeds = followRound(interviewer, roundId, log, stop.signal);
  const people: Participant[] = [];

  const play = async (): Promise<DemoLog> => {
    report.columns();
    // The present state comes first on this feed: from then on the subscriptions are open.
    await demand(
      log.until((events) => events.some((e) => e.feed === 'round'), ARRIVAL_LIMIT_MS),
      'no feed was opened',
    );
    const acknowledged = await holdInterview({
      gatewayUrl: options.gatewayUrl,
      afterStart: options.afterStart,
      clock,
      report,
      interview,
      stage,
      log,
      people,
      stop,
    });
    await log.until((events) => unmet(live, events).length === 0, ARRIVAL_LIMIT_MS);

    return conclude({ clock, report, stage, log, acknowledged });
  };

  try {
    // A feed that fails ends the demo at once, and not only when something turns out to be missing.
    return await Promise.race([play(), feeds.then(() => Promise.reject(new Error('The feeds ended.')))]);
  } finally {
    stop.abort();
    await Promise.allSettled([feeds, ...people.map((person) => person.leave())]);
    await Promise.all([hr.close(), interviewer.close(), stage.candidate.close()]);
  }
}

const live = EXPECTATIONS.filter((e) => e.live);

interface Conclusion {
  clock: Clock;
  report: Report;
  stage: Stage;
  log: FeedLog;
  acknowledged: Acknowledged[];
}

/** Ends the round, submits the verdict, and holds what was delivered against what is stored. */
async function conclude({ clock, report, stage, log, acknowledged }: Conclusion): Promise<DemoLog> {
  const { hr, interviewer, roundId } = stage;
  const startedAtMs = startOf(log) ?? 0;
  report.step(clock.now() - startedAtMs, 'the interviewer ends the round and submits a verdict');
  await patiently(clock, () =>
    interviewer.mutate(UpdateRoundDocument, { id: roundId, input: { status: 'COMPLETED' } }),
  );
  await log.until((events) => unmet(EXPECTATIONS, events).length === 0, ARRIVAL_LIMIT_MS);
  const stored = await settle(clock, interviewer, roundId, log);
  await submitVerdict(interviewer, roundId);
  const { round } = await patiently(clock, () => hr.query(ROUND_REPORT, { id: roundId }));

  const delivered = deliveredFeed(log);
  const missing = unmet(EXPECTATIONS, log.events);
  const aggregate = round?.aggregate ?? null;
  const problems = [
    ...differences(stored, delivered),
    ...(round?.verdict ? [] : ['the verdict cannot be read back']),
    ...(aggregate ? [] : ['the round has no aggregate']),
  ];
  report.section('Aggregate', JSON.stringify(aggregate, undefined, 2));
  report.section(
    `Summary: ${acknowledged.length} media messages taken, ${stored.insights.length} insights and ` +
      `${stored.segments.length} transcript segments stored`,
  );
  report.table(log.events, startedAtMs);
  report.verdict(missing, problems);
  const names = missing.map((e) => e.name);
  return {
    roundId,
    startedAtMs,
    events: log.events,
    acknowledged,
    stored,
    delivered,
    aggregate,
    missing: names,
    problems,
  };
}

/** Waits until the graph lists nothing new and the subscriptions have delivered all of it, or the limit is over. */
async function settle(clock: Clock, client: InterviewClient, roundId: string, log: FeedLog): Promise<StoredFeed> {
  const giveUpAtMs = clock.now() + ARRIVAL_LIMIT_MS;
  let stored = await patiently(clock, () => readStoredFeed(client, roundId));
  for (;;) {
    await clock.until(clock.now() + QUIET_MS);
    const before = stored.insights.length + stored.segments.length;
    stored = await patiently(clock, () => readStoredFeed(client, roundId));
    const quiet = stored.insights.length + stored.segments.length === before;
    if (quiet && differences(stored, deliveredFeed(log)).length === 0) return stored;
    if (clock.now() > giveUpAtMs) return stored;
  }
}

async function submitVerdict(client: InterviewClient, roundId: string): Promise<void> {
  await client.mutate(SubmitVerdictDocument, {
    input: {
      roundId,
      decision: 'ADVANCE',
      overallScore: 8,
      technicalScore: 8,
      communicationScore: 7,
      strengths: ['Found the cause by measuring, and measured the effect'],
      weaknesses: [],
      notes: 'Demo interview.',
    },
  });
}
