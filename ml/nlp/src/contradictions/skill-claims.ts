/** Years with a skill, and skills that somebody says they never used, against what the resume says of them. */
import { type Clause, isAboutSpeaker, isClaimed, isHypothetical, isQuestion, negations } from './clauses.js';
import { type Item, isWord, type NameItem, wordAt } from './items.js';
import { yearsOf } from './resume-figures.js';
import { type Difference, gapBetween, inYears, type ResumeView, spanning } from './resume-view.js';
import type { Duration } from './spoken-numbers.js';
import {
  DENIAL_GAP,
  DENIED_NOUNS,
  DENIED_VERBS,
  GAP_WORDS,
  HARMLESS_ENDS,
  LIMITING,
  ONE_PLACE,
  PARTLY,
  START_WORDS,
  TIME_LIMITS,
} from './statement.vocabulary.js';
import { GAP_ITEMS, toleranceOf } from './thresholds.js';

/** How long, wherever it is said: as a duration, or as the year since when. */
export interface SaidYears {
  at: number;
  item: Item;
  years: Duration;
}

/** The durations of a clause, "since 2015" and "started in 2015" among them. */
export function saidYears({ items }: Clause, now: Date): SaidYears[] {
  return items.flatMap((item, at): SaidYears[] => {
    if (item.kind === 'duration' && !item.ago) return [{ at, item, years: item.years }];
    const begun = yearsSince(items, at, now);
    return begun ? [{ at, item, years: begun }] : [];
  });
}

/** "Since 2015", "started in 2015", "started six years ago", "started last year". */
function yearsSince(items: readonly Item[], at: number, now: Date): Duration | null {
  const item = items[at];
  const started = items.slice(0, at).some((one) => isWord(one, START_WORDS));
  if (item?.kind === 'duration') return item.ago && started ? item.years : null;
  const lastYear = wordAt(items, at) === 'year' && wordAt(items, at - 1) === 'last' && started;
  const year = item?.kind === 'year' && isStart(items, at) ? item.year : lastYear ? now.getUTCFullYear() - 1 : null;
  if (year === null) return null;
  const until = yearsOf(now);
  return { min: Math.max(0, until - year - 1), max: until - year };
}

function isStart(items: readonly Item[], at: number): boolean {
  if (wordAt(items, at - 1) === 'since' || wordAt(items, at - 2) === 'since') return true;
  return wordAt(items, at - 1) === 'in' && items.slice(0, at).some((item) => isWord(item, START_WORDS));
}

/** The durations that belong to a skill, with the skills of one list. */
export function skillYears(clause: Clause, now: Date): { skill: NameItem; said: SaidYears }[] {
  const { items, topic } = clause;
  const durations = saidYears(clause, now);
  const skills = items.flatMap((item, at) => (item.kind === 'skill' ? [{ item, at }] : []));
  const claims = durations.flatMap((said) => {
    const near = skills
      .filter(({ at }) => isNear(items, said.at, at))
      .toSorted((a, b) => Math.abs(a.at - said.at) - Math.abs(b.at - said.at) || preferred(items, said.at, a.at))[0];
    return near ? listAround(items, near.at, said.at).map((skill) => ({ skill, said })) : [];
  });
  if (claims.length === 0 && skills.length === 0 && topic?.kind === 'skill') {
    return durations.slice(0, 1).map((said) => ({ skill: topic as NameItem, said }));
  }
  return claims;
}

/** Of two at the same distance: "Go for five years" is said of what stands before, "five years of Go" of what follows. */
const preferred = (items: readonly Item[], duration: number, skill: number) =>
  /^(?:for|since)$/.test(wordAt(items, duration - 1)) === skill < duration ? -1 : 1;

/** Nothing stands between the two but words that tie them together, or other skills of the same list. */
function isNear(items: readonly Item[], a: number, b: number): boolean {
  const [from, to] = [Math.min(a, b), Math.max(a, b)];
  const between = items.slice(from + 1, to);
  const tied = between.every((item) => item.kind === 'skill' || isWord(item, GAP_WORDS) || isWord(item, START_WORDS));
  // After a comma only a list goes on.
  const parted = items.slice(from, to).some(({ kind, last }) => last.after === 'comma' && kind !== 'skill');
  return between.length <= GAP_ITEMS && tied && !parted;
}

/** "Go, Kafka and Redis": from the near one away from the duration. */
function listAround(items: readonly Item[], near: number, duration: number): NameItem[] {
  const step = near > duration ? 1 : -1;
  const found: NameItem[] = [];
  for (let at = near; at >= 0 && at < items.length; ) {
    const item = items[at];
    if (item?.kind !== 'skill') break;
    found.push(item);
    at += step;
    if (/^(?:and|or|plus)$/.test(wordAt(items, at))) at += step;
    // The next of the list has years of its own.
    if (items[at + step]?.kind === 'duration') break;
  }
  return found;
}

