/** How long and as what somebody says they were at an employer that the resume names. */
import { type Clause, isAboutSpeaker, isClaimed, isHypothetical, isQuestion, negations } from './clauses.js';
import { dateDifferences } from './employer-dates.js';
import { difference, nearest, type Place, placeOfDuration, placesIn, quotes } from './employer-places.js';
import { type Item, isWord, wordAt } from './items.js';
import { durationOf } from './resume-figures.js';
import { type Difference, gapBetween, inYears, type ResumeView, spanning } from './resume-view.js';
import { saidTitles } from './said-titles.js';
import { saidYears, skillYears } from './skill-claims.js';
import type { Duration } from './spoken-numbers.js';
import {
  ANY_WORK,
  EMPLOYMENT_VERBS,
  HARMLESS_AFTER_STAY,
  HARMLESS_ENDS,
  PART_OF_TIME,
  STAY_GAP,
  WORKING_LIFE,
} from './statement.vocabulary.js';
import { TITLE_STEPS, toleranceOf } from './thresholds.js';
import { titleDifference } from './titles.js';

export function employerDifferences(clause: Clause, resume: ResumeView): Difference[] {
  const { topic } = clause;
  const found = placesIn(clause, resume);
  // "How long were you at …?" – "Five years."
  const asked =
    found.length === 0 && topic?.kind === 'employer'
      ? [{ item: topic, at: 0, positions: resume.positionsAt(topic.name) }]
      : [];
  const places = [...found, ...asked];
  if (places.length === 0) return [];
  const titles = titleDifferences(clause, resume, places);
  return [
    ...durations(clause, resume, places),
    ...dateDifferences(clause, resume, places),
    ...titles,
    ...denied(clause, places),
  ];
}

function durations(clause: Clause, resume: ResumeView, places: readonly Place[]): Difference[] {
  const ofSkills = new Set(skillYears(clause, resume.now).map(({ said }) => said.item));
  return saidYears(clause, resume.now).flatMap(({ at, item, years }) => {
    const place = placeOfDuration(clause.items, places, at);
    const span = place && spanning([place.item, item]);
    if (!place || !span || item.kind !== 'duration' || ofSkills.has(item) || !isClaimed(clause, at)) return [];
    if (isOfWorkingLife(clause.items, at)) return [];
    const said = isWholeStay(clause, place, at) ? years : { min: years.min, max: Number.POSITIVE_INFINITY };
    const whole = durationOf(place.positions, resume.now);
    if (!whole) return [];
    // Of several positions there, the time of one may be meant.
    const parts = place.positions.flatMap((position) => durationOf([position], resume.now) ?? []);
    const titled = saidTitles(clause).length > 0 ? parts : [];
    const gap = Math.min(...[whole, ...titled].map((written) => gapBetween(said, written)));
    const middle = (whole.min + whole.max) / 2;
    const tolerance = toleranceOf(middle);
    if (gap <= tolerance) return [];
    return [
      difference('EMPLOYMENT_DURATION', place, span, {
        said: `${inYears(years)} at ${place.item.name}`,
        written: inYears(rounded(whole)),
        gap,
        tolerance,
      }),
    ];
  });
}

/** "Ten years of experience", "in the industry": all of them need not be there. */
function isOfWorkingLife(items: readonly Item[], at: number): boolean {
  if (!/^(?:of|in)$/.test(wordAt(items, at + 1))) return false;
  let next = at + 2;
  while (isWord(items[next], ANY_WORK) || /^(?:the|this|my)$/.test(wordAt(items, next))) next += 1;
  return isWord(items[next], WORKING_LIFE);
}

/**
 * "I was at X for two years", "spent two years at X", and nothing more: less than the resume says differs. "I worked on
 * search at X for two years" and "two years at X before I led it" are parts of the time there.
 */
function isWholeStay({ items, next }: Clause, place: Place, duration: number): boolean {
  if (items.some((item) => isWord(item, PART_OF_TIME) || item.kind === 'skill')) return false;
  if (/^(?:before|when|until|while|after)$/.test(next)) return false;
  const verb = items.findLastIndex((item, at) => at < place.at && isWord(item, EMPLOYMENT_VERBS));
  if (verb < 0) return false;
  const plain = (item: Item) => item.kind === 'duration' || isWord(item, STAY_GAP);
  const end = Math.max(place.at, duration);
  const tied = [...items.slice(verb + 1, place.at), ...items.slice(place.at + 1, end)].every(plain);
  const after = items[end + 1];
  return (
    tied &&
    (!after || isWord(after, HARMLESS_AFTER_STAY)) &&
    !/^in (?!total)/.test(`${wordAt(items, end + 1)} ${wordAt(items, end + 2)}`)
  );
}

const rounded = ({ min, max }: Duration): Duration => ({ min: Number(min.toFixed(1)), max: Number(max.toFixed(1)) });

function titleDifferences(clause: Clause, resume: ResumeView, places: readonly Place[]): Difference[] {
  return saidTitles(clause).flatMap(({ title, items, at }) => {
    const place = nearest(places, at);
    const span = place && spanning([...items, place.item]);
    if (!place || !span || !isClaimed(clause, at)) return [];
    const held = resume
      .positionsAt(place.item.name)
      .flatMap((position) => (position.title ? [{ position, title: position.title }] : []));
    const apart = held.map((one) => ({ ...one, ...titleDifference(title, one.title) }));
    if (held.length === 0 || apart.some(({ steps, otherWork }) => steps < TITLE_STEPS && !otherWork)) return [];
    const steps = Math.min(...apart.map((one) => one.steps));
    const written = held.map((one) => `“${one.title}”`).join(', ');
    const measured = steps >= TITLE_STEPS ? `${steps} steps apart, limit ${TITLE_STEPS}` : 'they name other work';
    return [
      {
        kind: 'JOB_TITLE' as const,
        subject: place.item.name,
        ...span,
        resumeQuote: quotes(place.positions),
        explanation: `Said: “${title}” at ${place.item.name}; the resume says ${written}: ${measured}.`,
        tolerances: null,
      },
    ];
  });
}

/** "I never worked at …", without a time or a place that limits it. */
function denied(clause: Clause, places: readonly Place[]): Difference[] {
  const { items } = clause;
  const [negation] = negations(clause);
  if (negation === undefined || isQuestion(clause) || isHypothetical(clause) || !isAboutSpeaker(clause, negation))
    return [];
  const place = places.find(({ at }) => at > negation);
  const start = items[negation];
  if (!place || !start) return [];
  const between = items.slice(negation + 1, place.at);
  const plain = between.every(
    (item) =>
      item.kind === 'word' && /^(?:worked|work|been|was|employed|at|for|by|in|ever|have|actually)$/.test(item.word),
  );
  if (!plain || between.length === 0 || !items.slice(place.at + 1).every((item) => isWord(item, HARMLESS_ENDS)))
    return [];
  return [
    {
      kind: 'EMPLOYER_DENIED',
      subject: place.item.name,
      first: start,
      last: place.item,
      resumeQuote: quotes(place.positions),
      explanation: `Said never to have worked at ${place.item.name}; the resume has it as an employer.`,
      tolerances: null,
    },
  ];
}
