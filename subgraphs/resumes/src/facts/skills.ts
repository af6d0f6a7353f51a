/** Skills that a resume names, by a vocabulary, and the years it states for them. */
import type { ResumeFacts } from '@interview/schema/messages';
import { monthsOf, roundYears, YEARS_PHRASE, yearsNumber } from './experience.js';
import type { ResumeLine } from './lines.js';
import { SKILLS, type Skill } from './skills.vocabulary.js';
import { findRanges } from './year-month.js';

type SkillFact = ResumeFacts['skills'][number];

interface Mention {
  skill: Skill;
  from: number;
  to: number;
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '[ -]');

const BY_ALIAS = new Map(
  SKILLS.flatMap((skill) => skill.aliases.map((alias) => [alias.toLowerCase(), skill] as const)),
);
/** Every name, the longest first: "Java" is not found in "JavaScript", nor "Azure" in "Azure DevOps". */
const ANY_SKILL = new RegExp(
  `(?<![\\p{L}\\p{N}_.@#+])(?:${[...BY_ALIAS.keys()]
    .sort((a, b) => b.length - a.length)
    .map(escaped)
    .join('|')})(?![\\p{L}\\p{N}_+#]|\\.\\p{L})`,
  'giu',
);

/** Addresses are not read for skills. */
const ADDRESS = /\S+@\S+|(?:https?:\/\/|www\.)\S+|\b[\w.-]+\.(?:com|org|io|net|dev)(?:\/\S*)?/gi;
const withoutAddresses = (text: string) => text.replace(ADDRESS, (address) => ' '.repeat(address.length));

/** What a word that also means something else is taken for a skill by. */
const BEFORE_IN_LIST = /(?:^|[,:;/|(•·\t]|\b(?:in|with|using|of|and|or|knows?|learned|including|like)|[&+]|^\W+)\s*$/i;
const AFTER_IN_LIST =
  /^\s*(?:$|[,;:/|).•·\t–—(]|\d|(?:and|or|for|as|since|developer|engineer|programmer|programming|services?|microservices|backend|backends|code|experience|scripts?|applications?|apps?|development|models?|sheets?|spreadsheets?|macros|on|to)\b|[&+])/i;
const NEGATED = /\b(?:no|without|not|never|lack(?:s|ing)?|little|unfamiliar)\b[^.;,]*$/i;

function mentionsIn(line: ResumeLine): Mention[] {
  const text = withoutAddresses(line.text);
  const mentions: Mention[] = [];
  for (const match of text.matchAll(ANY_SKILL)) {
    const skill = BY_ALIAS.get(match[0].toLowerCase().replaceAll('-', ' ')) ?? BY_ALIAS.get(match[0].toLowerCase());
    const mention = skill && { skill, from: match.index, to: match.index + match[0].length };
    if (mention && isMeant(mention, text, line)) mentions.push(mention);
  }
  return mentions;
}

function isMeant({ skill, from, to }: Mention, text: string, line: ResumeLine): boolean {
  const before = text.slice(0, from);
  if (NEGATED.test(before.slice(-60))) return false;
  if (!skill.ambiguous) return true;
  if (!skill.aliases.includes(text.slice(from, to))) return false;
  const after = text.slice(to);
  // "R&D", "C-level", "Go-to-market".
  if (/^(?:-\p{L}|&\p{L}|['’])/u.test(after) || /\p{L}&$/u.test(before)) return false;
  return BEFORE_IN_LIST.test(before) && (line.section === 'SKILLS' || AFTER_IN_LIST.test(after));
}

/** "5+ years of experience with": the skills that follow at once are meant. */
const YEARS_BEFORE = new RegExp(
  `\\b${YEARS_PHRASE}(?: (?:of|in|with|using|as|an?|the|professional|commercial|hands-on|practical|production|solid|working|work|writing|developing|programming|building|experience|experienced|expertise|coding|daily|use))*[ :]*$`,
  'i',
);
/** Between two skills of one list: "Go, Kafka and Redis". */
const LIST_GLUE = /^(?:\s*[,&/+]\s*(?:and |or )?|\s+(?:and|or|plus)\s+)$/;
/** "Go (5+ years)", "Go – 5 years", "Go: 5 yrs". */
const YEARS_AFTER = new RegExp(
  `^(?:\\s*[(:|–—-]\\s*|\\t| )(?:[a-z]{3,12}, )?(?:(?:for|over|about|approx\\.?|ca\\.?|~|>) ?)?${YEARS_PHRASE}(?! of (?!experience))`,
  'i',
);
/** "Go since 2018", "Go (2018 – present)", "Go, 2018 – 2021". */
const DATES_AFTER = /^(?:\s*[(:|,–—-]\s*|\t| )$/;

function yearsOf(mentions: readonly Mention[], index: number, line: ResumeLine, now: Date): number | null {
  const mention = mentions[index];
  if (!mention) return null;
  const after = YEARS_AFTER.exec(line.text.slice(mention.to))?.groups?.['years'];
  if (after) return yearsNumber(after);
  const range = findRanges(line.text).find(
    (found) => found.index >= mention.to && DATES_AFTER.test(line.text.slice(mention.to, found.index) || ' '),
  );
  const span = range && line.section !== 'EDUCATION' && monthsOf(range, now);
  if (span) return roundYears(span[1] - span[0]);
  // Back through the list that the skill is in, to what stands before its first.
  let first = mention;
  for (let back = index - 1; back >= 0; back -= 1) {
    const before = mentions[back];
    if (!before || !LIST_GLUE.test(line.text.slice(before.to, first.from))) break;
    first = before;
  }
  const stated = YEARS_BEFORE.exec(line.text.slice(0, first.from))?.groups?.['years'];
  return stated ? yearsNumber(stated) : null;
}

const MAX_QUOTE = 300;

/** The line, or of a long one the part around the mention. */
function quoteOf({ text }: ResumeLine, { from }: Mention): string {
  if (text.length <= MAX_QUOTE) return text;
  const start = Math.max(0, Math.min(from - MAX_QUOTE / 2, text.length - MAX_QUOTE));
  return text.slice(start, start + MAX_QUOTE);
}

/** Each skill once, in the order of the resume; quoted from where its years are stated, else from where it is first named. */
export function findSkills(lines: readonly ResumeLine[], now: Date): SkillFact[] {
  const found = new Map<string, SkillFact>();
  for (const line of lines) {
    const mentions = mentionsIn(line);
    mentions.forEach((mention, index) => {
      const { name } = mention.skill;
      const known = found.get(name);
      if (known && known.years !== null) return;
      const years = yearsOf(mentions, index, line, now);
      if (!known || years !== null) found.set(name, { name, years, quote: quoteOf(line, mention) });
    });
  }
  return [...found.values()];
}
