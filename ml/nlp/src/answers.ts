/**
 * Which segments make an answer.
 *
 * An answer is a run of the candidate's final segments, by the time they were said. It is completed by
 * - a question that is marked as asked,
 * - the interviewer's speech of at least INTERVENTION_WORDS words (shorter ones, "right", "mhm", do not end it),
 * - silence of SILENCE_MS, or
 * - the round's end.
 * A run of fewer than ANSWER_WORDS words is no answer. An answer belongs to the last question asked before it.
 * Silence is taken as such RECOGNITION_MS after it: a segment that is stored later still comes after its run was closed. What was
 * told of the run then stays as it was told.
 */
import type { StoredSegment } from '@interview/schema/messages';
import { wordsOf } from './words.js';

export const SILENCE_MS = 10_000;
/** A segment is recognised and stored some seconds after it was said: until then silence is not known. */
export const RECOGNITION_MS = 5000;
export const INTERVENTION_WORDS = 3;
export const ANSWER_WORDS = 3;

/** Times in milliseconds from the round's start. */
export interface AskedQuestion {
  id: string;
  text: string;
  askedMs: number;
}

export interface Answer {
  segments: StoredSegment[];
  question: AskedQuestion | null;
}

const endOf = (segment: StoredSegment) => segment.timestampMs + segment.durationMs;

/** The candidate's segments that follow each other; `open` while more of them may come. */
export interface Run {
  segments: StoredSegment[];
  open: boolean;
  /** What was asked since the run before: the interviewer's words, and the question that was marked. */
  asked: string;
}

/**
 * All runs of a round, in order; at most the last one is open.
 * @param segments all stored segments of the round.
 * @param nowMs how far the round has come; infinite once it has ended.
 */
export function runsOf(segments: readonly StoredSegment[], questions: readonly AskedQuestion[], nowMs: number): Run[] {
  const runs: Run[] = [];
  let run: StoredSegment[] = [];
  let heard: string[] = [];
  let asked = '';
  const complete = (open = false) => {
    if (run.length > 0) runs.push({ segments: run, open, asked });
    run = [];
  };
  const begin = (segment: StoredSegment) => {
    const since = runs.at(-1)?.segments[0]?.timestampMs ?? Number.NEGATIVE_INFINITY;
    const marked = questionBefore(questions, [segment]);
    asked = [...(marked && marked.askedMs > since ? [marked.text] : []), ...heard].join(' ');
    heard = [];
  };
  for (const segment of segments.toSorted((a, b) => a.timestampMs - b.timestampMs || a.sequence - b.sequence)) {
    const last = run.at(-1);
    if (last && (isSilence(last, segment.timestampMs) || askedBetween(questions, last, segment))) complete();
    if (segment.speaker === 'CANDIDATE') {
      if (run.length === 0) begin(segment);
      run.push(segment);
      continue;
    }
    heard.push(segment.text);
    if (countOf(segment) >= INTERVENTION_WORDS) complete();
  }
  const tail = run.at(-1);
  if (tail) complete(!isSilence(tail, nowMs - RECOGNITION_MS));
  return runs;
}

/** When the last of these runs is closed by silence, if nothing more is said; infinite where it is closed. */
export function closedAtMs(runs: readonly Run[]): number {
  const last = runs.at(-1);
  const tail = last?.open ? last.segments.at(-1) : undefined;
  return tail ? endOf(tail) + SILENCE_MS + RECOGNITION_MS : Number.POSITIVE_INFINITY;
}

/** The completed answers among them, in order. */
export function completedAnswers(runs: readonly Run[], questions: readonly AskedQuestion[]): Answer[] {
  return runs
    .filter(({ open, segments }) => !open && countWords(segments) >= ANSWER_WORDS)
    .map(({ segments }) => ({ segments, question: questionBefore(questions, segments) }));
}

const countWords = (segments: readonly StoredSegment[]) =>
  segments.reduce((count, segment) => count + countOf(segment), 0);

/** A segment never changes: its words are counted once. */
const counts = new WeakMap<StoredSegment, number>();
function countOf(segment: StoredSegment): number {
  const count = counts.get(segment) ?? wordsOf(segment.text).length;
  counts.set(segment, count);
  return count;
}

const isSilence = (last: StoredSegment, untilMs: number) => untilMs - endOf(last) >= SILENCE_MS;

/** Marked after `last` began and before `next` did: what comes next answers another question. */
function askedBetween(questions: readonly AskedQuestion[], last: StoredSegment, next: StoredSegment): boolean {
  return questions.some(({ askedMs }) => askedMs > last.timestampMs && askedMs <= next.timestampMs);
}

function questionBefore(questions: readonly AskedQuestion[], answer: readonly StoredSegment[]): AskedQuestion | null {
  const beginMs = answer[0]?.timestampMs ?? 0;
  const before = questions.filter(({ askedMs }) => askedMs <= beginMs);
  return before.toSorted((a, b) => a.askedMs - b.askedMs).at(-1) ?? null;
}
