/** The interview itself: both join, the candidate consents, and the media are streamed. */
import { MarkQuestionDocument, RecordConsentDocument } from '@interview/sdk/generated/graphql';
import type { Clock } from './clock.js';
import type { FeedEvent, FeedLog } from './feed-log.js';
import type { Interview } from './interview.js';
import { MediaRefused, Participant } from './participant.js';
import { patiently } from './patience.js';
import type { Report } from './report.js';
import type { Stage } from './stage.js';
import { type Acknowledged, streamMedia } from './stream-media.js';

/** How long what was done may take to arrive. */
export const ARRIVAL_LIMIT_MS = 20_000;
/** Pause before the first medium is offered again. */
const INTAKE_RETRY_MS = 50;

/** The interview as it runs, for who wants to interfere. */
export interface Running {
  roundId: string;
  startedAtMs: number;
  durationMs: number;
  /** Resolves so many milliseconds after the first medium was captured. */
  at(ms: number): Promise<void>;
}

export interface Hall {
  gatewayUrl: string;
  afterStart: ((running: Running) => Promise<void>) | undefined;
  clock: Clock;
  report: Report;
  interview: Interview;
  stage: Stage;
  log: FeedLog;
  /** Filled with who has joined, so that they leave whatever happens. */
  people: Participant[];
  stop: AbortController;
}

/** @returns every medium that the gateway took, once it has taken all. */
export async function holdInterview(hall: Hall): Promise<Acknowledged[]> {
  const { gatewayUrl, clock, report, interview, stage, log, people, stop } = hall;
  const { roundId, tokens } = stage;
  const join = async (token: string): Promise<Participant> => {
    const person = await Participant.join({ gatewayUrl, token, roundId, clock });
    people.push(person);
    return person;
  };
  const candidate = await join(tokens.candidate);
  const interviewer = await join(tokens.interviewer);
  await patiently(clock, () => stage.candidate.mutate(RecordConsentDocument, { roundId, consent: true }));
  const began = (events: readonly FeedEvent[]) =>
    events.some((e) => e.feed === 'round' && e.data.status === 'IN_PROGRESS' && e.data.consent.given);
  await demand(log.until(began, ARRIVAL_LIMIT_MS), 'the round is not in progress although both have joined');
  await untilTaken(clock, candidate);

  const startedAtMs = startOf(log) ?? clock.now();
  const startMs = clock.now();
  report.step(startMs - startedAtMs, `${Math.round(interview.durationMs / 1000)} s of interview begin`);
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
      report.step(askedAtMs - startedAtMs, `the interviewer has asked: “${text}”`);
      const askedAt = new Date(askedAtMs).toISOString();
      await patiently(clock, () => stage.interviewer.mutate(MarkQuestionDocument, { roundId, text, askedAt }));
    },
  });
  const [acknowledged] = await Promise.all([media, hall.afterStart?.(running)]);
  report.step(clock.now() - startedAtMs, `the media have ended, ${acknowledged.length} messages acknowledged`);
  return acknowledged;
}

/**
 * The candidate's page reports that it is visible until that is taken: news of the consent reach the gateway's
 * media intake a moment after the consent itself.
 */
async function untilTaken(clock: Clock, candidate: Participant): Promise<void> {
  const giveUpAtMs = clock.now() + ARRIVAL_LIMIT_MS;
  for (;;) {
    try {
      await candidate.send('tab-visibility', { visible: true, timestamp: clock.now() });
      return;
    } catch (error) {
      const early = error instanceof MediaRefused && error.code === 'ACCESS_DENIED';
      if (!early || clock.now() > giveUpAtMs) throw error;
      await clock.until(clock.now() + INTAKE_RETRY_MS);
    }
  }
}

/** Epoch ms of the round's start, as the feed told it. */
export function startOf(log: FeedLog): number | undefined {
  const startedAt = log.of('round').findLast((event) => event.data.startedAt)?.data.startedAt;
  return startedAt ? Date.parse(startedAt) : undefined;
}

/** @throws Error saying why the demo cannot go on when the condition was not met. */
export async function demand(met: Promise<boolean>, otherwise: string): Promise<void> {
  if (!(await met)) throw new Error(`The demo cannot go on: ${otherwise}.`);
}
