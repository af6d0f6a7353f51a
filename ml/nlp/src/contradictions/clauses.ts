/** Clauses: how far a statement reaches, who it is about, and whether it claims anything. */
import { type Item, isWord, wordAt } from './items.js';
import {
  BEFORE_VERB,
  CLAUSE_OPENERS,
  CLAUSE_SUBJECTS,
  DETERMINERS,
  FINITE_VERBS,
  HYPOTHETICAL,
  NEGATIONS,
  OTHER_PEOPLE,
  OTHER_PRONOUNS,
  OWN_NOUNS,
} from './statement.vocabulary.js';

export interface Clause {
  items: readonly Item[];
  /** It ended with a question mark. */
  question: boolean;
  /** What the clause before was, where that only named something: "Kafka? About ten years." */
  topic: Item | null;
  /** The word that the next clause of the same sentence begins with: "… when I started". */
  next: string;
  /** The clause before of the same sentence: "When I joined, …". */
  before: readonly Item[];
}

export function clausesOf(items: readonly Item[]): Clause[] {
  const groups: Item[][] = [[]];
  items.forEach((item, at) => {
    if (at > 0 && opensClause(items, at)) groups.push([]);
    groups.at(-1)?.push(item);
  });
  const filled = groups.filter((group) => group.length > 0);
  return filled.map((group, at) => ({
    items: group,
    question: group.at(-1)?.last.after === 'question',
    topic: topicOf(filled[at - 1]),
    next: /^(?:none|comma)$/.test(group.at(-1)?.last.after ?? 'stop') ? wordAt(filled[at + 1] ?? [], 0) : '',
    before: /^(?:none|comma)$/.test(filled[at - 1]?.at(-1)?.last.after ?? 'stop') ? (filled[at - 1] ?? []) : [],
  }));
}

function opensClause(items: readonly Item[], at: number): boolean {
  const [item, before] = [items[at], items[at - 1]];
  if (before?.last.after === 'stop' || before?.last.after === 'question') return true;
  if (item?.kind !== 'word') return false;
  if (before?.kind === 'word' && before.word === 'and' && CLAUSE_SUBJECTS.has(item.word)) return true;
  if (before?.last.after === 'comma' && CLAUSE_SUBJECTS.has(item.word)) return true;
  // "Before that I …", "then I …", "… but I …"; "before Delta Payments" belongs to what is said of it.
  if (!CLAUSE_OPENERS.has(item.word) || isWord(before, CLAUSE_OPENERS)) return false;
  if (/^(?:before|after|so|then|when|while)$/.test(item.word)) return CLAUSE_SUBJECTS.has(wordAt(items, at + 1));
  return true;
}

/** A clause of no more than three items that names one thing. */
function topicOf(items: readonly Item[] | undefined): Item | null {
  if (!items || items.length > 3) return null;
  const named = items.filter(({ kind }) => kind === 'skill' || kind === 'employer');
  return named.length === 1 ? (named[0] ?? null) : null;
}

/** Whether the person speaks of themselves, up to this item. A clause without a subject does. */
export function isAboutSpeaker({ items }: Clause, upTo: number): boolean {
  for (let at = Math.min(upTo, items.length - 1); at >= 0; at -= 1) {
    const word = wordAt(items, at);
    if (word === 'i') return true;
    if (OTHER_PRONOUNS.has(word) || (word === 'your' && at === 0)) return false;
    if (isOtherSubject(items, at)) return false;
  }
  return !hasNamedSubject(items, upTo);
}

/** "Netflix has used …": something stands before a verb, and it is not the speaker. */
function hasNamedSubject(items: readonly Item[], upTo: number): boolean {
  const verb = items.findIndex((item, at) => at <= upTo && isWord(item, FINITE_VERBS));
  if (/^(?:that|this)$/.test(wordAt(items, verb - 1))) return false;
  const before = items.slice(0, Math.max(0, verb)).map((item) => (item.kind === 'word' ? item.word : '(name)'));
  const subject = before.filter((word) => !BEFORE_VERB.has(word));
  return subject.length > 0 && !subject.some((word) => /^(?:i|my|me|mine)$/.test(word));
}

/** "My colleague has", "a friend of mine worked", "the company is", "my closing process … took". */
function isOtherSubject(items: readonly Item[], at: number): boolean {
  const word = wordAt(items, at);
  const determined = isWord(items[at - 1], DETERMINERS) || wordAt(items, at - 1) === 'of';
  const verbWithin = (steps: number) => items.slice(at + 1, at + 1 + steps).some((item) => isWord(item, FINITE_VERBS));
  if (OTHER_PEOPLE.has(word) && (determined || at === 0)) return verbWithin(4);
  if (!determined || word === '' || OWN_NOUNS.has(word) || DETERMINERS.has(word)) return false;
  return (
    at <= 3 &&
    !items.slice(0, at).some((item) => isWord(item, new Set(['i', 'am']))) &&
    verbWithin(wordAt(items, 0) === 'my' ? 4 : 1)
  );
}

export const isHypothetical = ({ items }: Clause) =>
  items.some(
    (item, at) =>
      isWord(item, HYPOTHETICAL) && !(item.word === 'going' && wordAt(items, at + 1) !== 'to') && !isPlainD(items, at),
  ) || items.some((_, at) => /^(?:love|like) to$/.test(`${wordAt(items, at)} ${wordAt(items, at + 1)}`));

/** "I'd been there": what is written "'d" is "had" before a participle. */
const isPlainD = (items: readonly Item[], at: number) =>
  wordAt(items, at) === 'd' && /(?:ed|been|had)$/.test(wordAt(items, at + 1));

/** A question, also where no mark is written. */
export function isQuestion({ items, question }: Clause): boolean {
  const opening = `${wordAt(items, 0)} ${wordAt(items, 1)}`;
  return (
    question ||
    /^(?:do|did|does|are|were|have|has|is|was|can|could|would|will) (?:you|he|she|they|it|i|we)\b/.test(opening) ||
    /^how (?:many|long|much)/.test(opening)
  );
}

/** Where a clause says "not": the places of the words, without "not only" and an answer's "no". */
export function negations({ items }: Clause): number[] {
  return items.flatMap((item, at) => {
    if (!isWord(item, NEGATIONS)) return [];
    if (item.word === 'not' && /^(?:only|just)$/.test(wordAt(items, at + 1))) return [];
    if (item.word === 'no' && (at === 0 || wordAt(items, at + 1) === 'more')) return [];
    if (item.word === 'not' && wordAt(items, at + 1) === 'even') return [];
    return [at];
  });
}

/** A plain claim of the speaker's own at this item. */
export function isClaimed(clause: Clause, at: number): boolean {
  return !isQuestion(clause) && !isHypothetical(clause) && negations(clause).length === 0 && isAboutSpeaker(clause, at);
}
