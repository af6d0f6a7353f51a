/**
 * What must come of the demo interview: for each thing that its media contain, the event that shows it.
 * Belongs to `interview.ts`; an interview that shows something else needs another list.
 */
import type { InsightType } from '@interview/schema/enums';
import type { FeedName, Feeds } from './documents.js';
import type { FeedEvent } from './feed-log.js';

export interface Expectation {
  /** What a person is told is missing. */
  name: string;
  /** Which medium holds it, so that who reads "missing" knows where to look. */
  because: string;
  /** False for what can only come once the round has ended. */
  live: boolean;
  metBy(event: FeedEvent): boolean;
}

function expectation<F extends FeedName>(
  feed: F,
  name: string,
  because: string,
  matches: (data: Feeds[F]) => boolean = () => true,
  live = true,
): Expectation {
  return {
    name,
    because,
    live,
    // `feed` tells which member of the union the event is; the compiler cannot follow it through the parameter F.
    metBy: (event) => event.feed === feed && matches(event.data as Feeds[F]),
  };
}

function insight(type: InsightType, because: string, part?: { field: string; is: string }): Expectation {
  const name = part ? `${type} (${part.is})` : type;
  return expectation('insight', name, because, (data) => {
    if (data.type !== type) return false;
    // `value` is JSON to the graph; its shape by type is in schema/src/insight-values.ts.
    return !part || (data.value as Record<string, unknown>)[part.field] === part.is;
  });
}

const start = { field: 'phase', is: 'START' };
const end = { field: 'phase', is: 'END' };

export const EXPECTATIONS: readonly Expectation[] = [
  expectation('segment', "transcript of the candidate's words", 'the candidate speaks three times', (s) => {
    return s.isFinal && s.speaker === 'CANDIDATE' && /\w/.test(s.text);
  }),
  expectation('segment', "transcript of the interviewer's words", 'the interviewer asks three times', (s) => {
    return s.isFinal && s.speaker === 'INTERVIEWER' && /\w/.test(s.text);
  }),
  insight('SPEECH_CONFIDENCE', 'the candidate speaks three times'),
  insight('HESITATION', 'the first answer has a pause of 2.5 s', { field: 'kind', is: 'PAUSE' }),
  insight('RESPONSE_LATENCY', 'the first answer begins 3 s after the question'),
  insight('RESPONSE_QUALITY', 'three answers are given'),
  insight('HEAD_MOVEMENT', 'the head turns both ways and tilts'),
  insight('ENGAGEMENT', 'the candidate faces the camera most of the time'),
  insight('VIDEO_QUALITY', 'the camera goes dark for 3.2 s', { field: 'issue', is: 'DARK' }),
  insight('VIDEO_QUALITY', 'the camera is out of focus for 2.8 s', { field: 'issue', is: 'BLURRED' }),
  insight('MULTIPLE_FACES', 'a second person is in the picture for 3 s', start),
  insight('MULTIPLE_FACES', 'the second person goes away', end),
  insight('FACE_ABSENT', 'nobody is in the picture for 4 s', start),
  insight('FACE_ABSENT', 'somebody is in the picture again', end),
  insight('FACE_SWITCH', 'another person sits before the camera for 6 s'),
  insight('BACKGROUND_VOICE', 'somebody else speaks in the room for 7 s', start),
  insight('RESUME_CONTRADICTION', 'the candidate says fifteen years, the resume has eight'),
  insight('TAB_SWITCH', 'the page is hidden for 3.5 s', start),
  insight('TAB_SWITCH', 'the page is visible again', end),
  ...(['MULTIPLE_FACES', 'FACE_ABSENT', 'FACE_SWITCH', 'BACKGROUND_VOICE', 'TAB_SWITCH'] as const).map((type) =>
    expectation('alert', `fraud alert ${type}`, 'each onset is an alert too', (alert) => alert.type === type),
  ),
  expectation('metrics', 'metrics of the live header', 'insights were stored'),
  expectation('aggregate', 'aggregate', 'insights were stored'),
  expectation('round', 'round COMPLETED', 'the interviewer ends it', (round) => round.status === 'COMPLETED', false),
];

/** Those that no event has met. */
export function unmet(expectations: readonly Expectation[], events: readonly FeedEvent[]): Expectation[] {
  return expectations.filter((e) => !events.some((event) => e.metBy(event)));
}
