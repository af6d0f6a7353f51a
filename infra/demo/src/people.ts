/** The demo company's people. Their tokens are signed with the development key, as `npm run token` does. */
import { randomUUID } from 'node:crypto';
import { signToken } from '@interview/runtime/tokens';
import type { Viewer } from '@interview/runtime/viewer';

export const DEMO_COMPANY = 'demo-company';

export const PEOPLE = {
  hr: { id: 'hr-demo', email: 'hr@demo-company.example', role: 'HR', companyId: DEMO_COMPANY },
  interviewer: {
    id: 'interviewer-demo',
    email: 'interviewer@demo-company.example',
    role: 'EMPLOYEE',
    companyId: DEMO_COMPANY,
  },
  candidate: {
    id: 'candidate-demo',
    email: 'candidate@demo-company.example',
    role: 'CANDIDATE',
    companyId: DEMO_COMPANY,
  },
} as const satisfies Record<string, Omit<Viewer, 'expiresAt'>>;

export type Person = keyof typeof PEOPLE;

/** A token for each of them. */
export async function signTokens(jwtSecret: string): Promise<Record<Person, string>> {
  const sign = (person: Person) => signToken(PEOPLE[person], { JWT_SECRET: jwtSecret });
  const [hr, interviewer, candidate] = await Promise.all([sign('hr'), sign('interviewer'), sign('candidate')]);
  return { hr, interviewer, candidate };
}

/** A token for an HR user of one run alone: a user may upload a few resumes an hour, and the demo is played often. */
export function signUploader(jwtSecret: string): Promise<string> {
  return signToken({ ...PEOPLE.hr, id: `${PEOPLE.hr.id}-${randomUUID()}` }, { JWT_SECRET: jwtSecret });
}
