/** The whole database, made by the real migrations: what each role may, and what the others may know of a round. */
import { randomUUID } from 'node:crypto';
import type { SubgraphName } from '@interview/subgraph-kit/database';
import { loadRoundAccess } from '@interview/subgraph-kit/round-access';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MikroORM, type SqlEntityManager } from '@mikro-orm/postgresql';
import type pg from 'pg';
import { migrate } from './migrations.js';
import { addressOf, connected, createOwnDatabase, dropOwnDatabase, settings } from './testing/own-database.js';

const addRound = () =>
  connected(addressOf('rounds'), async (client) => {
    const { rows } = await client.query(
      `insert into rounds.interview_rounds (company_id, external_interview_id, external_candidate_id, external_interviewer_id,
         external_job_role_id, round_type, interview_mode, status, candidate_consent_given, started_at)
       values ('acme', $1, 'cand', 'emp', 'job', 'TECHNICAL_AI', 'HUMAN_AI_ASSISTED', 'IN_PROGRESS', true, '2026-11-23T10:00:00.250Z')
       returning id`,
      [randomUUID()],
    );
    return rows[0].id as string;
  });

beforeAll(async () => {
  await createOwnDatabase();
  // As replicas that are deployed together do it, on a database that is new.
  await Promise.all([migrate(settings), migrate(settings), migrate(settings)]);
});
afterAll(dropOwnDatabase);

describe('the migrated database', () => {
  it('can be migrated again, by several at once', async () => {
    await Promise.all([migrate(settings), migrate(settings)]);
  });

  it.each(['resumes', 'insights', 'verdicts'] as const)(
    'shows %s a round as access is decided by it, and no more',
    async (which) => {
      const id = await addRound();
      const orm = await MikroORM.init({
        clientUrl: addressOf(which),
        entities: [],
        discovery: { warnWhenNoEntities: false },
      });
      const rounds = await loadRoundAccess(orm.em.fork() as SqlEntityManager, [id]);
      await orm.close(true);
      expect(rounds).toEqual([
        {
          ...{ id, companyId: 'acme', candidateId: 'cand', interviewerId: 'emp', status: 'IN_PROGRESS' },
          ...{ mode: 'HUMAN_AI_ASSISTED', consentGiven: true, startedAtMs: Date.parse('2026-11-23T10:00:00.250Z') },
        },
      ]);
      await expect(
        connected(addressOf(which), (client) => client.query('select * from rounds.interview_rounds')),
      ).rejects.toMatchObject({
        code: '42501',
      });
    },
  );

  it('keeps every role out of every other schema', async () => {
    const tables = {
      rounds: 'rounds.round_questions',
      resumes: 'resumes.candidate_resume_files',
      insights: 'insights.live_insights',
      verdicts: 'verdicts.interview_verdicts',
    } as const;
    const names = Object.keys(tables) as SubgraphName[];
    for (const reader of names) {
      for (const owner of names.filter((candidate) => candidate !== reader)) {
        const reading = connected(addressOf(reader), (client) => client.query(`select 1 from ${tables[owner]}`));
        await expect(reading).rejects.toMatchObject({ code: '42501' });
      }
    }
  });

  it('shows verdicts what a recommendation may rest on, and nobody else', async () => {
    const columns = 'id, round_id, company_id, type, severity, timestamp_ms, value, explanation, disposition';
    const read = (client: pg.Client) => client.query(`select ${columns} from insights.verdict_basis`);
    await expect(connected(addressOf('verdicts'), read)).resolves.toMatchObject({ rows: [] });
    for (const other of ['rounds', 'resumes'] as const) {
      await expect(connected(addressOf(other), read)).rejects.toMatchObject({ code: '42501' });
    }
    const writing = connected(addressOf('verdicts'), (client) => client.query('delete from insights.verdict_basis'));
    await expect(writing).rejects.toMatchObject({ code: '42501' });
  });

  it('gives a round that comes in without a room the one that needs no provider', async () => {
    const id = await addRound();
    const { rows } = await connected(addressOf('rounds'), (client) =>
      client.query('select video_provider, videosdk_meeting_id from rounds.interview_rounds where id = $1', [id]),
    );
    expect(rows).toEqual([{ video_provider: 'p2p', videosdk_meeting_id: `p2p-${id}` }]);
  });

  it('never holds a video token', async () => {
    const id = await addRound();
    const writing = connected(addressOf('rounds'), (client) =>
      client.query(`update rounds.interview_rounds set videosdk_token = 'x' where id = $1`, [id]),
    );
    await expect(writing).rejects.toMatchObject({ code: '23514' });
  });
});
