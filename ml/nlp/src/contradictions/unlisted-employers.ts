/** Employers that somebody plainly says they worked for, and that the resume names nowhere. */
import { type Clause, isClaimed } from './clauses.js';
import { type Item, isWord, wordAt } from './items.js';
import { joinQuotes } from './resume-figures.js';
import { COMPANY_ENDS } from './resume-names.js';
import { type Difference, type ResumeView, spanning } from './resume-view.js';
import { saidTitles } from './said-titles.js';
import { DETERMINERS } from './statement.vocabulary.js';

const words = (text: string) => new Set(text.trim().split(/\s+/));

/** Companies that are known by one word and are no other word; recognisers write names small. */
const WELL_KNOWN = words(`
  accenture adobe airbnb alibaba amazon amd atlassian bmw boeing booking bosch capgemini cisco citibank cloudflare cognizant daimler datadog deloitte
  dropbox ebay ericsson facebook fedex ford github gitlab google hsbc huawei ibm ikea infosys intel klarna kpmg linkedin lufthansa mckinsey
  mercedes microsoft netflix nokia nvidia openai paypal pinterest porsche qualcomm revolut reddit salesforce samsung sap shopify siemens
  snapchat sony spotify starbucks stripe tencent tesla tiktok toyota twilio twitter uber unilever vodafone volkswagen walmart wipro wise zalando zoom
`);
/** Before one of the ends these make a description, not a name. */
const PLAIN = words(`
  and big certain different few in investment large local little many new night no old other own private public real retail small several some startup
  various family regional international same home research consulting software my for with at me myself it them us free years people clients customers fun
  cash commercial central food insurance law primary secondary high tech web data test web general state national city energy online mobile game
  scale weekends once least first last all present times work university school college night nights
`);
/** Written large, and no company: people, days, feasts. */
const NO_COMPANY = words(`
  mister mr mrs ms miss doctor dr professor prof sir christmas easter ramadan thanksgiving halloween monday tuesday wednesday thursday friday saturday sunday
  january february march april june july august september october november december
`);
const NAME_WORDS_AT_MOST = 3;

export function unlistedEmployers(clause: Clause, resume: ResumeView): Difference[] {
  if (resume.facts.positions.length === 0) return [];
  return clause.items.flatMap((_, at): Difference[] => {
    const from = afterEmployment(clause.items, at);
    const items = from === null ? [] : nameFrom(clause, at, from);
    const first = clause.items[at];
    const last = items.at(-1);
    if (!first || !last || !isClaimed(clause, at)) return [];
    const name = items.map((item) => (item.kind === 'word' ? item.word : '')).join(' ');
    if (isNamedIn(resume, name)) return [];
    const span = spanning([first, last]);
    if (!span) return [];
    const quotes = resume.facts.positions.map(({ quote }) => quote);
    return [
      {
        kind: 'EMPLOYER_UNLISTED',
        subject: name,
        ...span,
        resumeQuote: joinQuotes(quotes),
        explanation: `Said to have worked at “${name}”; the resume does not name it. Quoted are the ${quotes.length} positions that were read from it.`,
        tolerances: null,
      },
    ];
  });
}

/** Where a name may begin after words that plainly say employment; null where they do not. */
function afterEmployment(items: readonly Item[], at: number): number | null {
  const next = wordAt(items, at + 1);
  const word = wordAt(items, at);
  if (/^(?:worked|work|working|employed)$/.test(word) && /^(?:at|for|by)$/.test(next)) return at + 2;
  // "I was at", "I have been at": not "I was at a conference".
  if (/^(?:was|been|am)$/.test(word) && next === 'at') return at + 2;
  // "I left Berlin" names a place as well.
  if (word === 'joined') return at + 1;
  return null;
}

function nameFrom(clause: Clause, at: number, from: number): Item[] {
  const { items } = clause;
  if (isWord(items[from], DETERMINERS) || isWord(items[from], NO_COMPANY)) return [];
  // "I was at" and "I joined" need more than a name (meetings, people): a time, a title, or that it is called like a company.
  const plainly = /^(?:worked|work|working|employed)$/.test(wordAt(items, at));
  const worked =
    plainly || items.some((item) => item.kind === 'duration' && !item.ago) || saidTitles(clause).length > 0;
  if (isWord(items[from], WELL_KNOWN)) return worked ? items.slice(from, from + 1) : [];
  const capitals = capitalsFrom(items, from);
  if (capitals.length > 0 && (worked || isWord(capitals.at(-1), COMPANY_ENDS))) return capitals;
  for (let length = 2; length <= NAME_WORDS_AT_MOST; length += 1) {
    const name = items.slice(from, from + length);
    const last = name.at(-1);
    if (name.length < length || name.some((item) => item.kind !== 'word')) return [];
    if (isWord(last, COMPANY_ENDS)) return isWord(name[0], PLAIN) ? [] : name;
  }
  return [];
}

/** A run of words written large, in a text that writes large what is a name. */
function capitalsFrom(items: readonly Item[], from: number): Item[] {
  const hasSmall = items.some((item) => item.kind === 'word' && !item.first.capital);
  const run: Item[] = [];
  for (let at = from; hasSmall && at < items.length && run.length < NAME_WORDS_AT_MOST + 1; at += 1) {
    const item = items[at];
    if (item?.kind !== 'word' || !item.first.capital || item.word === 'i') break;
    run.push(item);
    if (item.last.after !== 'none') break;
  }
  return run;
}

const plain = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Also where it is written a little differently: recognisers mishear names. */
function isNamedIn({ facts, text }: ResumeView, name: string): boolean {
  const quoted = facts.positions.map(({ quote, employer }) => `${quote} ${employer ?? ''}`).join(' ');
  const known = ` ${plain(`${text} ${quoted}`)} `;
  if (known.includes(` ${name} `) || known.replaceAll(' ', '').includes(name.replaceAll(' ', ''))) return true;
  const employers = facts.positions.flatMap(({ employer }) => (employer ? [plain(employer)] : []));
  return employers.some(
    (employer) =>
      isAlike(name, employer) || isAlike(name, employer.split(' ').slice(0, name.split(' ').length).join(' ')),
  );
}

/** At most one letter in four differs. */
const ALIKE_SHARE = 0.25;

function isAlike(a: string, b: string): boolean {
  return editDistance(a, b) <= Math.floor(Math.max(a.length, b.length) * ALIKE_SHARE);
}

/** Letters to change, add or leave out (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
