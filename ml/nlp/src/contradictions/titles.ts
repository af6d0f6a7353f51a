/** Job titles: where one begins and ends in a sentence, and how far two of them are apart. */

const words = (text: string) => new Set(text.trim().split(/\s+/));

/** The word that a title turns on. Compiled for this project; a title outside it is not compared. */
const TURN_WORDS = words(`
  accountant administrator adviser advisor analyst architect artist assistant associate auditor bookkeeper buyer carpenter cashier ceo cfo chef cio
  clerk coach consultant controller cook coo coordinator counsel cto designer developer director driver editor electrician engineer
  executive founder cofounder hairdresser head instructor intern journalist lawyer lead leader lecturer manager mechanic nurse officer operator owner
  partner pharmacist photographer planner president principal producer professor programmer receptionist recruiter representative
  researcher scientist secretary specialist supervisor teacher technician tester trader trainee trainer translator vp waiter welder worker writer
`);
const CHIEFS: Record<string, string> = {
  'chief technology officer': 'cto',
  'chief executive officer': 'ceo',
  'chief financial officer': 'cfo',
  'chief operating officer': 'coo',
  'vice president': 'vp',
  'head teacher': 'head',
  'c t o': 'cto',
  'c e o': 'ceo',
  'c f o': 'cfo',
};

/** 0 trainee, 1 junior, 2 plain, 3 senior, 4 lead, 5 manager, 6 director, 7 chief; the highest that a title names. */
const STEPS: [RegExp, number][] = [
  [/\b(?:ceo|cto|cfo|coo|cio|chief|president|founder|cofounder|owner)\b/, 7],
  [/\b(?:director|vp|(?<!business )partner)\b/, 6],
  [/\b(?:manager|head)\b/, 5],
  [/\b(?:lead|leader|principal|supervisor)\b/, 4],
  [/\bsenior\b/, 3],
  [/\b(?:intern|internship|trainee|apprentice|working student)\b/, 0],
  [/\b(?:junior|assistant)\b/, 1],
];
const PLAIN_STEP = 2;

/** Different words for the same work. */
const SAME_WORK: Record<string, string> = {
  programmer: 'developer',
  engineer: 'developer',
  architect: 'developer',
  lecturer: 'teacher',
  professor: 'teacher',
  instructor: 'teacher',
  cook: 'chef',
  adviser: 'consultant',
  advisor: 'consultant',
  scientist: 'researcher',
};
/** These say a step, not what work is done. */
const OF_ANY_WORK = words(`
  assistant associate ceo cfo chief cio cofounder coo cto director executive founder head intern lead leader manager officer owner partner
  president principal specialist supervisor trainee vp
`);

/** The title at the end of these words ("a senior data analyst"), or null. At most six words. */
export function isTurnWord(word: string): boolean {
  return TURN_WORDS.has(word);
}

/** In lower case, with "chief technology officer" as "cto". */
function normalised(title: string): string {
  let text = title
    .toLowerCase()
    .replace(/[^\p{L}\s]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  for (const [long, short] of Object.entries(CHIEFS)) text = text.replace(long, short);
  return text;
}

export function stepOf(title: string): number {
  const text = normalised(title);
  return STEPS.find(([pattern]) => pattern.test(text))?.[1] ?? PLAIN_STEP;
}

/** What work a title names; null when it only names a step. */
function workOf(title: string): string | null {
  const turn = normalised(title)
    .split(/ of | for /)[0]
    ?.split(' ')
    .filter((word) => TURN_WORDS.has(word))
    .at(-1);
  return turn === undefined || OF_ANY_WORK.has(turn) ? null : (SAME_WORK[turn] ?? turn);
}

export interface TitleDifference {
  steps: number;
  /** Both name their work, and it is not the same. */
  otherWork: boolean;
}

export function titleDifference(said: string, resume: string): TitleDifference {
  const [a, b] = [workOf(said), workOf(resume)];
  return { steps: Math.abs(stepOf(said) - stepOf(resume)), otherWork: a !== null && b !== null && a !== b };
}
