/**
 * The demo interview from the round's creation to the verdict: what `npm run demo` does, and what the
 * end-to-end tests play while they break things.
 */
import { randomUUID } from 'node:crypto';
import { createInterviewClient, type InterviewClient } from '@interview/sdk/client';
import {
  type AggregateDetailFragment,
  CreateRoundDocument,
  MarkQuestionDocument,
  RecordConsentDocument,
  SubmitVerdictDocument,
  UpdateRoundDocument,
} from '@interview/sdk/generated/graphql';
import { type Clock, systemClock } from './clock.js';
import { ROUND_REPORT } from './documents.js';
import { EXPECTATIONS, unmet } from './expectations.js';
import { type FeedEvent, FeedLog } from './feed-log.js';
import { type Interview, loadInterview } from './interview.js';
import { followRound } from './interviewer-feeds.js';
import { Participant } from './participant.js';
import { patiently } from './patience.js';
import { PEOPLE, signTokens } from './people.js';
import { clockTime, type Out, Report } from './report.js';
import { uploadResume } from './resume-upload.js';
import { deliveredFeed, differences, readStoredFeed, type StoredFeed } from './stored-feed.js';
import { type Acknowledged, streamMedia } from './stream-media.js';

/** The interview as it runs, for who wants to interfere. */
export interface Running {
  roundId: string;
  startedAtMs: number;
  durationMs: number;
  /** Resolves so many milliseconds after the first medium was captured. */
  at(ms: number): Promise<void>;
}

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

/** How long what the media contain may take to arrive after the last of them. */
const ARRIVAL_LIMIT_MS = 20_000;
/** The feed counts as complete when the graph has listed nothing new for so long. */
const QUIET_MS = 2000;

