/**
 * Questions worth asking next. Each rests on insights that it lists and says what was measured against which
 * threshold; none concludes anything about the person.
 */
import type { FollowUp, RoundState, StoredSegment } from '@interview/schema/messages';
import { contradictionFollowUps } from './contradiction-follow-ups.js';
import type { Tally } from './tally.js';

/** A pause inside an answer from which a question about what was said just before is offered. */
export const PAUSE_MS = 3000;
/** A pause this long after the last word has nothing to do with what was said. */
const QUOTE_WITHIN_MS = 10_000;
/** Answers of at least so many words … */
export const ANSWER_WORDS = 20;
/** … that take up at most this share of the question's content words: the question is offered again. */
export const RELEVANCE_SHARE = 0.2;
const FOLLOW_UPS_AT_MOST = 5;
const QUOTE_WORDS = 14;

/** The latest first, each passage and each question once, at most five. */
export function followUps(tally: Tally, questions: RoundState['questions']): FollowUp[] {
  const offered = [
    ...afterPauses(tally),
    ...backToQuestions(tally, questions),
    ...contradictionFollowUps(tally.contradictions),
  ];
  const latestFirst = offered.toSorted(
    (a, b) => b.atMs - a.atMs || a.followUp.question.localeCompare(b.followUp.question),
  );
  const unique = new Map<string, FollowUp>();
  for (const { followUp } of latestFirst) if (!unique.has(followUp.question)) unique.set(followUp.question, followUp);
  return [...unique.values()].slice(0, FOLLOW_UPS_AT_MOST);
}

export interface Offer {
  atMs: number;
  followUp: FollowUp;
}

/** Those of the latest pauses: of two that followed the same words the later one is offered, and five are enough. */
function afterPauses(tally: Tally): Offer[] {
  const byQuestion = new Map<string, Offer>();
  for (const pause of tally.pauses.toSorted((a, b) => b.atMs - a.atMs)) {
    if (byQuestion.size >= FOLLOW_UPS_AT_MOST) break;
    const offer = afterPause(tally, pause);
    if (offer && !byQuestion.has(offer.followUp.question)) byQuestion.set(offer.followUp.question, offer);
  }
  return [...byQuestion.values()];
}

function afterPause(tally: Tally, { id, atMs, durationMs }: Tally['pauses'][number]): Offer | null {
  const said = durationMs >= PAUSE_MS ? saidBefore(tally, atMs) : undefined;
  if (!said) return null;
  const reason = `A pause of ${seconds(durationMs)} s (threshold ${seconds(PAUSE_MS)} s) followed these words.`;
  const question = `You said “${lastWords(said.text)}”. Could you tell more about that?`;
  return { atMs, followUp: { category: 'follow_up', question, reason, insightIds: [id] } };
}

function backToQuestions(tally: Tally, questions: RoundState['questions']): Offer[] {
  return tally.answers.flatMap(({ id, atMs, value }) => {
    const asked = questions.find((question) => question.id === value.questionId);
    const { relevance } = value;
    if (!asked || relevance === undefined || relevance > RELEVANCE_SHARE || value.words < ANSWER_WORDS) return [];
    const measured = `${Math.round(relevance * 100)} % of the question's content words`;
    const reason = `The answer of ${value.words} words takes up ${measured} (threshold ${RELEVANCE_SHARE * 100} %).`;
    const question = `Coming back to “${asked.text}”: what would you add?`;
    return [{ atMs, followUp: { category: 'back_to_question', question, reason, insightIds: [id] } }];
  });
}

/** What the candidate said last before a moment; a segment that the pause lies inside counts too. */
function saidBefore({ candidateSegments, longestCandidateSegmentMs }: Tally, atMs: number): StoredSegment | undefined {
  const earliestMs = atMs - QUOTE_WITHIN_MS - longestCandidateSegmentMs;
  for (let i = countBefore(candidateSegments, atMs) - 1; i >= 0; i--) {
    const segment = candidateSegments[i];
    if (!segment || segment.timestampMs < earliestMs) return undefined;
    const sinceMs = atMs - (segment.timestampMs + segment.durationMs);
    if (sinceMs <= QUOTE_WITHIN_MS && segment.text.trim() !== '') return segment;
  }
  return undefined;
}

/** How many of the segments, in the order of their time, began before a moment. */
function countBefore(segments: readonly StoredSegment[], atMs: number): number {
  let [before, notBefore] = [0, segments.length];
  while (before < notBefore) {
    const middle = (before + notBefore) >> 1;
    if ((segments[middle]?.timestampMs ?? 0) < atMs) before = middle + 1;
    else notBefore = middle;
  }
  return before;
}

function lastWords(text: string): string {
  const words = text.trim().split(/\s+/u);
  return words.length <= QUOTE_WORDS ? words.join(' ') : `… ${words.slice(-QUOTE_WORDS).join(' ')}`;
}

const seconds = (ms: number) => (ms / 1000).toFixed(1);
