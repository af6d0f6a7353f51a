/**
 * Who may use which route of the REST interface, and with which status they are answered: the table that
 * `rest.test.ts` turns into a test for each cell and `access-page.ts` into `docs/access.md`.
 */
import { createRoundInput, type RoundState, verdictInput } from './round-fixture.js';
import type { Cast } from './viewers.js';

/** In the order of VIEWERS: no token, candidates, interviewers (assigned before another), HR, ADMIN, elsewhere. */
type Statuses = [number, number, number, number, number, number, number, number];
const PARTICIPANTS: Statuses = [401, 200, 403, 200, 403, 200, 200, 404];
const EVALUATORS: Statuses = [401, 403, 403, 200, 403, 200, 200, 404];

/** Files are sent and fetched by other means than the rest, so they are asked in tests of their own. */
export const UPLOAD: Statuses = [401, 201, 403, 201, 403, 201, 201, 404];
export const DOWNLOAD: Statuses = PARTICIPANTS;

export interface RestRow {
  method: string;
  route: string;
  on: 'measured' | RoundState;
  body?: (roundId: string, cast: Cast) => unknown;
  statuses: Statuses;
}

export const REST_ROWS: readonly RestRow[] = [
  {
    ...{ method: 'POST', route: '/api/rounds', on: 'measured' },
    body: (_roundId, cast) => createRoundInput(cast),
    // HR of another company creates a round of that company.
    statuses: [401, 403, 403, 403, 403, 201, 201, 201],
  },
  { method: 'GET', route: '/api/rounds/:roundId', on: 'measured', statuses: PARTICIPANTS },
  {
    ...{ method: 'PATCH', route: '/api/rounds/:roundId', on: 'SCHEDULED' },
    body: () => ({ status: 'CANCELLED' }),
    statuses: EVALUATORS,
  },
  {
    ...{ method: 'POST', route: '/api/rounds/:roundId/consent', on: 'SCHEDULED' },
    body: () => ({ consent: true }),
    statuses: [401, 200, 403, 403, 403, 403, 403, 404],
  },
  { method: 'GET', route: '/api/resumes/round/:roundId', on: 'measured', statuses: PARTICIPANTS },
  { method: 'GET', route: '/api/insights/round/:roundId', on: 'measured', statuses: EVALUATORS },
  { method: 'GET', route: '/api/insights/:roundId/aggregate', on: 'measured', statuses: EVALUATORS },
  {
    ...{ method: 'POST', route: '/api/verdicts', on: 'COMPLETED' },
    body: (roundId) => verdictInput(roundId),
    statuses: [401, 403, 403, 201, 403, 201, 201, 404],
  },
  { method: 'GET', route: '/api/verdicts/:roundId', on: 'measured', statuses: EVALUATORS },
];
