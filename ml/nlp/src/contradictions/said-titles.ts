/** The titles that a clause says somebody held: "I was a lead developer at …", "worked as the finance director". */
import type { Clause } from './clauses.js';
import { type Item, wordAt } from './items.js';
import { isTurnWord } from './titles.js';

export interface SaidTitle {
  title: string;
  items: Item[];
  at: number;
}

const HELD = /^(?:was|am|been|as|became|is|being|be)$/;
const ARTICLE =
  /^(?:an?|the|their|his|her|its|just|only|still|already|currently|first|then|mainly|promoted|to|hired|now)$/;
/** A title holds no such words; "head of analytics" goes on over "of". */
const STOP =
  /^(?:at|for|with|in|by|from|there|and|or|but|until|since|where|who|that|to|on|about|when|before|after|working|responsible)$/;
const WORDS_AT_MOST = 6;

export function saidTitles({ items }: Clause): SaidTitle[] {
  const found: SaidTitle[] = [];
  items.forEach((item, at) => {
    if (item.kind !== 'word' || !HELD.test(item.word)) return;
    let from = at + 1;
    while (ARTICLE.test(wordAt(items, from))) from += 1;
    const title = titleFrom(items, from);
    if (title && !found.some((other) => other.at === title.at)) found.push(title);
  });
  return found;
}

function titleFrom(items: readonly Item[], from: number): SaidTitle | null {
  const taken: Item[] = [];
  let turned = false;
  for (let at = from; at < items.length && taken.length < WORDS_AT_MOST; at += 1) {
    const [item, before] = [items[at], items[at - 1]];
    if (!item || (at > from && before?.last.after !== 'none')) break;
    if (item.kind === 'skill') taken.push(item);
    else if (item.kind !== 'word' || STOP.test(item.word) || ARTICLE.test(item.word)) break;
    else if (item.word === 'of' && (!turned || items[at + 1]?.kind === 'employer')) break;
    else {
      taken.push(item);
      turned ||= isTurnWord(item.word);
    }
  }
  if (!turned) return null;
  const ofAt = taken.findIndex((item) => item.kind === 'word' && item.word === 'of');
  const last =
    ofAt > 0 ? taken.length - 1 : taken.findLastIndex((item) => item.kind === 'word' && isTurnWord(item.word));
  const items_ = taken.slice(0, last + 1);
  const title = items_
    .map((item) => (item.kind === 'word' ? item.word : item.kind === 'skill' ? item.name : ''))
    .join(' ');
  return { title, items: items_, at: from };
}
