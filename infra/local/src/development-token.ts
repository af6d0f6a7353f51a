/** Tokens for development. The product itself never issues any: in production they come from the company's own login. */
import { DEMO_COMPANY, PEOPLE } from '@interview/demo/people';
import { signToken } from '@interview/runtime/tokens';
import { Role } from '@interview/schema/enums';
import { MissingError } from './missing.js';

/** Who a token stands for when nobody is named: the people of the demo interview. */
const SUBJECTS: Record<Role, string> = {
  ADMIN: 'admin-demo',
  HR: PEOPLE.hr.id,
  EMPLOYEE: PEOPLE.interviewer.id,
  CANDIDATE: PEOPLE.candidate.id,
};

export interface TokenWishes {
  role: string;
  sub?: string | undefined;
  company?: string | undefined;
  email?: string | undefined;
  /** Seconds. */
  ttl?: number | undefined;
}

/** @throws MissingError for a role that does not exist. */
export function developmentToken(wishes: TokenWishes, secret: string): Promise<string> {
  const role = Role.safeParse(wishes.role.toUpperCase());
  if (!role.success) throw new MissingError(`There is no role "${wishes.role}"; there are ${Role.options.join(', ')}.`);
  const id = wishes.sub ?? SUBJECTS[role.data];
  const viewer = { id, role: role.data, companyId: wishes.company ?? DEMO_COMPANY, email: wishes.email ?? null };
  return signToken(viewer, { JWT_SECRET: secret }, wishes.ttl);
}
