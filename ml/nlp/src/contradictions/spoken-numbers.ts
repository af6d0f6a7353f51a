/**
 * Numbers as people say them and recognisers write them: "five", "twenty five", "two and a half years", "eighteen months",
 * "a decade", and years of the calendar, "twenty nineteen", "two thousand nine", "nineteen ninety eight", "2019".
 */

/** At least and at most so many years; `max` is infinite for "more than five". */
export interface Duration {
  min: number;
  max: number;
}

const UNITS = 'zero one two three four five six seven eight nine'.split(' ');
const TEENS = 'ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(' ');
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

const unit = (word = '') => (UNITS.indexOf(word) > 0 ? UNITS.indexOf(word) : null);
const teen = (word = '') => (TEENS.includes(word) ? 10 + TEENS.indexOf(word) : null);
const tens = (word = '') => (TENS.includes(word) ? 20 + 10 * TENS.indexOf(word) : null);

interface Read<T> {
  value: T;
  /** How many words it takes. */
  length: number;
}

/** A number below a hundred. */
function belowHundred(words: readonly string[], at: number): Read<number> | null {
  const [first, second] = [words[at], words[at + 1]];
  const ten = tens(first);
  if (ten !== null) {
    const one = unit(second);
    return one === null ? { value: ten, length: 1 } : { value: ten + one, length: 2 };
  }
  const small = teen(first) ?? unit(first);
  if (small !== null) return { value: small, length: 1 };
  if (first === 'dozen') return { value: 12, length: 1 };
  return first !== undefined && /^\d{1,2}(?:\.\d)?\+?$/.test(first)
    ? { value: Number.parseFloat(first), length: 1 }
    : null;
}

const FIRST_YEAR = 1950;
const LAST_YEAR = 2049;

/** A year of the calendar. */
export function calendarYear(words: readonly string[], at: number): Read<number> | null {
  const found = spokenYear(words, at);
  if (!found || found.value < FIRST_YEAR || found.value > LAST_YEAR) return null;
  // "Twenty ten years" is nobody's, but "two thousand years" and "twenty twenty years" are no dates either.
  return isUnit(words[at + found.length]) ? null : found;
}

function spokenYear(words: readonly string[], at: number): Read<number> | null {
  const [first = '', second, third] = words.slice(at, at + 3);
  if (/^(?:19|20)\d\d$/.test(first)) return { value: Number(first), length: 1 };
  if (first === 'two' && second === 'thousand') return afterTwoThousand(words, at + 2);
  const century = first === 'nineteen' ? 1900 : first === 'twenty' ? 2000 : null;
  if (century === null) return null;
  if (second === 'oh' || second === 'o') {
    const one = unit(third);
    return one === null ? null : { value: century + one, length: 3 };
  }
  const rest = teen(second) !== null || tens(second) !== null ? belowHundred(words, at + 1) : null;
  return rest && { value: century + rest.value, length: 1 + rest.length };
}

function afterTwoThousand(words: readonly string[], at: number): Read<number> {
  const skip = words[at] === 'and' ? 1 : 0;
  const rest = belowHundred(words, at + skip);
  return rest ? { value: 2000 + rest.value, length: 2 + skip + rest.length } : { value: 2000, length: 2 };
}

const YEARS = /^(?:years?|yrs?)$/;
const MONTHS = /^months?$/;
const isUnit = (word = '') => YEARS.test(word) || MONTHS.test(word);

/** "Five years", "eighteen months", "a year and a half", "three to four years", "a decade", "five plus years". */
export function spokenDuration(words: readonly string[], at: number): Read<Duration> | null {
  return decades(words, at) ?? halves(words, at) ?? counted(words, at);
}

function decades(words: readonly string[], at: number): Read<Duration> | null {
  if (/^(?:a|one)$/.test(words[at] ?? '') && words[at + 1] === 'decade') return exactly(10, 2);
  const count = belowHundred(words, at);
  return count && words[at + count.length] === 'decades' ? exactly(count.value * 10, count.length + 1) : null;
}

/** What has its half in words of its own. */
function halves(words: readonly string[], at: number): Read<Duration> | null {
  const text = words.slice(at, at + 6).join(' ');
  if (/^half a year\b/.test(text)) return exactly(0.5, 3);
  if (/^(?:a|one) year and a half\b/.test(text)) return exactly(1.5, 5);
  const count = belowHundred(words, at);
  if (!count) return null;
  const rest = words.slice(at + count.length, at + count.length + 4).join(' ');
  if (/^and a half years?\b/.test(rest)) return exactly(count.value + 0.5, count.length + 4);
  if (/^years? and a half\b/.test(rest)) return exactly(count.value + 0.5, count.length + 4);
  return null;
}

function counted(words: readonly string[], at: number): Read<Duration> | null {
  if (/^an?$/.test(words[at] ?? '')) {
    if (words[at + 1] === 'year') return exactly(1, 2);
    return words[at + 1] === 'dozen' && YEARS.test(words[at + 2] ?? '') ? exactly(12, 3) : null;
  }
  const low = belowHundred(words, at);
  if (!low) return null;
  let next = at + low.length;
  let high = low.value;
  if (words[next] === 'to' || words[next] === 'or') {
    const more = belowHundred(words, next + 1);
    if (!more) return null;
    high = more.value;
    next += 1 + more.length;
  }
  const open = words[next] === 'plus' || (words[at]?.endsWith('+') ?? false);
  if (words[next] === 'plus') next += 1;
  const word = words[next];
  if (!isUnit(word)) return null;
  const years = (count: number) => (MONTHS.test(word ?? '') ? count / 12 : count);
  const value = { min: years(low.value), max: open ? Number.POSITIVE_INFINITY : years(high) };
  return { value, length: next + 1 - at };
}

const exactly = (years: number, length: number): Read<Duration> => ({ value: { min: years, max: years }, length });
