/** The resume of the person who speaks in the recordings of voice slt, which says what she says. */
import type { ComparedResume } from '@interview/nlp/contradictions/contradictions';
import { SAID } from '../sound/words.part.js';

const SUMMARY = 'Backend engineer, 5 years of experience. Go, PostgreSQL, profiling of services.';
const POSITION = 'Lead engineer of the payments team, Acme, 2022 – present';

const resume: ComparedResume = {
  text: `${SUMMARY}\n${POSITION}`,
  facts: {
    skills: ['Go', 'PostgreSQL'].map((name) => ({ name, years: null, quote: SUMMARY })),
    positions: [{ employer: 'Acme', title: 'Lead engineer', start: '2022', end: 'present', quote: POSITION }],
    totalYearsExperience: 5,
  },
};

export const RESUME_OF_THE_SPEAKER = {
  resume,
  /** What "present" means in it. */
  readAt: new Date('2026-11-24T00:00:00Z'),
  said: [SAID.slt_intro, SAID.slt_answer],
};
