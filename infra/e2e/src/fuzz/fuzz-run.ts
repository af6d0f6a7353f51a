/**
 * Asks generated questions, target by target, until the time is up, and tells the smallest question for each
 * promise that the product broke. The same seed asks the same questions of a product in the same state.
 */
import { readFileSync } from 'node:fs';
import fc, { type Arbitrary } from 'fast-check';

export interface Judgement {
  /** A sentence for each thing that is wrong. */
  complaints: string[];
  /** Whether the question was answered, in part at least, and not refused. */
  answered: boolean;
}

export interface FuzzTarget<Question> {
  name: string;
  questions: Arbitrary<Question>;
  ask(question: Question): Promise<Judgement>;
}

export interface Finding {
  target: string;
  seed: number;
  complaints: string[];
  /** The smallest question that breaks the promise, as text. */
  question: string;
}

export interface FuzzOptions {
  seed: number;
  /** For one target. */
  budgetMs: number;
}

/** Questions in a row: the clock is looked at between two rows. */
const ROW = 5;
/** Shrinking begins when something is found, and has this long. */
const SHRINK_LIMIT_MS = 10_000;

export interface TargetReport {
  name: string;
  asked: number;
  /** Of these, those that were not refused: with none, only the refusing was tested. */
  answered: number;
  finding: Finding | undefined;
}

/** Asks until the time is up or something is wrong; then looks for the smallest question that shows it. */
export async function fuzz<Q>(target: FuzzTarget<Q>, { seed, budgetMs }: FuzzOptions): Promise<TargetReport> {
  let asked = 0;
  let answered = 0;
  let last: { question: Q; complaints: string[] } | undefined;
  let shrinkUntil = Number.POSITIVE_INFINITY;
  const property = fc.asyncProperty(target.questions, async (question) => {
    if (performance.now() > shrinkUntil) return;
    asked += 1;
    const judgement = await target.ask(question);
    const { complaints } = judgement;
    if (judgement.answered) answered += 1;
    if (complaints.length === 0) return;
    if (!last) shrinkUntil = performance.now() + SHRINK_LIMIT_MS;
    last = { question, complaints };
    throw new Error(complaints.join('; '));
  });
  const until = performance.now() + budgetMs;
  let row = seed;
  do {
    await fc.check(property, { seed: row, numRuns: ROW });
    if (last) break;
    row += 1;
  } while (performance.now() < until);
  return {
    name: target.name,
    asked,
    answered,
    finding: last && { target: target.name, seed: row, complaints: last.complaints, question: shown(last.question) },
  };
}

const SHOWN_LENGTH = 3000;

export function shown(question: unknown): string {
  const text = JSON.stringify(question);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}… (${text.length} characters)` : text;
}

/** Resident memory of a process in MiB, from /proc; 0 where there is none. */
export function memoryOf(pid: number): number {
  try {
    return Math.round(Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);
  } catch {
    // It has ended.
    return 0;
  }
}
