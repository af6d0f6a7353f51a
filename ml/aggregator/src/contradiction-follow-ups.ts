/** Questions about what was said and what the resume says: both quoted, the one asked to put them together is the candidate. */
import type { InsightValue } from '@interview/schema/insight-values';
import type { Offer } from './follow-ups.js';

export interface TalliedContradiction {
  id: string;
  atMs: number;
  value: InsightValue<'RESUME_CONTRADICTION'>;
  explanation: string;
}

const QUOTE_CHARACTERS = 120;

export function contradictionFollowUps(contradictions: readonly TalliedContradiction[]): Offer[] {
  return contradictions.map(({ id, atMs, value, explanation }) => ({
    atMs,
    followUp: { category: 'resume', question: questionOf(value), reason: explanation, insightIds: [id] },
  }));
}

/** An employer that the resume does not name has no place in it that could be quoted against it. */
function questionOf({ kind, said, resume }: TalliedContradiction['value']): string {
  const heard = `you said “${cut(said.quote)}”`;
  if (kind === 'EMPLOYER_UNLISTED') return `Your resume does not name this employer, ${heard}: how do the two fit?`;
  return `Your resume says “${cut(resume.quote)}”, ${heard}: how do the two fit?`;
}

function cut(quote: string): string {
  const oneLine = quote.replace(/\s+/gu, ' ').trim();
  return oneLine.length <= QUOTE_CHARACTERS ? oneLine : `${oneLine.slice(0, QUOTE_CHARACTERS)}…`;
}
