/**
 * What can be read from a resume by rule, each fact with the words of the resume that it rests on. The shapes are
 * those of schema/src/messages.ts; the graph shows the same as `Resume.keyFacts`.
 */
import type { ResumeFacts } from '@interview/schema/messages';
import { findContradictions } from './contradictions.js';
import { statedTotal, yearsCovered } from './experience.js';
import { resumeLines } from './lines.js';
import { findPositions } from './positions.js';
import { findSkills } from './skills.js';

export interface FactsReading {
  facts: ResumeFacts;
  /** Sentences on dates that contradict each other; the facts show them as they are written. */
  contradictions: string[];
}

/**
 * Reads facts from a resume's text, always the same from the same text and time. `now` ends what goes on to the
 * present, and is what a date in the future is told by.
 * @example readFacts('5 years of Go', new Date()).facts.skills[0] // { name: 'Go', years: 5, quote: '5 years of Go' }
 */
export function readFacts(text: string, now: Date): FactsReading {
  const lines = resumeLines(text);
  const positions = findPositions(lines);
  const covered = yearsCovered(
    positions.map(({ range }) => range),
    now,
  );
  const stated = statedTotal(lines);
  return {
    facts: {
      skills: findSkills(lines, now),
      positions: positions.map(({ fact }) => fact),
      totalYearsExperience: covered ?? stated?.years ?? null,
    },
    contradictions: findContradictions(positions, covered, stated, now),
  };
}
