/**
 * What a question asks the years of: "How long have you used Go?" makes "about ten years" a statement about Go. Only a question
 * that names one thing, and only the answer's first words.
 */
import type { Clause } from './clauses.js';
import { isWord, itemsOf, type NameItem } from './items.js';
import type { SpokenName } from './resume-names.js';
import { GAP_WORDS } from './statement.vocabulary.js';
import { tokensOf } from './tokens.js';

const ASKS_FOR_YEARS = /\bhow (?:long|many years|much experience)\b/i;
/** Longer clauses say more than a figure. */
const CLAUSE_ITEMS = 10;
const CLAUSES = 2;

/** The one skill or employer that a question asks the years of; null where it asks for something else, or for several. */
function namedIn(asked: string, names: readonly SpokenName[]): Pick<NameItem, 'kind' | 'name'> | null {
  if (!ASKS_FOR_YEARS.test(asked)) return null;
  const items = itemsOf(tokensOf([{ id: '', text: asked, confidence: null }]), names);
  const named = items.flatMap((item) => (item.kind === 'skill' || item.kind === 'employer' ? [item] : []));
  return new Set(named.map(({ name }) => name)).size === 1 ? (named[0] ?? null) : null;
}

/** The clauses of an answer, the first short ones that are a figure and little more with the topic that was asked for. */
export function withAskedTopic(clauses: readonly Clause[], asked: string, names: readonly SpokenName[]): Clause[] {
  const topic = namedIn(asked, names);
  if (!topic) return [...clauses];
  return clauses.map((clause, at) => {
    const first = clause.items[0];
    const bare = clause.items.every(
      (item) => item.kind === 'duration' || item.kind === 'year' || isWord(item, GAP_WORDS),
    );
    const takes = at < CLAUSES && bare && clause.items.length <= CLAUSE_ITEMS && clause.topic === null;
    // It stands nowhere in the answer: the quote begins with the clause.
    return takes && first ? { ...clause, topic: { ...topic, first: first.first, last: first.last } } : clause;
  });
}
