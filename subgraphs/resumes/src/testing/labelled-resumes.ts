/**
 * The labelled resumes in fixtures/labelled, and how well they are read. `dev-…` were looked at while the rules were
 * written, `held-…` were once unseen and then repaired by, `fresh-…` are still unseen: no rule was changed for them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { ResumeFacts } from '@interview/schema/messages';
import { readFacts } from '../facts/resume-facts.js';

const FOLDER = new URL('../../fixtures/labelled/', import.meta.url);
/** The day the labels hold for. */
export const LABELLED_AT = new Date('2026-11-24T00:00:00Z');

interface Labels {
  /** Name to years, null where none are stated. */
  skills: Record<string, number | null>;
  positions: Omit<ResumeFacts['positions'][number], 'quote'>[];
  totalYearsExperience: number | null;
  /** How many contradictions are to be named. */
  contradictions: number;
}
export interface LabelledResume {
  name: string;
  text: string;
  labels: Labels;
}

export function labelledResumes(set: 'dev' | 'held' | 'fresh'): LabelledResume[] {
  return readdirSync(FOLDER)
    .filter((file) => file.startsWith(`${set}-`) && file.endsWith('.txt'))
    .sort()
    .map((file) => {
      const name = file.replace('.txt', '');
      const labels = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as Labels;
      return { name, text: readFileSync(new URL(file, FOLDER), 'utf8'), labels };
    });
}

/** Right, wrong (read but not there) and missed. */
export class Tally {
  right = 0;
  readonly wrong: string[] = [];
  readonly missed: string[] = [];

  count(name: string, expected: readonly string[], found: readonly string[]): void {
    const left = [...expected];
    for (const one of found) {
      const at = left.indexOf(one);
      if (at < 0) this.wrong.push(`${name}: ${one}`);
      else {
        left.splice(at, 1);
        this.right += 1;
      }
    }
    this.missed.push(...left.map((one) => `${name}: ${one}`));
  }

  get precision(): number {
    return this.right / Math.max(1, this.right + this.wrong.length);
  }
  get recall(): number {
    return this.right / Math.max(1, this.right + this.missed.length);
  }
}

const positionKey = ({ title, employer, start, end }: Labels['positions'][number]) =>
  `${title} | ${employer} | ${start} | ${end}`;
/** Years as they count in a comparison: tenths differ by how a year without a month is taken. */
const yearsKey = (name: string, years: number | null) => `${name}: ${years === null ? 'no' : Math.round(years)} years`;

/** Reads a set as the product does. */
export function measure(set: readonly LabelledResume[]) {
  const tallies = {
    skills: new Tally(),
    statedYears: new Tally(),
    positions: new Tally(),
    totals: new Tally(),
    contradictions: new Tally(),
  };
  for (const { name, text, labels } of set) {
    const { facts, contradictions } = readFacts(text, LABELLED_AT);
    tallies.skills.count(
      name,
      Object.keys(labels.skills),
      facts.skills.map((skill) => skill.name),
    );
    tallies.statedYears.count(
      name,
      Object.entries(labels.skills).flatMap(([skill, years]) => (years === null ? [] : [yearsKey(skill, years)])),
      facts.skills.flatMap((skill) => (skill.years === null ? [] : [yearsKey(skill.name, skill.years)])),
    );
    tallies.positions.count(name, labels.positions.map(positionKey), facts.positions.map(positionKey));
    tallies.totals.count(name, [String(labels.totalYearsExperience)], [String(facts.totalYearsExperience)]);
    tallies.contradictions.count(
      name,
      Array.from({ length: labels.contradictions }, () => 'one'),
      contradictions.map(() => 'one'),
    );
  }
  return tallies;
}
