/** Length, pace, specifics, relevance and structure of an answer: counts, no grade. */
import type { InsightValue } from '@interview/schema/insight-values';
import type { Answer } from './answers.js';
import { structureOf } from './structure.js';
import { contentWords, countSpecifics, wordsOf } from './words.js';

/** Below this much speech a pace says nothing. */
const PACE_MS = 2000;

export function responseQuality({ segments, question }: Answer): InsightValue<'RESPONSE_QUALITY'> {
  const text = segments.map((segment) => segment.text).join('. ');
  const words = wordsOf(text).length;
  const spokenMs = segments.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const relevance = question ? shareTakenUp(question.text, text) : null;
  return {
    words,
    specifics: segments.reduce((sum, segment) => sum + countSpecifics(segment.text), 0),
    ...(relevance === null ? {} : { relevance }),
    ...(question ? { questionId: question.id } : {}),
    ...(spokenMs >= PACE_MS ? { wordsPerMinute: round(words / (spokenMs / 60_000), 1) } : {}),
    structure: structureOf(text),
  };
}

/** Share of the question's content words that the answer takes up; null for a question without any. */
export function shareTakenUp(question: string, answer: string): number | null {
  const asked = [...contentWords(question)];
  if (asked.length === 0) return null;
  const said = contentWords(answer);
  return round(asked.filter((word) => said.has(word)).length / asked.length, 2);
}

/** For a person: the figures in words. */
export function explain(value: InsightValue<'RESPONSE_QUALITY'>): string {
  const pace = value.wordsPerMinute === undefined ? '' : `, ${value.wordsPerMinute} words a minute`;
  const taken =
    value.relevance === undefined
      ? ''
      : ` It takes up ${Math.round(value.relevance * 100)} % of the question's content words.`;
  return `An answer of ${value.words} words with ${value.specifics} numbers or proper names${pace}.${taken}${structured(value)}`;
}

function structured({ structure }: InsightValue<'RESPONSE_QUALITY'>): string {
  if (!structure) return '';
  const { steps, reasons, examples, results } = structure;
  return ` Words that order: ${steps}, give reasons: ${reasons}, open examples: ${examples}, tell results: ${results}.`;
}

const round = (value: number, digits: number) => Number(value.toFixed(digits));