/** Plays the interview in real time and prints it. Rejects only when the product could not be used at all. */
export async function playDemo(options: DemoOptions): Promise<DemoLog> {
  const clock = options.clock ?? systemClock;
  const report = new Report(options.out);
  const interview = await loadInterview();
  const stage = await setStage(options, clock, report);
  const { hr, interviewer, roundId } = stage;

  let startedAtMs = clock.now();
  const log = new FeedLog(clock, (event) => {
    if (event.feed === 'round' && event.data.startedAt) startedAtMs = Date.parse(event.data.startedAt);
    report.event(event, startedAtMs, log.events);
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
    const acknowledged = await holdInterview({ options, clock, report, interview, stage, log, people, stop });
    await log.until((events) => unmet(live, events).length === 0, ARRIVAL_LIMIT_MS);

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
    const problems = [
      ...differences(stored, delivered),
      ...(round?.verdict ? [] : ['the verdict cannot be read back']),
      ...(round?.aggregate ? [] : ['the round has no aggregate']),
    ];
    report.line();
    report.heading('Aggregate');
    report.line(JSON.stringify(round?.aggregate ?? null, undefined, 2));
    report.line();
    report.heading(
      `Summary: ${acknowledged.length} media messages taken, ${stored.insights.length} insights and ${stored.segments.length} transcript segments stored`,
    );
    report.table(log.events, startedAtMs);
    report.verdict(missing, problems);
    return {
      roundId,
      startedAtMs,
      events: log.events,
      acknowledged,
      stored,
      delivered,
      aggregate: round?.aggregate ?? null,
      missing: missing.map((e) => e.name),
      problems,
    };
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

interface Stage {
  roundId: string;
  tokens: Awaited<ReturnType<typeof signTokens>>;
  hr: InterviewClient;
  interviewer: InterviewClient;
  candidate: InterviewClient;
}

/** Creates the round and puts the candidate's resume to it. */
async function setStage(options: DemoOptions, clock: Clock, report: Report): Promise<Stage> {
  const { gatewayUrl } = options;
  const tokens = await signTokens(options.jwtSecret);
  const client = (token: string) => createInterviewClient({ url: new URL('/graphql', gatewayUrl).href, token });
  const [hr, interviewer, candidate] = [client(tokens.hr), client(tokens.interviewer), client(tokens.candidate)];
  const input = {
    externalInterviewId: `demo-${randomUUID()}`,
    externalCandidateId: PEOPLE.candidate.id,
    externalInterviewerId: PEOPLE.interviewer.id,
    externalJobRoleId: 'backend-engineer',
    roundNumber: 1,
    roundType: 'TECHNICAL_AI',
    interviewMode: 'HUMAN_AI_ASSISTED',
    scheduledAt: new Date(clock.now()).toISOString(),
    scheduledDurationMinutes: 30,
  } as const;
  const { createRound } = await hr.mutate(CreateRoundDocument, { input });
  const roundId = createRound.id;
  report.heading(`Demo interview: round ${roundId} of ${PEOPLE.hr.companyId}`);

  const size = await uploadResume({ gatewayUrl, token: tokens.hr, roundId, candidateId: PEOPLE.candidate.id });
  const { round } = await hr.query(ROUND_REPORT, { id: roundId });
  if (round?.resume?.sizeBytes !== size) {
    throw new Error(`The resume of ${size} bytes is not read back: ${JSON.stringify(round?.resume)}`);
  }
  report.line(`Resume ${round.resume.fileName} uploaded and read back (${size} bytes, ${round.resume.mimeType})`);
  return { roundId, tokens, hr, interviewer, candidate };
}

interface Hall {
  options: DemoOptions;
  clock: Clock;
  report: Report;
  interview: Interview;
  stage: Stage;
  log: FeedLog;
  /** Filled with who has joined, so that they leave whatever happens. */
  people: Participant[];
  stop: AbortController;
}

/** Both join, the candidate consents, and the media are streamed. */
async function holdInterview(hall: Hall): Promise<Acknowledged[]> {
  const { options, clock, report, interview, stage, log, people, stop } = hall;
  const { roundId, tokens } = stage;
  const join = async (token: string): Promise<Participant> => {
    const person = await Participant.join({ gatewayUrl: options.gatewayUrl, token, roundId, clock });
    people.push(person);
    return person;
  };
  const candidate = await join(tokens.candidate);
  const interviewer = await join(tokens.interviewer);
  await patiently(clock, () => stage.candidate.mutate(RecordConsentDocument, { roundId, consent: true }));
  const began = (events: readonly FeedEvent[]) =>
    events.some((e) => e.feed === 'round' && e.data.status === 'IN_PROGRESS' && e.data.consent.given);
  await demand(log.until(began, ARRIVAL_LIMIT_MS), 'the round is not in progress although both have joined');

  const startMs = clock.now();
  report.step(0, `${Math.round(interview.durationMs / 1000)} s of interview begin`);
  const running: Running = {
    roundId,
    startedAtMs: startMs,
    durationMs: interview.durationMs,
    at: (ms) => clock.until(startMs + ms, stop.signal),
  };
  const media = streamMedia({
    interview,
    candidate,
    interviewer,
    startMs,
    clock,
    signal: stop.signal,
    markQuestion: async (text, askedAtMs) => {
      report.step(askedAtMs - startMs, `the interviewer has asked: “${text}”`);
      const askedAt = new Date(askedAtMs).toISOString();
      await patiently(clock, () => stage.interviewer.mutate(MarkQuestionDocument, { roundId, text, askedAt }));
    },
  });
  const [acknowledged] = await Promise.all([media, options.afterStart?.(running)]);
  report.step(
    clock.now() - startMs,
    `the media have ended, ${acknowledged.length} messages acknowledged (${clockTime(interview.durationMs)})`,
  );
  return acknowledged;
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

async function demand(met: Promise<boolean>, otherwise: string): Promise<void> {
  if (!(await met)) throw new Error(`The demo cannot go on: ${otherwise}.`);
}
