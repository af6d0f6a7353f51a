/**
 * Positions held, from the layouts that resumes have: title and employer beside the dates, or on the lines above or below
 * them, or one employer above several titles. A line with a range of dates is where a position is looked for.
 */
import type { ResumeFacts } from '@interview/schema/messages';
import { isNameLike, isSentence, type JobParts, jobParts, proseParts, titleScore, withoutDates } from './job-parts.js';
import type { ResumeLine } from './lines.js';
import { type DateRange, type FoundRange, findRanges, findSingleDates, written } from './year-month.js';

export interface Position {
  fact: ResumeFacts['positions'][number];
  range: DateRange;
}

/** A position as it is put together: from which lines, and by which of them the employer is known. */
interface Draft extends JobParts {
  range: FoundRange;
  first: number;
  last: number;
  /** The employer stands above this and perhaps more positions. */
  headed: boolean;
}

const MAX_QUOTE = 300;
/** Longer lines are prose. */
const MAX_HEAD = 160;

export function findPositions(lines: readonly ResumeLine[]): Position[] {
  const inSection = lines.filter(({ section }) => section === 'EXPERIENCE');
  const searched = inSection.length > 0 ? inSection : lines.filter(({ section }) => section === 'SUMMARY');
  return new PositionReader(searched).read();
}

/** What neighbouring lines add, and which of them do. */
interface Filled {
  parts: JobParts;
  from: readonly number[];
}

/** The range of a line; where it has none, the one date that it begins or ends with, if the rest is a title. */
function rangeOf({ body }: ResumeLine): FoundRange | undefined {
  const [range] = findRanges(body);
  if (range) return range;
  const dates = findSingleDates(body);
  const date = dates.length === 1 ? dates[0] : undefined;
  if (!date || (date.index > 0 && date.index + date.length < body.replace(/[)\].]+$/, '').length)) return undefined;
  return titleScore(withoutDates(without(body, date)).split(/[,|–—]/)[0] ?? '') === 2 ? date : undefined;
}

/** What stood on both sides of the dates are different things. */
const without = (text: string, range: FoundRange) =>
  `${text.slice(0, range.index)} | ${text.slice(range.index + range.length)}`;

const complete = ({ title, employer }: JobParts) => title !== null && employer !== null;
const merge = (a: JobParts, b: JobParts): JobParts => ({
  title: a.title ?? b.title,
  employer: a.employer ?? b.employer,
});
/** "2 yrs 3 mos" alone between a company and a title. */
const isBlank = (line: ResumeLine) => withoutDates(line.body) === '';

class PositionReader {
  readonly #lines: readonly ResumeLine[];
  readonly #ranges: readonly (FoundRange | undefined)[];
  readonly #used = new Set<number>();
  readonly #drafts: Draft[] = [];
  /** The last position that could be told from one side only had the rest of it below its dates. */
  #goesOnBelow = false;

  constructor(lines: readonly ResumeLine[]) {
    this.#lines = lines;
    this.#ranges = lines.map(rangeOf);
  }

  read(): Position[] {
    this.#ranges.forEach((range, at) => {
      const draft = range && this.#draftAt(at, range);
      if (draft) this.#take(draft);
    });
    return this.#drafts.map((draft) => this.#toPosition(draft));
  }

  #draftAt(at: number, range: FoundRange): Draft | null {
    const line = this.#lines[at];
    if (!line) return null;
    const told = proseParts(line.body);
    if (told) return { ...told, range, first: at, last: at, headed: false };
    if (line.body.length > MAX_HEAD || isSentence(line.body)) return null;
    const rest = withoutDates(without(line.body, range));
    const here = jobParts(rest);
    if (rest && line.isBullet && !complete(here)) return null;
    if (rest && !here.title && !isNameLike(rest)) return null;
    return complete(here)
      ? { ...here, range, first: at, last: at, headed: false }
      : this.#withNeighbours(at, here, range);
  }

  /** Looks for what the line itself does not say, above it and below it. */
  #withNeighbours(at: number, here: JobParts, range: FoundRange): Draft | null {
    const above = this.#fill(here, this.#above(at));
    const below = this.#fill(here, this.#below(at));
    const found = this.#choose(above, below);
    if (!found.parts.title && !found.parts.employer) return null;
    const first = Math.min(at, ...found.from);
    const last = Math.max(at, ...found.from);
    return { ...found.parts, range, first, last, headed: found.parts.employer !== here.employer && first < at };
  }

  /** Where both would do, a resume goes on as it began. */
  #choose(above: Filled, below: Filled): Filled {
    const bothDo = complete(above.parts) === complete(below.parts);
    if (bothDo) return this.#goesOnBelow && below.from.length > 0 ? below : above.from.length > 0 ? above : below;
    this.#goesOnBelow = complete(below.parts);
    return this.#goesOnBelow ? below : above;
  }

  #fill(here: JobParts, candidates: readonly number[]): Filled {
    let parts = here;
    const from: number[] = [];
    for (const index of candidates) {
      const line = this.#lines[index];
      if (!line || complete(parts)) break;
      const more = merge(parts, jobParts(withoutDates(line.body)));
      if (more.title === parts.title && more.employer === parts.employer) break;
      parts = more;
      from.push(index);
    }
    return { parts, from };
  }

  /** Up to two lines of names above, of the same block. */
  #above(at: number): number[] {
    const found: number[] = [];
    for (let index = at - 1; index >= 0 && found.length < 2; index -= 1) {
      if (this.#lines[index + 1]?.startsBlock || !this.#isFree(index)) break;
      if (!this.#isBlankAt(index)) found.push(index);
    }
    return found;
  }

  #below(at: number): number[] {
    const found: number[] = [];
    for (let index = at + 1; index < this.#lines.length && found.length < 2; index += 1) {
      if (this.#lines[index]?.startsBlock || !this.#isFree(index)) break;
      if (!this.#isBlankAt(index)) found.push(index);
    }
    return found;
  }

  #isFree(index: number): boolean {
    const line = this.#lines[index];
    if (!line || line.isBullet || this.#used.has(index) || this.#ranges[index]) return false;
    return isNameLike(line.body) || this.#isBlankAt(index) || /^\p{L}[\p{L} ]{2,20}:\s/u.test(line.body);
  }

  #isBlankAt(index: number): boolean {
    const line = this.#lines[index];
    return line !== undefined && isBlank(line);
  }

  #take(draft: Draft): void {
    for (let index = draft.first; index <= draft.last; index += 1) this.#used.add(index);
    const before = this.#drafts.at(-1);
    if (draft.title && !draft.employer && before?.employer) {
      if (before.title === null) {
        // It was the heading of these: an employer with the dates of all of them.
        this.#drafts.pop();
        this.#drafts.push({ ...draft, employer: before.employer, headed: true });
        return;
      }
      if (before.headed) {
        this.#drafts.push({ ...draft, employer: before.employer, headed: true });
        return;
      }
    }
    this.#drafts.push(draft);
  }

  #toPosition({ title, employer, range, first, last }: Draft): Position {
    const quoted = this.#lines.slice(first, last + 1).map(({ text }) => text);
    return {
      fact: {
        employer,
        title,
        start: range.start && written(range.start),
        end: range.end && written(range.end),
        quote: quoted.join('\n').slice(0, MAX_QUOTE),
      },
      range,
    };
  }
}
