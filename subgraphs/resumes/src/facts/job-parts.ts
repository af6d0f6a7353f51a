/** A line of a position without its dates, taken apart: which part is the title, which the employer. */
import { COMPANY_WORDS, isPlace, JOB_TERMS, LEGAL_FORM, TITLE_LEVEL, TITLE_WORDS } from './job-words.vocabulary.js';

export interface JobParts {
  title: string | null;
  employer: string | null;
}

const LABELS: [keyof JobParts, RegExp][] = [
  ['title', /^(?:job title|title|position|role|function|designation)\s*:\s*/i],
  ['employer', /^(?:employer|company|organi[sz]ation|client|workplace)\s*:\s*/i],
];
/** Labels that say nothing about what follows. */
const DATE_LABEL = /^(?:period|duration|dates?|time|employment dates|from)\s*:?\s*$/i;

/** "(3 years 2 months)", "4 yrs": a length, said beside the dates. */
const DURATION = /\(?\b\d{1,2}\+? (?:years?|yrs?|months?|mos?)\b\.?(?:,? (?:and )?\d{1,2} (?:months?|mos?)\b\.?)?\)?/gi;
const EDGE = /^[\s,;:|·•()[\]–—-]+|[\s,;:|·•([–—-]+$/g;
/** What sets apart more than a comma does. */
const STRONG = /\t|\s{2,}|\s*\|\s*|\s+[–—·•@-]\s+|:\s+|;\s*/;
const AT = /\s+(?:at|@)\s+/;
/** A title or a name is no longer than this. Characters. */
const MAX_PART = 90;

const trimEdges = (text: string) => {
  const bare = text.replace(EDGE, '');
  // An edge of brackets is taken only where its partner is not inside.
  return bare.endsWith(')') && !bare.includes('(') ? bare.slice(0, -1).trimEnd() : bare;
};

/** Without durations and what stands around the dates that were taken out. */
export const withoutDates = (text: string) => trimEdges(text.replace(DURATION, ' ').replace(/\(\s*\)|\[\s*\]/g, ' '));

/** 2: the part turns on a word of titles; 1: it holds one; 0: it does not. */
export function titleScore(part: string): 0 | 1 | 2 {
  const bare = part.replace(TITLE_LEVEL, '').toLowerCase();
  const wordsOf = (text: string) => text.split(/[^\p{L}-]+/u).filter(Boolean);
  const ahead = bare.split(/ of | for | to | at | [–-] |,|\(|\/| & /)[0] ?? '';
  const turn = wordsOf(ahead).at(-1) ?? '';
  if (TITLE_WORDS.has(turn) && !COMPANY_WORDS.has(turn)) return 2;
  return wordsOf(bare).some((word) => TITLE_WORDS.has(word)) ? 1 : 0;
}

const isCompany = (part: string) => part.split(/\s+/).some((word) => COMPANY_WORDS.has(word.toLowerCase()));
const isAside = (part: string) => part === '' || isPlace(part) || JOB_TERMS.test(part) || DATE_LABEL.test(part);

/** Pieces between commas, a legal form with what it belongs to. */
function pieces(part: string): string[] {
  const result: string[] = [];
  for (const piece of part.split(/,\s*/).map(trimEdges)) {
    const before = result.at(-1);
    if (before !== undefined && LEGAL_FORM.test(piece)) result[result.length - 1] = `${before}, ${piece}`;
    else if (piece) result.push(piece);
  }
  return result;
}

const best = (parts: readonly string[], score: (part: string) => number): number => {
  let index = -1;
  let highest = 0;
  parts.forEach((part, at) => {
    const value = score(part);
    if (value > highest) [index, highest] = [at, value];
  });
  return index;
};
const titleIn = (parts: readonly string[]) => best(parts, (part) => titleScore(part) * 2 - (isCompany(part) ? 1 : 0));
const employerIn = (parts: readonly string[]) => best(parts, (part) => (isAside(part) ? 0 : isCompany(part) ? 2 : 1));

/** The name that a part is about: without the place behind it. */
const nameOf = (part: string): string | null => {
  const names = pieces(part).filter((piece) => !isAside(piece));
  return names[employerIn(names)] ?? null;
};

function fromPieces(parts: readonly string[]): JobParts {
  const at = titleIn(parts);
  const others = parts.filter((_, index) => index !== at);
  const employer = others[employerIn(others)];
  return employer ? { title: parts[at] ?? null, employer } : apart(parts[at] ?? null);
}

/** "Engineer Acme Systems": nothing sets the company apart but that it is one. */
function apart(part: string | null): JobParts {
  const words = part?.split(' ') ?? [];
  const turn = words.findLastIndex((word) => TITLE_WORDS.has(word.toLowerCase()));
  const company = words.slice(turn + 1).join(' ');
  if (turn < 0 || !isCompany(company) || !/^\p{Lu}/u.test(company)) return { title: part, employer: null };
  return { title: words.slice(0, turn + 1).join(' '), employer: company };
}

/** @param text a line without its dates. Parts that cannot be told are null. */
export function jobParts(text: string): JobParts {
  for (const [kind, label] of LABELS) {
    if (label.test(text)) return { title: null, employer: null, [kind]: trimEdges(text.replace(label, '')) || null };
  }
  if (!text || text.length > 2 * MAX_PART) return { title: null, employer: null };
  const [before = '', after] = text.split(AT);
  if (after && titleScore(before) > 0) {
    return {
      title: pieces(trimEdges(before)).find((piece) => titleScore(piece) > 0) ?? before,
      employer: nameOf(after.split(STRONG)[0] ?? ''),
    };
  }
  const strong = text
    .split(STRONG)
    .map(trimEdges)
    .filter((part) => !isAside(part));
  if (strong.length < 2) return fromPieces(pieces(strong[0] ?? '').filter((part) => !isAside(part)));
  const at = titleIn(strong);
  const others = strong.filter((part, index) => index !== at && pieces(part).some((piece) => !isAside(piece)));
  const employer = others[employerIn(others)];
  if (at < 0) return { title: null, employer: nameOf(employer ?? '') };
  const titlePart = strong[at] ?? '';
  return employer ? { title: withoutPlace(titlePart), employer: nameOf(employer) } : fromPieces(pieces(titlePart));
}

/** "Engineer, Berlin" in a part of its own is an engineer. */
const withoutPlace = (part: string) =>
  pieces(part)
    .filter((piece) => !isAside(piece))
    .join(', ') || part;

/** Words in the middle of names that are written small. */
const SMALL = /^(?:of|and|the|for|de|der|des|und|in|at|to|a|an|von|la|le|les|du|di|y|e|on|with|as)$/i;

/** Whether a line may be a title or a name, and not a sentence or a task: short, and its words written large. */
export function isNameLike(line: string): boolean {
  const text = withoutDates(line);
  if (!text || text.length > MAX_PART || /[.!?]$/.test(text.replace(/\b(?:Inc|Ltd|Co|Corp|GmbH|S\.A)\.$/, '')))
    return false;
  const all = text.split(/[\s,/|()-]+/).filter((word) => /\p{L}/u.test(word) && !SMALL.test(word));
  return (
    all.length > 0 &&
    all.length <= 10 &&
    all.every((word) => /^[^\p{L}]*\p{Lu}|^\p{N}/u.test(word) || word.length < 3 || COMPANY_WORDS.has(word))
  );
}

/** Prose, not the head of a position. */
export const isSentence = (line: string) =>
  /^\p{Ll}/u.test(line) ||
  (/[^.]\.$/.test(line) && !/\b(?:Inc|Ltd|Co|Corp)\.$/.test(line) && line.split(/\s+/).length > 6);

const PROSE =
  /\b(?:work(?:ed|ing|s)?|employed|served|serving|joined .{3,60}?) as (?:an? |the |their )?(?<title>[\p{L}][\p{L} /-]{2,60}?) (?:at|for|with) (?<employer>\p{Lu}[\p{L}\p{N}&.'-]*(?: (?:of|and|&|\p{Lu}[\p{L}\p{N}&.'-]*))*)/u;

/** "I worked as a planner at Acme Logistics from 2019 to 2022." */
export function proseParts(line: string): JobParts | null {
  const { title, employer } = PROSE.exec(line)?.groups ?? {};
  return title && employer && titleScore(title) > 0 ? { title, employer: employer.replace(/[.,]+$/, '') } : null;
}
