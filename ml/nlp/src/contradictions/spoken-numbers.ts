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

/**
 * "Five years", "eighteen months", "a year and a half", "five plus years", "a decade"; as one: "five years and three months",
 * "three to four years", "3-5 years", "between three and five years", "a year or two", "six months to a year".
 */
export function spokenDuration(words: readonly string[], at: number): Read<Duration> | null {
  const between = betweenTwo(words, at);
  if (between) return between;
  const low = withMonths(words, at);
  if (!low || !/^(?:or|to)$/.test(words[at + low.length] ?? '')) return low;
  const next = at + low.length + 1;
  // "A year or two", "two years or three"; "six months to a year".
  const bare = YEARS.test(words[next - 2] ?? '') ? belowHundred(words, next) : null;
  const high = withMonths(words, next) ?? (bare && exactly(bare.value, bare.length));
  return high && { value: joined(low.value, high.value), length: low.length + 1 + high.length };
}

const joined = (a: Duration, b: Duration): Duration => ({ min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) });

/** "Between three and five years". */
function betweenTwo(words: readonly string[], at: number): Read<Duration> | null {
  if (words[at] !== 'between') return null;
  const low = withMonths(words, at + 1) ?? bareYears(words, at + 1);
  if (!low || words[at + 1 + low.length] !== 'and') return null;
  const high = withMonths(words, at + 2 + low.length);
  return high && { value: joined(low.value, high.value), length: 2 + low.length + high.length };
}

function bareYears(words: readonly string[], at: number): Read<Duration> | null {
  const count = belowHundred(words, at);
  return count && exactly(count.value, count.length);
}

/** "Five years and three months" is one duration. */
function withMonths(words: readonly string[], at: number): Read<Duration> | null {
  const years = decades(words, at) ?? halves(words, at) ?? counted(words, at);
  if (!years || !YEARS.test(words[at + years.length - 1] ?? '')) return years;
  const skip = words[at + years.length] === 'and' ? 1 : 0;
  const next = at + years.length + skip;
  const count = belowHundred(words, next);
  if (!count || !MONTHS.test(words[next + count.length] ?? '')) return years;
  const { min, max } = years.value;
  const more = count.value / 12;
  return { value: { min: min + more, max: max + more }, length: years.length + skip + count.length + 1 };
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
  const tie = /^(?:to|or)$/.test(words[next] ?? '') ? 1 : 0;
  const more = belowHundred(words, next + tie);
  // Without a word between them, "3-5 years" and "three four years" are a range only upwards.
  if (tie && !more) return null;
  if (more && (tie || more.value > low.value)) {
    high = more.value;
    next += tie + more.length;
  }
  const open = words[next] === 'plus' || (words[at]?.endsWith('+') ?? false);
  if (words[next] === 'plus') next += 1;
  const word = words[next];
  if (!isUnit(word)) return null;
  const years = (count: number) => (MONTHS.test(word ?? '') ? count / 12 : count);
  const value = {
    min: years(Math.min(low.value, high)),
    max: open ? Number.POSITIVE_INFINITY : years(Math.max(low.value, high)),
  };
  return { value, length: next + 1 - at };
}

const exactly = (years: number, length: number): Read<Duration> => ({ value: { min: years, max: years }, length });
