/**
 * A transcript's words with where they stand, so that a claim can be quoted as it was said. Contractions are written out
 * ("haven't" is "have", "not"), as recognisers write both.
 */
export interface SaidSegment {
  id: string;
  text: string;
  /** The recogniser's, 0 to 1; null where it gave none. */
  confidence: number | null;
}

export interface Token {
  /** Lower case, without what follows it. */
  word: string;
  /** Began with a capital letter. */
  capital: boolean;
  /** Which of the segments, and which characters of its text. */
  segment: number;
  from: number;
  to: number;
  /** What follows it: a sentence ends, or a pause is written, or nothing. */
  after: 'none' | 'comma' | 'stop' | 'question';
}

const WORD = /[\p{L}\p{N}]+(?:['’.][\p{L}\p{N}]+)*[+#]*/gu;
const WHOLE: Record<string, string[]> = {
  "can't": ['can', 'not'],
  "won't": ['will', 'not'],
  cannot: ['can', 'not'],
  gonna: ['going', 'to'],
};
const ENDINGS: Record<string, string> = { ve: 'have', m: 'am', ll: 'will', re: 'are', d: 'd' };
const PRONOUN_IS = /^(?:he|she|it|that|there|who|what|let)$/;

/** The words that a written one stands for. */
function expanded(written: string): string[] {
  const word = written.toLowerCase().replaceAll('’', "'");
  const whole = WHOLE[word];
  if (whole) return whole;
  if (word.endsWith("n't")) return [word.slice(0, -3), 'not'];
  const [base = '', ending = ''] = word.split("'");
  const full = ENDINGS[ending];
  if (full) return [base, full];
  if (ending === 's') return PRONOUN_IS.test(base) ? [base, 'is'] : [base];
  return [word.replaceAll("'", '')];
}

/** The tokens of segments that follow each other. A sentence may go on from one segment to the next. */
export function tokensOf(segments: readonly SaidSegment[]): Token[] {
  return segments.flatMap(({ text }, segment) => {
    const matches = [...text.matchAll(WORD)];
    return matches.flatMap((match, at) => {
      const [from, to] = [match.index, match.index + match[0].length];
      const between = text.slice(to, matches[at + 1]?.index ?? text.length);
      const words = expanded(match[0]);
      return words.map((word, part): Token => {
        const last = part === words.length - 1;
        return { word, capital: /^\p{Lu}/u.test(match[0]), segment, from, to, after: last ? afterOf(between) : 'none' };
      });
    });
  });
}

function afterOf(between: string): Token['after'] {
  if (between.includes('?')) return 'question';
  if (/[.!;:…]/u.test(between)) return 'stop';
  return /,|\s[–—-]\s/u.test(between) ? 'comma' : 'none';
}

/** The words from one token to another as they were said; of two segments with a space between. */
export function quoteOf(segments: readonly SaidSegment[], first: Token, last: Token): string {
  const textOf = (index: number) => segments[index]?.text ?? '';
  if (first.segment === last.segment) return textOf(first.segment).slice(first.from, last.to);
  const middle = segments.slice(first.segment + 1, last.segment).map(({ text }) => text.trim());
  return [
    textOf(first.segment).slice(first.from).trim(),
    ...middle,
    textOf(last.segment).slice(0, last.to).trim(),
  ].join(' ');
}
