/**
 * What a candidate is told before they agree. It names all that the analysers measure and wherever the copy may travel:
 * an analyser that measures something more, or a service outside that takes part, changes this text first.
 */

export interface AnalysedPart {
  what: string;
  how: string;
}

export const ANALYSED: readonly AnalysedPart[] = [
  {
    what: 'Your sound',
    how: 'is turned into text. Pauses, pace and how long an answer takes to begin are measured.',
  },
  {
    what: 'What you say',
    how: 'is compared with the question, and with your resume: years, dates, employers and skills that differ are shown to the interviewer.',
  },
  {
    what: 'The voice',
    how: 'is compared with your own of the first seconds, to notice other voices in the room. That measure of your voice is kept in memory for this round only.',
  },
  {
    what: 'Your picture,',
    how: 'two frames a second: whether there is one face, facing the screen, and how often the head moves. No emotion, age, gender or origin is computed.',
  },
  {
    what: 'Your face',
    how: 'is compared with the face at the start, to notice another person in your place. That measure of your face is kept in memory for this round only.',
  },
  {
    what: 'Your lips:',
    how: 'whether they move while somebody speaks. What is said is not read from them.',
  },
  { what: 'This page:', how: 'whether it is in front or hidden.' },
];

/** ANALYSIS_PROCESSORS: who outside processes words, sound or resumes for the company, comma-separated. */
export function processorsFrom(env: Record<string, string | undefined>): string[] {
  const names = (env['ANALYSIS_PROCESSORS'] ?? '').split(',').map((name) => name.trim());
  return names.filter((name) => name !== '');
}

/** Promises nothing about services outside: whether there are any is a setting of other processes. */
export function whereItTravels(processors: readonly string[]): string {
  const names =
    processors.length > 0
      ? `The company names: ${new Intl.ListFormat('en').format(processors)}.`
      : 'The company tells you their names.';
  return (
    'The call itself goes from browser to browser. What is analysed is a copy that travels apart from it, to this ' +
    'product’s servers. Your words, your sound and your resume may be processed by services that the company runs or ' +
    `has contracted. ${names} On this product’s servers sound and pictures are deleted after the analysis; text and ` +
    'measurements are kept for the interviewer. People decide, never the software.'
  );
}
