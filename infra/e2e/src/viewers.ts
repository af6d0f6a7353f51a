/** Everyone of whom the access matrix asks what they may do: each role, assigned and not, and strangers. */
import { randomUUID } from 'node:crypto';
import { signToken } from '@interview/runtime/tokens';
import type { Viewer } from '@interview/runtime/viewer';

export const VIEWERS = [
  'no token',
  'assigned candidate',
  'another candidate',
  'assigned interviewer',
  'another interviewer',
  'HR',
  'ADMIN',
  'HR of another company',
] as const;
export type ViewerName = (typeof VIEWERS)[number];

export interface Cast {
  /** The token of each; undefined for who has none. */
  token(viewer: ViewerName): string | undefined;
  /** As the gateway signs them for a subgraph. */
  viewer(viewer: Exclude<ViewerName, 'no token'>): Viewer;
  assignedCandidateId: string;
  assignedInterviewerId: string;
}

/** A company of its own for each cast, so that lists hold what the test made and nothing else. */
export async function castOf(jwtSecret: string): Promise<Cast> {
  const companyId = `company-${randomUUID()}`;
  const people: Record<Exclude<ViewerName, 'no token'>, Omit<Viewer, 'expiresAt' | 'email'>> = {
    'assigned candidate': { id: 'candidate', role: 'CANDIDATE', companyId },
    'another candidate': { id: 'another-candidate', role: 'CANDIDATE', companyId },
    'assigned interviewer': { id: 'interviewer', role: 'EMPLOYEE', companyId },
    'another interviewer': { id: 'another-interviewer', role: 'EMPLOYEE', companyId },
    HR: { id: 'hr', role: 'HR', companyId },
    ADMIN: { id: 'admin', role: 'ADMIN', companyId },
    'HR of another company': { id: 'hr', role: 'HR', companyId: `another-${companyId}` },
  };
  const tokens = new Map<string, string>();
  for (const [name, person] of Object.entries(people)) {
    tokens.set(name, await signToken(person, { JWT_SECRET: jwtSecret }));
  }
  return {
    token: (viewer) => tokens.get(viewer),
    viewer: (viewer) => ({ ...people[viewer], email: null, expiresAt: Math.floor(Date.now() / 1000) + 3600 }),
    assignedCandidateId: people['assigned candidate'].id,
    assignedInterviewerId: people['assigned interviewer'].id,
  };
}