export function skillYearDifferences(clause: Clause, resume: ResumeView): Difference[] {
  return skillYears(clause, resume.now).flatMap(({ skill, said }) => {
    const fact = resume.skill(skill.name);
    const span = spanning([skill, said.item]);
    if (!fact || fact.years === null || !span || !isClaimed(clause, said.at)) return [];
    // What was done at one employer, or in one way ("mostly Go since 2022"), may be less than all.
    const isPart = clause.items.some(
      (item) => item.kind === 'employer' || isWord(item, ONE_PLACE) || isWord(item, PARTLY),
    );
    const years = isPart ? { min: said.years.min, max: Number.POSITIVE_INFINITY } : said.years;
    const gap = gapBetween(years, { min: fact.years, max: fact.years });
    const tolerance = toleranceOf(fact.years);
    if (gap <= tolerance) return [];
    const figures = `Said: ${inYears(said.years)} with ${skill.name}; the resume says ${inYears({ min: fact.years, max: fact.years })}.`;
    return [
      {
        kind: 'SKILL_YEARS',
        subject: skill.name,
        ...span,
        resumeQuote: fact.quote,
        explanation: `${figures} Difference ${inYears({ min: gap, max: gap })}, tolerance ${inYears({ min: tolerance, max: tolerance })}.`,
        tolerances: gap / tolerance,
      },
    ];
  });
}

/** "I have never used Kafka", "no experience with Cypress", where nothing limits it to a time or a place. */
export function deniedSkills(clause: Clause, resume: ResumeView): Difference[] {
  const { items } = clause;
  if (isQuestion(clause) || isHypothetical(clause)) return [];
  // "I did not know Terraform when I started" speaks of that time.
  if (/^(?:when|until|till|before|after|while)$/.test(clause.next)) return [];
  if (isOfThen(clause)) return [];
  const fronted = deniedInFront(clause, resume);
  if (fronted) return [fronted];
  const [negation] = denialStarts(clause);
  if (negation === undefined || !isAboutSpeaker(clause, negation)) return [];
  if (items.some((item, at) => item.kind === 'employer' || (isWord(item, LIMITING) && at !== negation))) return [];
  const first = deniedAt(items, negation);
  if (first === null) return [];
  const skills: NameItem[] = [];
  let at = first;
  for (let item = items[at]; item?.kind === 'skill'; item = items[at]) {
    skills.push(item);
    at += 1;
    if (/^(?:and|or|nor)$/.test(wordAt(items, at)) && items[at + 1]?.kind === 'skill') at += 1;
  }
  if (!items.slice(at).every((item) => isWord(item, HARMLESS_ENDS))) return [];
  const start = items[negation];
  return start ? skills.flatMap((skill) => denial(skill, start, skill, resume) ?? []) : [];
}

/** "Before 2020, I had not used Terraform", "initially I did not know it": said of a time that is past. */
function isOfThen({ items, before }: Clause): boolean {
  const isTime = (item: Item) => item.kind === 'year' || item.kind === 'duration';
  const pluperfect = items.some((_, at) =>
    /^(?:had|d) (?:never|not)$/.test(`${wordAt(items, at)} ${wordAt(items, at + 1)}`),
  );
  const limited = items.some((item, at) => {
    const last = at === items.length - 1;
    return isTime(item) || (isWord(item, TIME_LIMITS) && !(last && isWord(item, HARMLESS_ENDS)));
  });
  return pluperfect || limited || before.some((item) => isTime(item) || isWord(item, TIME_LIMITS));
}

function denial(skill: NameItem, first: Item, last: Item, resume: ResumeView): Difference | null {
  const fact = resume.skill(skill.name);
  if (!fact) return null;
  return {
    kind: 'SKILL_DENIED',
    subject: skill.name,
    first,
    last,
    resumeQuote: fact.quote,
    explanation: `Said never to have used ${skill.name}; the resume lists it.`,
    tolerances: null,
  };
}

const IN_FRONT = new RegExp(
  `^(?:(?:is|was) (?:not )?(?:something|a thing|one) )?(?:that )?i (?:have )*(?:never|ever|not) (?:really |had to |have to |to |actually )*(?:${[...DENIED_VERBS].join('|')})(?: (?:with|before|at all|so far))*$`,
);

/** "Docker is not something I have ever used", "Kafka I have never touched". */
function deniedInFront({ items }: Clause, resume: ResumeView): Difference | null {
  const [skill, last] = [items[0], items.at(-1)];
  if (skill?.kind !== 'skill' || !last || !items.slice(1).every(({ kind }) => kind === 'word')) return null;
  const rest = items
    .slice(1)
    .map((_, at) => wordAt(items, at + 1))
    .join(' ');
  const negated = /\b(?:not|never)\b/.test(rest) && !/\bnot\b.*\bnever\b/.test(rest);
  return negated && IN_FRONT.test(rest) ? denial(skill, skill, last, resume) : null;
}

/** "No" opens a denial even at the beginning: "no experience with Go". */
const denialStarts = (clause: Clause): number[] => {
  const opening = wordAt(clause.items, 0) === 'no' && isWord(clause.items[1], DENIED_NOUNS) ? [0] : [];
  return [...opening, ...negations(clause)];
};

/** The place of the first skill that is denied; null where the words between do not deny it. */
function deniedAt(items: readonly Item[], negation: number): number | null {
  let at = negation + 1;
  const skipGap = () => {
    while (isWord(items[at], DENIAL_GAP)) at += 1;
  };
  skipGap();
  const word = items[at];
  const noun = isWord(word, DENIED_NOUNS);
  if (!noun && !isWord(word, DENIED_VERBS)) return null;
  at += 1;
  skipGap();
  return items[at]?.kind === 'skill' ? at : null;
}
