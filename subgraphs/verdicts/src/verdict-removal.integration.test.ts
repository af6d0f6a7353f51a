/** How verdicts go. */

import { describe, expect, test } from '@jest/globals';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import {
  aCompanyWithVerdicts,
  anInput,
  aRound,
  codes,
  submit,
  useVerdictsWorld,
  world,
} from './testing/verdicts-world.js';
import { sweepVerdicts } from './verdict.removal.js';

useVerdictsWorld();

const kept = async (companyId: string) =>
  (
    await world.sql<{ id: string }>(
      'select id from verdicts.interview_verdicts where company_id = ? order by submitted_at',
      [companyId],
    )
  ).map(({ id }) => id);

describe('verdicts', () => {
  test('that are too old are swept, the others kept', async () => {
    const { hr, ids } = await aCompanyWithVerdicts(2);
    await world.sql(`update verdicts.interview_verdicts set submitted_at = '2019-01-01' where id = ?`, [ids[0]]);
    const sweep = () =>
      world.foundation.orm.em
        .fork()
        .transactional((tx) => sweepVerdicts(tx as SqlEntityManager, new Date('2020-01-01T00:00:00Z')));
    expect([await sweep(), await sweep()]).toEqual([1, 0]);
    expect(await kept(hr.companyId)).toEqual([ids[1]]);
  });

  test('of an erased candidate are gone, and no new one is taken', async () => {
    const { round, people } = await aRound();
    const other = await world.addRound({ companyId: round.companyId });
    await submit(people.hr, anInput(round.id));
    await submit(people.hr, anInput(other.id));
    await world.erase(round);
    expect(await kept(round.companyId)).toHaveLength(1);
    expect(codes(await submit(people.hr, anInput(round.id)))).toEqual(['NOT_FOUND']);
  });
});
